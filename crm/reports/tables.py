"""What a report says, before it is a page, a csv, an xlsx or a pdf. All four are drawn from the same ``Table``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Value = int | float | str | datetime | None
"""None is shown as a dash: of 0/0 nothing can be said."""


class Kind(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    TIME = "time"
    """An instant: with its day where the table is longer than one."""
    COUNT = "count"
    SHARE = "share"
    """0..1, shown as a percentage to 0.1."""
    SECONDS = "seconds"
    """Seconds, shown to 0.1, longer ones as h:mm:ss."""
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` is stable: addresses and files use it. ``figure``: id of the figure that explains itself, "" for none."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    figure: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """``numerator`` and ``denominator`` of a rate; ``drill``: address of the very rows behind it; ``verdict``: "met" or
    "missed" where there is a target, with ``target`` in words."""

    value: Value
    numerator: float | None = None
    denominator: float | None = None
    drill: str = ""
    verdict: str = ""
    target: str = ""
    aim: float | None = None
    """The target itself, in the unit of the value."""
    lists: Callable[[], tuple[str, str]] | None = field(default=None, compare=False, repr=False)
    """Addresses of the very rows behind the numerator and the denominator, "" for none. Made only for the rows that a
    page shows: a year of half-hours has very many."""


@dataclass(frozen=True, slots=True)
class Row:
    """``final``: nothing of it is open any more; ``kind``: row, total, or compared (the same time of another week)."""

    cells: Mapping[str, Cell]
    kind: str = "row"
    final: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """``notes``: what is printed under every form of it: period, zone, attribution, variant, versions of formulas."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    charted: Sequence[str] = field(default=())
    """Keys of the columns that the chart draws."""
