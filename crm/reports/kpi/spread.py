"""Figures of a spread: whole seconds → how many were so long. Pure."""

from collections.abc import Mapping

Spread = Mapping[int, int]


def percentile(spread: Spread, percent: int) -> int | None:
    """By nearest rank: the least value that ``percent`` of a hundred did not exceed; None of none.

    Source: nearest-rank method, rank = ceil(percent / 100 × n).
    """
    rank = -(-percent * sum(spread.values()) // 100)
    for seconds in sorted(spread):
        rank -= spread[seconds]
        if rank <= 0:
            return seconds
    return None


def above_average(spread: Spread) -> int:
    """How many were longer than the average of all."""
    total, many = sum(seconds * count for seconds, count in spread.items()), sum(spread.values())
    return sum(count for seconds, count in spread.items() if seconds * many > total)
