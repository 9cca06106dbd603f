"""What a figure is: its formula, the counts in it now, and the other names under which people know it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.reports.asking import VARIANTS, Question
from crm.reports.kpi.figures import FIGURES, Figure, service_level
from crm.reports.showing import text
from crm.reports.tables import Cell, Kind
from crm.reports.targets import LEVEL

TRAPS = {
    "service_level": gettext_noop(
        "Some lists call this 平均接听速度, average speed of answer. It is a share of callers, not an average time."
    ),
    "asa": gettext_noop("Also called 平均应答速度. A similar name, 平均接听速度, is often used for the service level."),
    "blocked_rate": gettext_noop(
        "Some tables call this 占线率. In others the same word means how occupied agents are: 工时占用率 here."
    ),
    "occupancy": gettext_noop(
        "Some lists call this 占线率. In others the same word means callers who met a busy line: 忙音率 here."
    ),
    "utilisation": gettext_noop("Also called 生产率, productivity."),
    "answer_rate": gettext_noop("Also called 接通率 or 已复电话百分比."),
    "att": gettext_noop("Also called 平均交谈时间. What some lists call 平均通话时间 is this with the time on hold."),
    "acw": gettext_noop("Also called 平均话外处理时间. What an automatic end cuts off is not in it."),
    "abandon_rate": gettext_noop("The raw rate counts those who give up at once, too."),
}
"""Id of a figure → under which other names it is known, and which names mean something else elsewhere."""


@dataclass(frozen=True)
class Explained:
    """``numerator`` and ``denominator`` are those of the total, in words; ``variants``: letter, value, whether it is
    the one that the table shows."""

    figure: Figure
    value: str
    numerator: str
    denominator: str
    target: str
    trap: str
    variants: list[tuple[str, str, bool]]
    above: str = ""
    below: str = ""
    """Addresses of the very rows behind numerator and denominator, "" for none."""


def explained(figure_id: str, cell: Cell, total: Any, question: Question) -> Explained:
    """``cell``: the figure in the total row, ``total``: the sums of that row (None where they are not known)."""
    figure = FIGURES[figure_id]
    family = LEVEL if figure_id.startswith(LEVEL) else figure_id
    above, below = cell.lists() if cell.lists else ("", "")
    return Explained(
        figure=figure,
        value=text(cell, figure.kind),
        numerator=plain(cell.numerator),
        denominator=plain(cell.denominator),
        target=cell.target,
        above=above if cell.numerator else "",
        below=below if cell.denominator else "",
        trap=_(TRAPS[family]) if family in TRAPS else "",
        variants=_variants(total, question.variant) if family == LEVEL and total is not None else [],
    )


def plain(number: float | None) -> str:
    """A count as it is; seconds to 0.1."""
    return "" if number is None else f"{number:,.1f}".removesuffix(".0")


def _variants(total: Any, chosen: str) -> list[tuple[str, str, bool]]:
    made = []
    for variant in VARIANTS:
        made.append((variant, text(service_level(variant).of(total), Kind.SHARE), variant == chosen))
    return made
