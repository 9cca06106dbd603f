"""Figures of handling: talk, hold, wrap-up, ringing. The same of queues and of agents."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.reports.kpi.figure import LOWER, Figure
from crm.reports.kpi.spread import above_average
from crm.reports.tables import Kind

BOTH = ("queue", "agent")
OF = {"alerts_answered": "answered"}
"""What the list calls rows whose count has another name."""


def _mean(name: str, label: Any, words: Any, *columns: str, per: str = "handled", better: str = "") -> Figure:
    return Figure(
        name, label, words, BOTH, Kind.SECONDS, lambda s: sum(getattr(s, column) for column in columns) / 1000,
        lambda s: getattr(s, per), better, below=OF.get(per, per),
    )  # fmt: skip


def _share(name: str, label: Any, words: Any, column: str) -> Figure:
    return Figure(
        name, label, words, BOTH, Kind.SHARE, lambda s: getattr(s, column), lambda s: s.handled, LOWER,
        above=column, below="handled",
    )  # fmt: skip


HANDLING = [
    Figure("handled", _("Handled"), _("talks that are over"), BOTH, Kind.COUNT, lambda s: s.handled),
    _mean("att", _("Average talk time"), _("talk time without hold ÷ handled"), "talk_ms"),
    _mean("att_incl_hold", _("Average talk time with hold"), _("talk and hold time ÷ handled"), "talk_ms", "hold_ms"),
    _mean("hold", _("Average hold"), _("hold time ÷ handled"), "hold_ms", better=LOWER),
    _mean("hold_per_held", _("Average hold, held calls"), _("hold time ÷ held calls"), "hold_ms", per="held"),
    _share("hold_rate", _("Share of held calls"), _("calls that were held ÷ handled"), "held"),
    _mean("acw", _("Average after-call work"), _("wrap-up time ÷ handled"), "wrap_ms"),
    _mean(
        "aht", _("Average handle time"), _("talk, hold and wrap-up time ÷ handled; without ringing"),
        "talk_ms", "hold_ms", "wrap_ms",
    ),
    _mean(
        "ring_to_answer", _("Average ringing"), _("ringing of the agent's phone until she answered ÷ answered offers"),
        "ring_ms", per="alerts_answered", better=LOWER,
    ),
    Figure(
        "rna_rate", _("Ring no answer"),
        _("offers not answered or rejected ÷ (answered + not answered + rejected)"), BOTH, Kind.SHARE,
        lambda s: s.alerts_missed, lambda s: s.alerts_answered + s.alerts_missed, LOWER, above="missed", below="judged",
    ),
    _share("short_call_rate", _("Short talks"), _("talks under 10 s ÷ handled"), "short_talks"),
    _share("agent_hangup_rate", _("Ended by the agent"), _("talks that the agent ended ÷ handled"), "agent_hangups"),
    Figure(
        "above_hold_time", _("Above-average calls"),
        _("talks longer, with hold, than the average of all ÷ all talks (whole seconds)"), ("onlines",), Kind.SHARE,
        above_average, lambda spread: sum(spread.values()),
    ),
]  # fmt: skip
