"""How a sheet lies on paper: how large it is, and how wide each column."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A3, A4, landscape

from crm.reports.files import type as typed

MARGIN, GAP = 36.0, 8.0
"""Points: around the page, and between columns."""
SIZES = ((A4, 9.0), (landscape(A4), 9.0), (landscape(A4), 8.0), (landscape(A4), 7.0), (landscape(A3), 8.0),
         (landscape(A3), 6.5))  # fmt: skip
"""Papers and type, the best first."""
FOLDED_AT = 90.0
"""A column of texts that is wider than this may be folded to it."""


@dataclass(frozen=True)
class Layout:
    """``widths`` are those of the columns in points, gaps not included."""

    paper: tuple[float, float]
    size: float
    widths: Sequence[float]

    @property
    def line(self) -> float:
        return self.size * 1.4


def layout(heads: Sequence[str], sample: Sequence[Sequence[str]], texts: Sequence[bool]) -> Layout:
    """The first paper on which everything stands whole, folding only columns of ``texts``; else the largest, on which
    all columns are narrowed alike. ``sample``: rows that are typical."""
    for paper, size in SIZES:
        room = paper[0] - 2 * MARGIN - GAP * (len(heads) - 1)
        wanted = [_wanted(n, heads, sample, size) for n in range(len(heads))]
        least = [min(w, FOLDED_AT) if folds else w for w, folds in zip(wanted, texts, strict=True)]
        if sum(least) <= room:
            return Layout(paper, size, _shared(wanted, least, room))
    return Layout(paper, size, [w * room / sum(least) for w in least])


def _wanted(n: int, heads: Sequence[str], sample: Sequence[Sequence[str]], size: float) -> float:
    """So wide that no cell is folded; a head may be, between its words."""
    cells = max((typed.width(row[n], size) for row in sample), default=0.0)
    return max(cells, max(typed.width(word, size, True) for word in heads[n].split() or [""]), 4 * size) + 1


def _shared(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """What room there is goes to the columns that want more, as far as they want."""
    more = sum(wanted) - sum(least)
    part = min(1.0, (room - sum(least)) / more) if more else 0.0
    return [low + (high - low) * part for low, high in zip(least, wanted, strict=True)]
