"""What figures should be: the targets that are set, and whether they were met."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.reports.kpi.figures import FIGURES, Figure, service_level
from crm.reports.models import ReportTarget
from crm.reports.tables import Kind
from crm.telephony.models import Queue

PERMISSION = "reports.targets"
LEVEL = "service_level"
TARGETED = (
    LEVEL, "asa", "avg_wait_all", "abandon_rate", "answer_rate", "max_wait", "blocked_rate", "utilisation", "rna_rate",
    "ring_to_answer", "short_call_rate",
)  # fmt: skip
"""What can have a target, in the order of the page: ids of figures; the service level has one in all its variants."""
OF_QUEUES = (LEVEL, "asa", "avg_wait_all", "abandon_rate", "answer_rate", "max_wait")
"""Of these a queue may have a target of its own."""
LONGEST_S = 86_400


@dataclass(frozen=True)
class Targets:
    """``set``: (figure, queue) → value, None for no target."""

    set: Mapping[tuple[str, str], float | None] = field(default_factory=dict)

    def of(self, figure: str, queue: str = "") -> float | None:
        """The queue's own, else that of all, else the figure's default; None for none."""
        name = LEVEL if figure.startswith(LEVEL) else figure
        for key in ((name, queue), (name, "")):
            if key in self.set:
                return self.set[key]
        return figure_of(name).target if name in TARGETED else None


def figure_of(name: str) -> Figure:
    """The figure that a target is for; of the service level the variant that is usual."""
    return service_level() if name == LEVEL else FIGURES[name]


def targets_read() -> Targets:
    return Targets({(one.figure, one.queue): one.value for one in ReportTarget.objects.all()})


def verdict(figure: Figure, value: float | None, target: float | None) -> str:
    """met, missed, or "" where there is nothing to judge."""
    met = figure.met(value, target)
    return "" if met is None else "met" if met else "missed"


def in_words(figure: Figure, target: float | None) -> str:
    """A target as it is printed: at least 80%, at most 15 s."""
    if target is None:
        return ""
    text = f"{target * 100:g}%" if figure.kind == Kind.SHARE else _("%(n)s s") % {"n": f"{target:g}"}
    return (_("at least %(target)s") if figure.better == "higher" else _("at most %(target)s")) % {"target": text}


@transaction.atomic
def targets_set(*, user: User, asked: Mapping[str, str]) -> None:
    """Figure → what was typed: percent of a share, else seconds; "" is no target. What is left away stays. Raises
    PermissionDenied, and ValidationError with the figure of each that is wrong; then nothing is set."""
    require(user, PERMISSION)
    values, wrong = {}, {}
    for figure, typed in asked.items():
        try:
            values[figure] = _number(figure_of(figure), typed)
        except ValidationError as error:
            wrong[figure] = error.messages[0]
    if wrong:
        raise ValidationError(wrong)
    for figure, value in values.items():
        _set(figure, "", value)


@transaction.atomic
def target_add(*, user: User, figure: str, queue: str, typed: str) -> ReportTarget:
    """A queue's own; a second one replaces the first. Raises as ``targets_set``."""
    require(user, PERMISSION)
    if figure not in OF_QUEUES or not Queue.objects.filter(code=queue).exists():
        raise ValidationError(_("Choose a figure and a queue."))
    value = _number(figure_of(figure), typed)
    _set(figure, queue, value)
    return ReportTarget.objects.get(figure=figure, queue=queue)


def target_remove(*, user: User, figure: str, queue: str) -> None:
    """The target of all counts for the queue again. Raises PermissionDenied."""
    require(user, PERMISSION)
    for target in ReportTarget.objects.filter(figure=figure, queue=queue).exclude(queue=""):
        target.delete()


def most_of(figure: Figure) -> int:
    """The largest that a target can be, in the unit of the figure."""
    return 1 if figure.kind == Kind.SHARE else LONGEST_S


def typed_of(figure: Figure, value: float | None) -> str:
    """A target as it stands in its field."""
    return "" if value is None else f"{round(value * 100, 4) if figure.kind == Kind.SHARE else value:g}"


def _set(figure: str, queue: str, value: float | None) -> None:
    """Leaves a row alone that says so already: the audit tells changes."""
    known = ReportTarget.objects.filter(figure=figure, queue=queue).first()
    if known is None and not queue and value == figure_of(figure).target:
        return
    target = known or ReportTarget(figure=figure, queue=queue)
    if target.pk is None or target.value != value:
        target.value = value
        target.save()


def _number(figure: Figure, typed: str) -> float | None:
    typed = typed.strip()
    if not typed:
        return None
    most = most_of(figure) * (100 if figure.kind == Kind.SHARE else 1)
    try:
        number = float(typed)
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise ValidationError(_("A target is a number from 0 to %(most)s.") % {"most": most})
    return round(number / 100, 6) if figure.kind == Kind.SHARE else round(number, 1)
