"""Queues: who came, who was answered and how soon, who gave up."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.building import Plan
from crm.reports.building import answer as built
from crm.reports.columns import Counted, Shown
from crm.reports.kpi.figures import service_level
from crm.reports.kpi.sums import QueueSums
from crm.reports.notes import notes
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import queue_buckets


def _count(name: str, label: Any) -> Counted:
    return Counted(name, label, name, figure=name)


def columns(variant: str) -> list[Counted | Shown]:
    return [
        _count("offered", gettext_lazy("Offered")),
        _count("answered", gettext_lazy("Answered")),
        _count("in_time", gettext_lazy("In time")),
        _count("abandoned", gettext_lazy("Abandoned")),
        _count("short", gettext_lazy("of them short")),
        _count("failed", gettext_lazy("Faults")),
        _count("waiting", gettext_lazy("Waiting")),
        Shown(service_level(variant).id, "service_level"),
        Shown("abandon_rate"),
        Shown("answer_rate"),
        Shown("asa"),
        Shown("avg_wait_all"),
        Shown("avg_abandon_time"),
        Shown("max_wait"),
        Shown("queued_rate"),
    ]


def answer(asked: Asked) -> Answer:
    question = asked.question
    wanted = columns(question.variant)
    step, together = question.grain
    plan = Plan(
        title=_("Queues"),
        part="visits",
        key=_("Queue"),
        names=asked.queues,
        zero=QueueSums(),
        columns=wanted,
        read=lambda span: queue_buckets(
            span, step, list(asked.queues), asked.zone, question.attribution, together=together
        ),
        charted=("answered", "abandoned", "service_level"),
    )
    return built(asked, plan, notes(asked, [one.column() for one in wanted], level=True))


REPORT = Report(
    code="queues",
    title=gettext_lazy("Queues"),
    sentence=gettext_lazy("Who came, who was answered and how soon, who gave up: by time or by queue."),
    about="queues",
    answer=answer,
    facts=("offered", "service_level", "abandon_rate", "asa", "max_wait", "answered"),
    choices=frozenset({"compare", "attribution", "variant"}),
)
