"""The table of retries: what follows each outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.campaigns.models.campaigns import retries_default
from crm.campaigns.words import THEN, outcome_words


@dataclass(frozen=True)
class Line:
    outcome: str
    name: Any
    after: Any
    times: Any
    then: str
    part: bool


def retries_shown(retries: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    return [
        Line(
            code,
            outcome_words(code),
            told.get("after", ""),
            told.get("times", ""),
            told.get("then", ""),
            bool(told.get("part")),
        )
        for code in retries_default()
        for told in [retries.get(code, {})]
    ]


def retries_typed(data: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """From the table's fields; what is no number stays a text, and is refused by the check."""
    found = {}
    for code in retries_default():
        one: dict[str, Any] = {name: _number(data.get(f"retry_{code}_{name}", "")) for name in ("after", "times")}
        one["then"] = data.get(f"retry_{code}_then", "")
        if data.get(f"retry_{code}_part"):
            one["part"] = True
        found[code] = one
    return found


def thens() -> list[tuple[str, Any]]:
    return list(THEN.items())


def _number(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text
