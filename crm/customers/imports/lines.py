"""A row of a file, and what was found of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from crm.customers.imports.targets import LANGUAGES

ADDED, UPDATED, SAME, TWICE, BLACK, NO_CALL, WRONG = (
    "added", "updated", "same", "twice", "blacklisted", "do_not_call", "wrong",
)  # fmt: skip
NOT_TAKEN = (TWICE, BLACK, NO_CALL, WRONG)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
Said = dict[str, str]
"""Language → a sentence: who reads it later reads her own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``column``: its place in the file; -1 for the whole row."""

    column: int
    why: Said


@dataclass(slots=True)
class Line:
    """``row``: of the file, from 1. ``numbers`` are E.164; ``values``: code of a field → what is kept."""

    row: int
    cells: list[str]
    name: str = ""
    numbers: list[str] = field(default_factory=list)
    company: str = ""
    level: str = ""
    note: str = ""
    kind: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    lacks: list[int] = field(default_factory=list)
    """Places of columns that a new customer must have filled in."""
    faults: list[Fault] = field(default_factory=list)
    found: str = ADDED
    customer: int = 0
    """Whom it names; of one that is added, once it is."""

    def refuse(self, found: str, why: Said, column: int = -1) -> None:
        self.found = found
        self.faults.append(Fault(column, why))


def worded(make: Callable[[], str]) -> Said:
    """A sentence in every language of the site."""
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = str(make())
    return told


def one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def lines_kept(text: str) -> str:
    """Of a note, which may have several lines."""
    return _CONTROL.sub(" ", text).strip()
