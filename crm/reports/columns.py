"""The columns of a report that is made of sums, and the cells that sums make in them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm.reports.kpi.figures import FIGURES, Figure
from crm.reports.periods import Span
from crm.reports.tables import Cell, Column, Kind
from crm.reports.targets import Targets, in_words, verdict

Drill = Callable[[str], str]
"""What was counted → the address of its calls, "" for none."""


@dataclass(frozen=True)
class Ground:
    """What a row's cells need beside its sums: its time, the way to its calls, whose targets count (``queue``, "" for
    those of all), and whether it is final."""

    span: Span
    drill: Drill
    targets: Targets
    queue: str = ""
    final: bool = True


@dataclass(frozen=True)
class Counted:
    """A count of the sums. ``key``: the field's name; ``of``: what its calls are called in the list, "" when they
    cannot be listed; ``value``: of the sums and the row's time, where it is not simply the
    field; ``figure``: the id under which the count explains itself."""

    key: str
    label: Any
    of: str = ""
    kind: Kind = Kind.COUNT
    value: Callable[[Any, Span], Any] | None = None
    hint: Any = ""
    figure: str = ""

    def column(self) -> Column:
        return Column(self.key, str(self.label), self.kind, self.figure, str(self.hint))

    def cell(self, sums: Any, ground: Ground) -> Cell:
        value = self.value(sums, ground.span) if self.value else getattr(sums, self.key)
        return Cell(value, drill=ground.drill(self.of) if self.of and value else "")


@dataclass(frozen=True)
class Shown:
    """A figure of ``FIGURES``. ``named``: as its column is called, where that is not its id (service level B)."""

    figure: str
    named: str = ""

    @property
    def key(self) -> str:
        return self.named or self.figure

    def column(self) -> Column:
        figure = FIGURES[self.figure]
        return Column(self.key, str(figure.label), figure.kind, figure.id)

    def cell(self, sums: Any, ground: Ground) -> Cell:
        """A value of what is not over yet is not judged."""
        figure = FIGURES[self.figure]
        target = ground.targets.of(self.figure, ground.queue)
        cell = figure.of(sums)
        lists = listed(figure, sums, ground.drill) if cell.value is not None else None
        if target is None:
            return cell if lists is None else replace(cell, lists=lists)
        judged = verdict(figure, cell.value, target) if ground.final else ""
        return replace(cell, verdict=judged, target=in_words(figure, target), aim=target, lists=lists)


def listed(figure: Figure, sums: Any, drill: Drill) -> Callable[[], tuple[str, str]] | None:
    """The ways to the rows behind the numerator and the denominator of a figure; None where there are none."""
    if not figure.above and not figure.below:
        return None

    def ways() -> tuple[str, str]:
        above = figure.above if isinstance(figure.above, str) else figure.above(sums)
        return drill(above) if above else "", drill(figure.below) if figure.below else ""

    return ways


Columns = Iterable[Counted | Shown]


def cells(columns: Columns, sums: Any, ground: Ground) -> Mapping[str, Cell]:
    """Key of a column → what the sums say in it."""
    return {one.key: one.cell(sums, ground) for one in columns}
