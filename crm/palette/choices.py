"""What the palette offers: a choice, and in which order choices of a kind stand."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

MOST = 8
"""Choices of one kind; who wants more writes more."""
LONGEST = 64
"""Letters of what may be asked."""


@dataclass(frozen=True)
class Choice:
    """One line. It leads to ``url``, or does ``act``; ``number`` or ``call_id`` is what Ctrl Enter dials.

    ``key`` names the same thing at any time, for the list of recent choices. Texts are as the reader may see them.
    """

    key: str
    title: str
    note: str = ""
    icon: str = "search"
    url: str = ""
    act: str = ""
    number: str = ""
    call_id: str = ""
    place: int = 0
    """How well it fits what was asked, 0 the best."""

    def told(self) -> dict[str, str]:
        return {name: text for name, text in asdict(self).items() if text and name != "place"}


def rank(text: str, *names: Any) -> int:
    """How well the best of ``names`` fits: 0 whole, 1 beginning, 2 beginning of a word, 3 anywhere, 9 not at all."""
    asked, found = text.casefold(), 9
    for name in (str(name).casefold() for name in names if name):
        if name == asked:
            return 0
        if name.startswith(asked):
            found = min(found, 1)
        elif any(word.startswith(asked) for word in name.replace("-", " ").split()):
            found = min(found, 2)
        elif asked in name:
            found = min(found, 3)
    return found


def best(ranked: Iterable[tuple[int, Choice]]) -> list[Choice]:
    """Those that fit, the best first, else as they came."""
    fitting = [replace(choice, place=place) for place, choice in ranked if place < 9]
    return sorted(fitting, key=lambda choice: choice.place)[:MOST]
