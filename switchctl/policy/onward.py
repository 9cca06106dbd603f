"""A colleague who is dialled has her calls forwarded: what rings instead, before anybody is called and after nobody has
answered.

Theory of operation. What is known before the call is simply called in her place; the call keeps the number that was
dialled. Where it is sent on only if it is not answered the caller's own leg bears ``transfer_on_fail``: when the bridge
on it fails the switch hands it to us, stage ``onward``, and does not end it. The other leg's end is then no end of the
call. As soon as both have happened, in whatever order, the caller's leg is sent to the context ``calls`` as one that a
phone has dialled, and the next leg bears the call's id again: its talk, its record and its page are those of one call.
"""

from switchctl.contract import facts
from switchctl.contract.dialling import INTERNAL, Target, classify
from switchctl.contract.refusals import PHONE_ELSEWHERE
from switchctl.contract.statefacts import PHONE_DIALS
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.call import DIALLING, JOINING, Call, Offer
from switchctl.model.machine import Refused
from switchctl.model.seen import Seen
from switchctl.policy import attempts, dialling, forwarding, trunks
from switchctl.policy.forwarding import Step
from switchctl.policy.turn import Turn

STAGE = "onward"
CALLS = "calls"
LEG, LEASE = "leg", "lease"
COME_S = 3.0
"""So long after one of the two the other may come."""
SLACK_S = 5.0


def ahead(turn: Turn, agent: Agent, target: Target) -> tuple[tuple[Step, ...], Target]:
    """How what she dials goes on, and what rings in the end. Raises Refused."""
    world = turn.world
    if target.outside:
        return (), target
    steps = forwarding.where(world, target.number, turn.now, caller=agent.profile.extension)
    found = classify(steps[-1].to, world.directory.home, world.rows) if steps else None
    rings = found or target
    dialling.undisturbed(world, rings)
    return steps, rings


def rings(turn: Turn, target: Target) -> int:
    """How long it rings, s."""
    most = turn.world.directory.dial_s
    return most if target.outside else forwarding.rings(turn.world, target.number, most, turn.now)


def on_failure(turn: Turn, target: Target) -> dict[str, str]:
    """What the caller's leg bears where it goes on if nobody answers."""
    if target.outside or not forwarding.later(turn.world, target.number, turn.now):
        return {}
    # Without the second, NO_ANSWER goes on with the dialplan and leads nowhere, whatever the first says (measured).
    return {"transfer_on_fail": f"{','.join(forwarding.HOWS)} {STAGE} XML {CALLS}", "continue_on_fail": "false"}


def send(turn: Turn, call: Call, leg: Offer, target: Target, shows: str) -> None:
    """The caller's leg, which is in our hands, is sent to where the switch bridges it."""
    variables = {
        "cc_call_id": call.id, "cc_customer": call.id, "cc_offer": leg.id, "cc_agent": leg.agent,
        "cc_epoch": str(turn.epoch), "cc_number": target.number, "cc_shows": shows, "cc_dial_s": str(leg.dial_s),
        "cc_gateway": leg.trunk, "socket_resume": "false", **on_failure(turn, target),
    }  # fmt: skip
    turn.do(do.SetVars(leg.node, leg.id, variables))
    turn.do(do.Transfer(leg.node, leg.id, "dial-outside" if target.outside else "dial-inside", CALLS))


def unanswered(turn: Turn, call: Call, cause: str) -> bool:
    """The leg that was called for her ends; says whether the call goes on all the same."""
    if call.onward:
        return True
    leg, how = call.offer, forwarding.HOWS.get(cause, "")
    if not call.dials or call.stage != DIALLING or leg is None or leg.state != JOINING or call.answered or not how:
        return False
    extension = call.rings_at or ("" if call.forwarded else call.number)
    if leg.ending or extension not in turn.world.forwards:
        return False
    try:
        steps = _next(turn, call, leg, extension, how)
    except Refused as refused:
        turn.tell(
            facts.CommandRefused, call, agent=leg.agent, command=PHONE_DIALS, command_id=leg.id, reason=refused.reason,
            params=refused.params,
        )  # fmt: skip
        return False
    if not steps:
        return False
    call.onward = steps[-1].to
    call.awaits = {LEG} if call.awaits else {LEG, LEASE}
    attempts.let_go(turn, call)
    forwarding.tell(turn, call, steps, leg.trunk)
    turn.wake(f"dial|{leg.id}", COME_S)
    return True


def _next(turn: Turn, call: Call, leg: Offer, extension: str, how: str) -> tuple[Step, ...]:
    world = turn.world
    steps = forwarding.where(world, extension, turn.now, how=how, passed=tuple(call.forwarded))
    target = classify(steps[-1].to, world.directory.home, world.rows) if steps else None
    if target is None:
        return ()
    dialling.undisturbed(world, target)
    if target.kind == INTERNAL and world.way(target.number, call.node):
        raise Refused(PHONE_ELSEWHERE)
    leg.trunk = trunks.choose(world, target, call.node)
    return steps


def gone(turn: Turn, call: Call, cause: str) -> bool:
    """That leg has ended: its id is free for the next. Says whether the call goes on."""
    if not unanswered(turn, call, cause):
        return False
    call.awaits.discard(LEG)
    _go(turn, call)
    return True


def came(turn: Turn, node: str, ev: Seen) -> None:
    """The caller's own leg is handed to us: nobody has answered."""
    leg = turn.world.offers.get(ev.uuid)
    call = turn.world.calls.get(leg.call_id) if leg is not None else None
    if leg is None or call is None or call.offer is not leg or leg.state != JOINING:
        turn.do(do.Kill(node, ev.uuid, "NO_ANSWER"))
        return
    if not call.onward:
        call.awaits = {LEG}  # its end is told in a moment; if not, the timer ends the call
        turn.wake(f"dial|{leg.id}", COME_S)
        return
    call.awaits.discard(LEASE)
    _go(turn, call)


def _go(turn: Turn, call: Call) -> None:
    leg = call.offer
    if call.awaits or leg is None:
        return
    world = turn.world
    target, agent = classify(call.onward, world.directory.home, world.rows), world.agents.get(leg.agent)
    if target is None or agent is None:
        return  # the timer ends it
    call.onward = ""
    leg.dial_s = rings(turn, target)
    turn.do(do.SetVars(leg.node, leg.id, {"transfer_on_fail": "", "continue_on_fail": "", "execute_on_pre_bridge": ""}))
    send(turn, call, leg, target, dialling.shown_number(world, agent, target))
    if call.rings_at:
        forwarding.hold(world, call, call.rings_at)
    turn.wake(f"dial|{leg.id}", leg.dial_s + SLACK_S)
