"""What a figure is: a numerator over a denominator, with its words. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.reports.tables import Cell, Kind

HIGHER, LOWER, NEITHER = "higher", "lower", ""


@dataclass(frozen=True)
class Figure:
    """``label`` and ``words`` are lazy texts. A formula that changes is a new ``version``.

    ``taken``: what it is computed from: ``queue``, ``agent``, ``trunk`` (their sums), ``waits`` and ``onlines`` (whole
    seconds → how many), ``callers``, ``intervals``. Times in numerators are seconds. Without a ``denominator`` the
    numerator is the value; it is None where there is nothing to speak of.
    """

    id: str
    label: Any
    words: Any
    taken: tuple[str, ...]
    kind: Kind
    numerator: Callable[[Any], float | None]
    denominator: Callable[[Any], float] | None = None
    better: str = NEITHER
    target: float | None = None
    """That of the source documents, in the unit of the value."""
    version: int = 1
    above: str | Callable[[Any], str] = ""
    """What the rows behind the numerator are called in the list (of the sums, where it depends on them), "" where it is
    no count of rows."""
    below: str = ""
    """The same of the denominator."""

    def of(self, sums: Any) -> Cell:
        """The value with what it was computed from; None where it is x/0."""
        above = self.numerator(sums)
        if self.denominator is None:
            return Cell(above)
        below = self.denominator(sums)
        return Cell(above / below if above is not None and below else None, above, below)

    def met(self, value: float | None, target: float | None) -> bool | None:
        """Whether the value reaches the target; None where one of them is missing or no side is better."""
        if value is None or target is None or self.better == NEITHER:
            return None
        return value >= target if self.better == HIGHER else value <= target
