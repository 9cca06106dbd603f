"""Figures of agents: how their time goes, and the ranking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.reports.kpi.figure import HIGHER, Figure
from crm.reports.kpi.sums import AgentSums
from crm.reports.tables import Kind

AGENT = ("agent",)
STATES = "states"
"""Before a dot and the state: no calls, but the record of states (all of them without a state)."""


def _time(name: str, label: Any, words: Any) -> Figure:
    return Figure(
        f"{name}_time", label, words, AGENT, Kind.SECONDS, lambda a: getattr(a, f"{name}_ms") / 1000
    )  # fmt: skip


def _share(name: str, label: Any, words: Any, above: Any, below: Any, target: float | None = None) -> Figure:
    return Figure(
        name, label, words, AGENT, Kind.SHARE, lambda a: above(a) / 1000, lambda a: below(a) / 1000, HIGHER, target,
        below=f"{STATES}.",
    )  # fmt: skip


AGENTS = [
    Figure("offers", _("Offers"), _("how often her phone was rung"), AGENT, Kind.COUNT, lambda a: a.offers),
    Figure("rna", _("Not answered"), _("offers that she let ring"), AGENT, Kind.COUNT, lambda a: a.rna),
    Figure("rejected", _("Rejected"), _("offers that she rejected"), AGENT, Kind.COUNT, lambda a: a.rejected),
    Figure("dials", _("Dialled"), _("calls that she dialled"), AGENT, Kind.COUNT, lambda a: a.dials),
    Figure(
        "dial_answer_rate", _("Answer rate of dialled calls"), _("dialled calls that were answered ÷ dialled"), AGENT,
        Kind.SHARE, lambda a: a.dials_answered, lambda a: a.dials, HIGHER, above="dials_answered", below="dials",
    ),
    _share(
        "occupancy", _("Occupancy"), _("talk and wrap-up ÷ (talk, wrap-up and ready); ringing in neither"),
        lambda a: a.busy_ms, lambda a: a.busy_ms + a.ready_ms,
    ),
    _share(
        "occupancy_r", _("Occupancy with ringing"), _("talk, wrap-up and ringing ÷ (these and ready)"),
        lambda a: a.busy_ms + a.offered_ms, lambda a: a.busy_ms + a.offered_ms + a.ready_ms,
    ),
    _share(
        "utilisation", _("Utilisation"), _("talk and wrap-up ÷ time logged in"),
        lambda a: a.busy_ms, lambda a: a.logged_in_ms, 0.8,
    ),
    Figure(
        "cph", _("Calls an hour"), _("handled ÷ hours logged in"), AGENT, Kind.NUMBER,
        lambda a: a.handled, lambda a: a.logged_in_ms / 3_600_000, HIGHER,
        above="handled", below=f"{STATES}.",
    ),
    Figure(
        "cph_active", _("Calls an active hour"), _("handled ÷ hours of talk, wrap-up and ready"), AGENT, Kind.NUMBER,
        lambda a: a.handled, lambda a: (a.busy_ms + a.ready_ms) / 3_600_000, HIGHER,
        above="handled", below=f"{STATES}.",
    ),
    _time("logged_in", _("Logged in"), _("all states but offline")),
    _time("ready", _("Ready"), _("waiting for a call")),
    _time("offered", _("Ringing"), _("her phone rings")),
    _time("talking", _("Talking"), _("talk and hold")),
    _time("wrapup", _("Wrap-up"), _("after-call work")),
    _time("dialling", _("Dialling"), _("until the dialled person answers")),
    _time("paused", _("Paused"), _("breaks of all reasons")),
    _time("unreachable", _("Unreachable"), _("logged in, but her phone is not there")),
]  # fmt: skip

LEAST_CALLS = 30
"""Fewer say nothing about an agent."""


@dataclass(frozen=True)
class Place:
    """``rank`` 1 is the first; None: too few calls to be ranked."""

    rank: int | None
    agent: str
    sums: AgentSums


def ranked(agents: Mapping[str, AgentSums], least: int = LEAST_CALLS) -> list[Place]:
    """By calls handled, then by the shorter average handle time; equals share a rank and the next one is left out.

    Those with fewer than ``least`` calls come last, without a rank.
    """
    order = sorted(agents, key=lambda login: (agents[login].handled < least, *_score(agents[login]), login))
    places: list[Place] = []
    for number, login in enumerate(order, 1):
        sums, before = agents[login], places[-1] if places else None
        rank = None if sums.handled < least else number
        if rank and before and _score(before.sums) == _score(sums):
            rank = before.rank
        places.append(Place(rank, login, sums))
    return places


def _score(sums: AgentSums) -> tuple[int, float]:
    spent = sums.talk_ms + sums.hold_ms + sums.wrap_ms
    return -sums.handled, spent / sums.handled if sums.handled else 0.0
