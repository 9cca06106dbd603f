"""Figures of access and speed: service level, waits, abandonment, blocked calls, self-service."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.reports.kpi.figure import HIGHER, LOWER, Figure
from crm.reports.kpi.spread import percentile
from crm.reports.kpi.sums import QueueSums, TrunkSums
from crm.reports.tables import Kind

QUEUE, TRUNK = ("queue",), ("trunk",)
VARIANTS = ("A", "B", "C", "D", "E", "F", "G")
DEFAULT_VARIANT = "B"


def settled(q: QueueSums) -> int:
    """O of all rates: visits that are over, without those that a fault of ours ended."""
    return q.offered - q.failed - q.waiting


def _level(
    variant: str,
    label: Any,
    words: Any,
    below: Callable[[QueueSums], int],
    below_list: str,
    above: Callable[[QueueSums], int] | None = None,
) -> Figure:
    return Figure(
        f"service_level_{variant.lower()}", label, words, QUEUE, Kind.SHARE, above or (lambda q: q.in_time), below,
        HIGHER, 0.8, above="served_in_time" if above else "in_time", below=below_list,
    )  # fmt: skip


SERVICE_LEVELS = dict(
    zip(
        VARIANTS,
        (
            _level("A", _("Service level A"), _("answered in time ÷ answered"), lambda q: q.answered, "answered"),
            _level("B", _("Service level"), _("answered in time ÷ offered"), settled, "settled"),
            _level(
                "C", _("Service level C"), _("answered in time ÷ (offered − short abandons)"),
                lambda q: settled(q) - q.short, "settled_long",
            ),
            _level(
                "D", _("Service level D"), _("(answered in time + abandoned in time) ÷ offered"), settled, "settled",
                lambda q: q.in_time + q.abandoned_in_time,
            ),
            _level(
                "E", _("Service level E"), _("answered in time ÷ (offered − abandoned)"),
                lambda q: settled(q) - q.abandoned, "stayed",
            ),
            _level(
                "F", _("Service level F"), _("answered in time ÷ (offered − abandoned in time)"),
                lambda q: settled(q) - q.abandoned_in_time, "not_quick",
            ),
            _level(
                "G", _("Service level G"), _("answered in time ÷ (answered + abandoned − short abandons)"),
                lambda q: q.answered + q.abandoned - q.short, "judged",
            ),
        ),
        strict=True,
    )
)  # fmt: skip
"""Source: the ways in which contracts and vendors count; the same half-hour reads very differently in each, so the
letter is printed with the value."""


def _count(name: str, label: Any, words: Any, taken: tuple[str, ...] = QUEUE, better: str = "") -> Figure:
    return Figure(name, label, words, taken, Kind.COUNT, lambda sums: getattr(sums, name), better=better)


def _greatest(name: str, label: Any, words: Any, of: str) -> Figure:
    return Figure(
        name, label, words, QUEUE, Kind.SECONDS,
        lambda q: getattr(q, f"{name}_ms") / 1000 if getattr(q, of) - (q.waiting if of == "offered" else 0) else None,
        better=LOWER, above=lambda q: f"waited-{of}-{getattr(q, f'{name}_ms')}",
    )  # fmt: skip


def _percentile(percent: int) -> Figure:
    label = {50: _("Wait, half"), 90: _("Wait, 90 %"), 95: _("Wait, 95 %")}[percent]
    words = _("the wait that this share of the answered calls did not exceed (nearest rank, whole seconds)")
    return Figure(
        f"wait_p{percent}",
        label,
        words,
        ("waits",),
        Kind.SECONDS,
        lambda waits: percentile(waits, percent),
        better=LOWER,
    )


def ended_in_greeting(t: TrunkSums) -> int:
    return let_in(t) - t.queued - t.direct


def let_in(t: TrunkSums) -> int:
    """Calls in that were neither blocked nor refused, and of which it is known what became of them."""
    return t.attempts - t.blocked - t.refused - t.undecided


ACCESS = [
    _count("offered", _("Offered"), _("calls that entered the queue")),
    _count("answered", _("Answered"), _("calls in the queue that an agent answered")),
    _count("in_time", _("Answered in time"), _("answered with a wait of the queue's service level or less")),
    _count("abandoned", _("Abandoned"), _("callers who hung up in the queue")),
    _count("short", _("Short abandons"), _("callers who hung up sooner than the queue's limit of short ones")),
    _count("abandoned_in_time", _("Abandoned in time"), _("callers who hung up within the service level")),
    _count("callbacks", _("Callbacks booked"), _("callers who left the queue for a callback")),
    _count("overflows", _("Overflowed"), _("calls that the queue passed on when it was full")),
    _count("timeouts", _("Timed out"), _("calls that the queue gave up after its longest wait")),
    _count("voicemails", _("To voicemail"), _("callers who left the queue for voicemail")),
    _count("others", _("Left otherwise"), _("calls that left the queue in another way")),
    _count("failed", _("System failures"), _("calls that a fault of ours ended; in no rate"), better=LOWER),
    _count("waiting", _("Still waiting"), _("calls that have not left the queue; in no rate yet")),
    _count("withheld", _("Number withheld"), _("calls without a number that can be known again")),
    *SERVICE_LEVELS.values(),
    Figure(
        "asa", _("Average speed of answer"), _("waiting time of answered calls ÷ answered"), QUEUE, Kind.SECONDS,
        lambda q: q.wait_answered_ms / 1000, lambda q: q.answered, LOWER, 15, below="answered",
    ),
    Figure(
        "avg_wait_all", _("Average wait"), _("waiting time of all calls ÷ offered"), QUEUE, Kind.SECONDS,
        lambda q: q.wait_all_ms / 1000, settled, LOWER, 15, below="settled",
    ),
    *(_percentile(percent) for percent in (50, 90, 95)),
    _greatest("max_wait", _("Longest wait"), _("longest wait of all calls that left the queue"), "offered"),
    _greatest("max_wait_answered", _("Longest wait, answered"), _("longest wait of an answered call"), "answered"),
    _greatest("max_wait_abandoned", _("Longest wait, abandoned"), _("longest wait of an abandoned call"), "abandoned"),
    Figure(
        "queued_rate", _("Share that had to wait"),
        _("calls for which no phone rang within the first second ÷ offered"), QUEUE, Kind.SHARE,
        lambda q: q.queued, settled, LOWER, above="queued", below="settled",
    ),
    Figure(
        "abandon_rate", _("Abandonment"), _("(abandoned − short abandons) ÷ (offered − short abandons)"), QUEUE,
        Kind.SHARE, lambda q: q.abandoned - q.short, lambda q: settled(q) - q.short, LOWER, 0.02,
        above="abandoned_long", below="settled_long",
    ),
    Figure(
        "abandon_rate_raw", _("Abandonment, all"), _("abandoned ÷ offered"), QUEUE, Kind.SHARE,
        lambda q: q.abandoned, settled, LOWER, 0.02, above="abandoned", below="settled",
    ),
    Figure(
        "avg_abandon_time", _("Average time to abandon"), _("waiting time of abandoned calls ÷ abandoned"), QUEUE,
        Kind.SECONDS, lambda q: q.wait_abandoned_ms / 1000, lambda q: q.abandoned, below="abandoned",
    ),
    Figure(
        "avg_abandon_time_long", _("Average time to abandon, without short"),
        _("waiting time of abandoned calls that were not short ÷ their number"), QUEUE, Kind.SECONDS,
        lambda q: (q.wait_abandoned_ms - q.wait_short_ms) / 1000, lambda q: q.abandoned - q.short,
        below="abandoned_long",
    ),
    Figure(
        "answer_rate", _("Answer rate"), _("answered ÷ offered"), QUEUE, Kind.SHARE,
        lambda q: q.answered, settled, HIGHER, above="answered", below="settled",
    ),
    Figure(
        "unique_callers", _("Callers"), _("different numbers; withheld ones are apart"), ("callers",), Kind.COUNT,
        lambda callers: callers.unique,
    ),
    Figure(
        "repeat_call_rate", _("Repeat callers"),
        _("callers who called within 24 hours of an earlier call ÷ different callers"), ("callers",), Kind.SHARE,
        lambda callers: callers.repeating, lambda callers: callers.unique, LOWER,
    ),
    Figure(
        "sl_pass_intervals", _("Half-hours in target"),
        _("half-hours that met the service level ÷ half-hours with 5 calls or more"), ("intervals",), Kind.SHARE,
        lambda intervals: intervals.met, lambda intervals: intervals.counted, HIGHER,
    ),
    _count("attempts", _("Calls in"), _("calls that reached the trunk, also blocked ones"), TRUNK),
    _count("blocked", _("Blocked"), _("calls refused for want of capacity, before greeting and queue"), TRUNK, LOWER),
    _count("refused", _("Refused"), _("calls refused by a rule: closed, blocked number, not allowed"), TRUNK),
    _count("self_served", _("Self-served"), _("calls that went through the menu to its end, and no further"), TRUNK),
    _count("left_in_greeting", _("Left in the greeting"), _("callers who hung up before any queue"), TRUNK),
    _count("queued", _("Reached a queue"), _("calls of the trunk that entered a queue"), TRUNK),
    _count("outbound", _("Calls out"), _("calls dialled by agents"), TRUNK),
    _count("peak", _("Most calls at once"), _("most calls of the trunk at the same time"), TRUNK),
    Figure(
        "blocked_rate", _("Blocked calls"), _("blocked ÷ calls in"), TRUNK, Kind.SHARE,
        lambda t: t.blocked, lambda t: t.attempts, LOWER, 0.02, above="blocked", below="attempts",
    ),
    Figure(
        "ivr_containment", _("Self-service"), _("self-served ÷ calls let in"), TRUNK, Kind.SHARE,
        lambda t: t.self_served, let_in, HIGHER, above="self_served",
    ),
    Figure(
        "ivr_containment_loose", _("Ended in the menu"), _("calls that reached neither queue nor agent ÷ calls let in"),
        TRUNK, Kind.SHARE, ended_in_greeting, let_in,
    ),
    Figure(
        "answer_rate_in", _("Answer rate, menu included"), _("(self-served + answered) ÷ calls in"), TRUNK, Kind.SHARE,
        lambda t: t.self_served + t.answered, lambda t: t.attempts - t.undecided, HIGHER,
    ),
    Figure(
        "line_time", _("Time on the line"), _("time that calls in and out were up"), TRUNK, Kind.SECONDS,
        lambda t: (t.inbound_ms + t.outbound_ms) / 1000,
    ),
]  # fmt: skip
