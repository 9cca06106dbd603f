"""Lines in use and agents of a campaign, from the live view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from crm.access.holding import reach
from crm.accounts.models import User
from crm.campaigns.models import Attempt, AttemptState, Campaign, Verdict
from crm.campaigns.running.keeping import kept
from crm.campaigns.running.members import members
from crm.customers.sight import customers_visible
from switchctl.contract.live import LiveView

SHOWN = ("ready", "offered", "talking", "held", "wrapup", "dialling", "paused", "unreachable", "offline")
"""States in the order in which the page counts them."""
FIRST = ("offered", "dialling", "talking", "held", "wrapup", "ready", "paused", "unreachable", "offline")
"""And in which it lists agents."""
LINES = 12


@dataclass(frozen=True)
class Line:
    """``since``: microseconds from which its seconds run; ``agent``: name of who talks, "" while it rings."""

    number: str
    since: int
    agent: str
    stage: str


@dataclass(frozen=True)
class Worker:
    user: User
    state: str
    reason: str
    since: int
    customer: str
    shown: bool
    """Whether the customer is only shown to her, and not called yet."""
    connects: int
    successes: int


@dataclass(frozen=True)
class Floor:
    """``hidden``: agents whom the reader does not reach, in no list but in the counts."""

    lines: list[Line]
    workers: list[Worker]
    counts: list[tuple[str, int]]
    hidden: int
    ready: int
    signed_in: int


def floor(user: User, campaign: Campaign, view: LiveView, day_begin: datetime) -> Floor:
    """What is up now, as far as she may see it."""
    people = list(members(campaign))
    open_ones = list(
        Attempt.objects.filter(
            campaign=campaign, state__in=[AttemptState.SHOWN, AttemptState.HANDED, AttemptState.DIALLED]
        ).select_related("customer", "agent")
    )
    seen = _seen(user, open_ones)
    states: dict[str, int] = {}
    workers, hidden = [], 0
    reached = reach(user, "campaigns.see")
    done = kept(f"agents:{campaign.pk}", lambda: _done(campaign, day_begin))
    for person in people:
        state, reason, since, call = _state(view, person.username)
        states[state] = states.get(state, 0) + 1
        if not reached.covers(person):
            hidden += 1
            continue
        attempt = _attempt_of(person, call, open_ones)
        workers.append(
            Worker(
                person, state, reason, since,
                seen.get(attempt.customer_id, "") if attempt is not None else "",
                attempt is not None and attempt.state == AttemptState.SHOWN,
                *done.get(person.pk, (0, 0)),
            )
        )  # fmt: skip
    workers.sort(key=lambda worker: (FIRST.index(worker.state), worker.since, worker.user.username))
    return Floor(
        lines=_lines(view, open_ones),
        workers=workers,
        counts=[(state, states[state]) for state in SHOWN if state in states],
        hidden=hidden,
        ready=states.get("ready", 0),
        signed_in=len(people) - states.get("offline", 0),
    )


def _lines(view: LiveView, attempts: list[Attempt]) -> list[Line]:
    """The calls that are up, the longest first."""
    found = []
    names = {person.username: str(person) for person in User.objects.filter(username__in=_talking(view, attempts))}
    for attempt in attempts:
        call = view.calls.get(attempt.pk)
        if call is None:
            continue
        talks = call.stage in ("talking", "held")
        since = (call.talk_since or call.since) if talks else (call.arrived or call.since)
        found.append(Line(attempt.number, since, names.get(call.agent, call.agent) if talks else "", call.stage))
    return sorted(found, key=lambda line: (not line.agent, line.since))


def _talking(view: LiveView, attempts: list[Attempt]) -> set[str]:
    return {view.calls[one.pk].agent for one in attempts if one.pk in view.calls}


def _state(view: LiveView, login: str) -> tuple[str, str, int, str]:
    agent = view.agents.get(login)
    if agent is None:
        return "offline", "", 0, ""
    call = view.calls.get(agent.call_id)
    state = "held" if agent.state == "talking" and call is not None and call.stage == "held" else agent.state
    return state if state in SHOWN else "unreachable", agent.reason, agent.since, agent.call_id


def _attempt_of(person: User, call: str, attempts: list[Attempt]) -> Attempt | None:
    """The one that she is at: her call, or what is shown to her."""
    for attempt in attempts:
        if call and attempt.pk == call:
            return attempt
    hers = (one for one in attempts if one.agent_id == person.pk)
    return next(hers, None)


def _seen(user: User, attempts: list[Attempt]) -> Mapping[int | None, str]:
    """Customer's id → name, of those whom she may see."""
    ids = {one.customer_id for one in attempts if one.customer_id is not None}
    return {one.pk: str(one) for one in customers_visible(user).filter(pk__in=ids)} if ids else {}


def _done(campaign: Campaign, day_begin: datetime) -> dict[int, tuple[int, int]]:
    """Agent's id → today's calls that reached her, and successes."""
    today = Attempt.objects.filter(campaign=campaign, made_at__gte=day_begin, agent__isnull=False)
    told = today.values_list("agent").annotate(
        connects=Count("pk", filter=Q(joined_at__isnull=False)),
        successes=Count("pk", filter=Q(verdict=Verdict.SUCCESS)),
    )
    return {agent: (connects, successes) for agent, connects, successes in told.order_by()}
