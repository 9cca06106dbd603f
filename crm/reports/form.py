"""What the form above a report offers."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from crm.reports.asking import ATTRIBUTIONS, COMPARED, KINDS, LONGEST, SPANS, VARIANTS, Question
from crm.reports.periods import Step
from crm.reports.report import Report
from crm.reports.scope import Seen

WORDS = {
    "today": gettext_noop("Today"), "yesterday": gettext_noop("Yesterday"), "week": gettext_noop("7 days"),
    "last_week": gettext_noop("Last week"), "month": gettext_noop("This month"),
    "last_month": gettext_noop("Last month"),
}  # fmt: skip
STEPS = {
    Step.HALF_HOUR: gettext_lazy("Half hour"), Step.HOUR: gettext_lazy("Hour"), Step.DAY: pgettext_lazy("step", "Day"),
    Step.WEEK: gettext_lazy("Week"), Step.MONTH: gettext_lazy("Month"),
}  # fmt: skip
EACH = {
    "queues": gettext_lazy("Each queue"), "agents": gettext_lazy("Each agent"), "trunks": gettext_lazy("Each trunk"),
    "calls": gettext_lazy("Each kind"),
}  # fmt: skip
OTHERS = {
    "attribution": {
        "offered": gettext_lazy("when the caller came"), "event": gettext_lazy("when it happened"),
    },
    "variant": {
        "A": gettext_lazy("A: of the answered"), "B": gettext_lazy("B: of all who came"),
        "C": gettext_lazy("C: without short abandons"), "D": gettext_lazy("D: quick abandons count as served"),
        "E": gettext_lazy("E: without abandons"), "F": gettext_lazy("F: without quick abandons"),
        "G": gettext_lazy("G: answered and long abandons only"),
    },
    "compare": {
        "": gettext_lazy("with nothing"), "week": gettext_lazy("same weekday, a week before"),
        "before": gettext_lazy("the time before"),
    },
    "kind": {
        "disposition": gettext_lazy("Outcome"), "queue": gettext_lazy("Queue"), "entry": gettext_lazy("Number dialled"),
    },
}  # fmt: skip
assert tuple(OTHERS["variant"]) == VARIANTS and tuple(OTHERS["attribution"]) == ATTRIBUTIONS
assert tuple(OTHERS["compare"]) == COMPARED and tuple(OTHERS["kind"]) == KINDS and tuple(WORDS) == SPANS

Choice = tuple[str, str, bool]
"""Value, words, whether it is chosen."""


@dataclass(frozen=True)
class Form:
    """``span``: the quick choice that is set, or that days are; ``spans``: words, address, whether it is set;
    ``several``: what can be ticked: its name, label, choices, and how many are."""

    span: str
    spans: list[tuple[str, str, bool]]
    steps: list[Choice]
    rows: list[Choice]
    others: dict[str, list[Choice]]
    several: list[dict[str, Any]]


def form(report: Report, asked: Question, seen: Seen) -> Form:
    rows = {"time": _("By time"), "each": EACH.get(report.about, ""), "both": _("Both")}
    return Form(
        span=_(WORDS[asked.span]) if asked.span else _("Chosen days"),
        spans=[(_(WORDS[span]), replace(asked, span=span).address(), span == asked.span) for span in SPANS],
        steps=[
            (step.value, str(STEPS[step]), step == asked.step) for step in report.steps if asked.days <= LONGEST[step]
        ],
        rows=[(code, str(rows[code]), code == asked.rows) for code in report.rows] if len(report.rows) > 1 else [],
        others={
            name: [(code, str(words), code == getattr(asked, name)) for code, words in OTHERS[name].items()]
            for name in OTHERS
            if name in report.choices
        },
        several=_several(report, asked, seen),
    )


def _several(report: Report, asked: Question, seen: Seen) -> list[dict[str, Any]]:
    if seen.own:
        return []
    offered: list[tuple[str, str, dict[Any, str], tuple[Any, ...]]] = []
    if report.about == "queues":
        offered.append(("queues", _("Queues"), seen.queues, asked.queues))
    if report.about in ("agents", "calls"):
        offered.append(("agents", _("Agents"), seen.agents, asked.agents))
    if report.about == "calls":
        offered.append(("queues", _("Queues"), seen.queues, asked.queues))
    if report.about != "trunks":
        offered.append(("departments", _("Departments"), seen.departments, asked.departments))
    return [
        {
            "name": name, "label": label, "count": sum(code in chosen for code in known), "all": len(known),
            "choices": [(str(code), words, code in chosen) for code, words in known.items()],
        }
        for name, label, known, chosen in offered
        if len(known) > 1 or chosen
    ]  # fmt: skip
