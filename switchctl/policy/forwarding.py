"""Where calls to an extension go on to: one rule for whoever calls it, a colleague, a customer, a queue that wants it.

Theory of operation. The rules stand in the directory, each with its hours; asked here is only where a call goes now. At
most three extensions send a call on, none of them twice. A number outside is asked of the policy of dialling, in the
name of whose extension it is, at the moment of the call: what she may not dial nobody reaches through her phone. Who is
herself the one to whom an extension is forwarded rings through to it, or no secretary could put a call through.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from switchctl.contract import facts, refusals
from switchctl.contract.dialling import EMERGENCY, classify
from switchctl.contract.directory import ALWAYS, BUSY, NO_ANSWER, Forward
from switchctl.model.agent import DIALLING, OFFERED, PAUSED, TALKING, WRAPUP, Agent
from switchctl.model.call import AGENT, NUMBER, Call, Goal
from switchctl.model.machine import Refused
from switchctl.model.world import World
from switchctl.policy import dialling
from switchctl.policy.turn import Turn

MOST = 3
HOWS = {
    "NO_ANSWER": NO_ANSWER, "NO_USER_RESPONSE": NO_ANSWER, "ALLOTTED_TIMEOUT": NO_ANSWER, "PROGRESS_TIMEOUT": NO_ANSWER,
    "SUBSCRIBER_ABSENT": NO_ANSWER, "USER_NOT_REGISTERED": NO_ANSWER, "USER_BUSY": BUSY, "CALL_REJECTED": BUSY,
}  # fmt: skip
"""Cause with which a phone was not reached → the forwarding that it asks for; any other asks for none."""


class Step(NamedTuple):
    """``extension`` has its calls sent on to ``to``: an extension, or a number outside (E.164)."""

    extension: str
    how: str
    to: str


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def in_force(rule: Forward, now: int, zone: str) -> bool:
    """Whether it is one of its hours (``now`` in µs). Hours over midnight belong to the day on which they begin."""
    at = datetime.fromtimestamp(now // 1_000_000, UTC).astimezone(_zone(zone))
    minute = at.hour * 60 + at.minute
    day = at
    if rule.since > rule.until:
        if rule.until <= minute < rule.since:
            return False
        day = at - timedelta(days=minute < rule.until)
    elif rule.since < rule.until and not rule.since <= minute < rule.until:
        return False
    return not rule.days or day.isoweekday() in rule.days


def rule(world: World, extension: str, how: str, now: int, caller: str = "") -> Forward | None:
    """Its rule of this kind, if that holds now for this caller."""
    for one in world.forwards.get(extension, ()):
        if one.how == how and in_force(one, now, world.directory.zone):
            return None if caller and one.to == caller else one
    return None


def busy(agent: Agent) -> bool:
    """Whether her extension counts as busy."""
    return agent.state in (OFFERED, DIALLING, TALKING, WRAPUP, PAUSED) or agent.engaged or agent.dnd


def _holds(world: World, extension: str, now: int, caller: str) -> Forward | None:
    """The rule that a call meets that comes to it now."""
    always = rule(world, extension, ALWAYS, now, caller)
    if always is not None:
        return always
    owner = world.agents.get(world.extensions.get(extension, ""))
    if owner is not None and busy(owner):
        occupied = rule(world, extension, BUSY, now, caller)
        if occupied is not None:
            return occupied
    away = world.devices.get(extension) == ""
    return rule(world, extension, NO_ANSWER, now, caller) if away else None


def where(
    world: World, extension: str, now: int, *, caller: str = "", how: str = "", passed: tuple[str, ...] = ()
) -> tuple[Step, ...]:  # fmt: skip
    """How a call to an extension goes on; empty: it rings there. ``caller``: the extension that calls; ``how``: only if
    a rule of this kind sends it on from there; ``passed``: who has sent it on before.

    Raises Refused where it goes in a circle or too far, or where an owner may not dial.
    """
    steps: list[Step] = []
    found = rule(world, extension, how, now, caller) if how else _holds(world, extension, now, caller)
    while found is not None:
        known = {*passed, *(step.extension for step in steps)}
        if extension in known or len(known) >= MOST:
            raise Refused(refusals.FORWARDED_IN_A_CIRCLE, extension=extension)
        to = _allowed(world, extension, found.to, now)
        steps.append(Step(extension, found.how, to))
        if to not in world.rows:
            break
        extension, found = to, _holds(world, to, now, caller)
    if steps and steps[-1].to in (*passed, *(step.extension for step in steps)):
        raise Refused(refusals.FORWARDED_IN_A_CIRCLE, extension=steps[-1].to)
    return tuple(steps)


def path(turn: Turn, call: Call, goal: Goal, *, takes: bool = True, how: str = "") -> tuple[Step, ...]:
    """How a customer who is passed on to an extension, or to its agent, goes on from there; empty: it rings there.
    ``takes``: whether that agent can be offered her now; ``how`` as of ``where``. Raises Refused."""
    world = turn.world
    extension = goal.to
    if goal.what == AGENT:
        agent = world.agents.get(goal.to)
        extension = agent.profile.extension if agent is not None else ""
    elif goal.what == NUMBER:
        target = classify(goal.to, world.directory.home, world.rows)
        extension = target.number if target is not None and not target.outside else ""
    if extension not in world.forwards:
        return ()
    passed = tuple(call.forwarded)
    if how:
        return where(world, extension, turn.now, how=how, passed=passed)
    steps = where(world, extension, turn.now, passed=passed)
    return steps if steps or takes else where(world, extension, turn.now, how=NO_ANSWER, passed=passed)


def _allowed(world: World, extension: str, typed: str, now: int) -> str:
    """The number as it is dialled. Its owner lends her permission; a phone of nobody reaches extensions."""
    home = world.directory.home
    target = classify(typed, home, world.rows)
    if target is not None and not target.outside:
        return target.number
    owner = world.agents.get(world.extensions.get(extension, ""))
    if target is None or owner is None or target.kind == EMERGENCY:
        raise Refused(refusals.FORWARDED_WHERE_NOT_ALLOWED, extension=extension)
    try:
        return dialling.target(world, owner, typed, now).number
    except Refused as refused:
        if refused.reason in (refusals.NO_TRUNK, refusals.NO_FREE_TRUNK, refusals.LISTS_UNKNOWN):
            raise
        raise Refused(refusals.FORWARDED_WHERE_NOT_ALLOWED, extension=extension) from refused


def tell(turn: Turn, call: Call, steps: tuple[Step, ...], trunk: str = "") -> None:
    """It goes on so."""
    for step in steps:
        call.forwarded.append(step.extension)
        call.rings_at = step.to if step.to in turn.world.rows else ""
        turn.tell(
            facts.CallForwarded, call, extension=step.extension, how=step.how, to=step.to, hops=len(call.forwarded),
            trunk=trunk,
        )  # fmt: skip


def later(world: World, extension: str, now: int) -> bool:
    """Whether it is sent on from there if it is not answered."""
    return any(rule(world, extension, how, now) is not None for how in (NO_ANSWER, BUSY))


def rings(world: World, extension: str, dial_s: int, now: int) -> int:
    """How long its phone rings, s, where a number may ring ``dial_s``."""
    owner = world.agents.get(world.extensions.get(extension, ""))
    if owner is None or rule(world, extension, NO_ANSWER, now) is None:
        return dial_s
    return min(dial_s, owner.profile.ring_s)


def hold(world: World, call: Call, extension: str) -> None:
    """Whose phone rings for it is offered nothing meanwhile."""
    owner = world.agents.get(world.extensions.get(extension, ""))
    if owner is not None:
        owner.dialled_by = call.id
