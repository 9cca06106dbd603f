"""Trunks: how many calls they carried and turned away, and how full they were."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reports.building import Plan
from crm.reports.building import answer as built
from crm.reports.columns import Counted, Shown
from crm.reports.kpi.sums import TrunkSums
from crm.reports.notes import notes
from crm.reports.periods import Span, Step
from crm.reports.report import Answer, Asked, Report
from crm.reports.rollup.reading import keys_seen, trunk_buckets
from crm.reports.tables import Kind


def erlangs(sums: TrunkSums, span: Span) -> float | None:
    """Channels that were up at the same time, on the average: time on the line over the length of the time."""
    length = (span.end - span.start).total_seconds() * 1000
    return (sums.inbound_ms + sums.outbound_ms) / length if length else None


COLUMNS = [
    Counted("attempts", gettext_lazy("Calls in"), "attempts", figure="attempts"),
    Counted("blocked", gettext_lazy("No room"), "blocked", figure="blocked"),
    Counted("refused", gettext_lazy("Refused"), "refused", figure="refused"),
    Counted("left_in_greeting", gettext_lazy("Left in the greeting"), "left_in_greeting", figure="left_in_greeting"),
    Counted("self_served", gettext_lazy("Self-served"), "self_served", figure="self_served"),
    Counted("queued", gettext_lazy("Reached a queue"), "queued", figure="queued"),
    Counted("answered", gettext_lazy("Answered"), "answered"),
    Counted("outbound", gettext_lazy("Calls out"), "outbound", figure="outbound"),
    Shown("blocked_rate"),
    Shown("ivr_containment"),
    Counted("erlangs", gettext_lazy("Channels busy"), kind=Kind.NUMBER, value=erlangs,
            hint=gettext_lazy("Erlangs: channels up at the same time, on the average")),
    Counted("peak", gettext_lazy("Peak"), figure="peak"),
]  # fmt: skip


def answer(asked: Asked) -> Answer:
    question = asked.question
    names = list(question.trunks) or keys_seen("trunk", asked.span)
    step, together = question.grain
    plan = Plan(
        title=_("Trunk load"),
        part="calls",
        key=_("Trunk"),
        names={name: name or _("no trunk told") for name in names},
        zero=TrunkSums(),
        columns=COLUMNS,
        read=lambda span: trunk_buckets(
            span, step, question.trunks or keys_seen("trunk", span), asked.zone, together=together
        ),
        charted=("attempts", "blocked"),
    )
    return built(asked, plan, notes(asked, [one.column() for one in COLUMNS], attributed=False))


REPORT = Report(
    code="trunks",
    title=gettext_lazy("Trunk load"),
    sentence=gettext_lazy("Calls in and out, turned away for want of room, and how many channels were busy."),
    about="trunks",
    answer=answer,
    step=Step.HOUR.value,
    facts=("attempts", "blocked", "blocked_rate", "erlangs", "peak", "outbound"),
)
