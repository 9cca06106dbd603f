"""Carrying out an agent's commands and those to a switch, or refusing them in words."""

from collections.abc import Callable
from typing import Any

from switchctl.contract import commands as c
from switchctl.contract import facts, refusals
from switchctl.model import effects as do
from switchctl.model.agent import DIALLING, OFFERED, TALKING, WRAPUP, Agent
from switchctl.model.aside import JOINED
from switchctl.model.call import RINGING, TALKED, Call, Goal, Offer
from switchctl.model.machine import Refused
from switchctl.model.room import CALLED
from switchctl.policy import (
    acd,
    consult,
    consulting,
    disturb,
    leads,
    leaving,
    marking,
    nodes,
    offers,
    outbound,
    parking,
    pickup,
    redirect,
    rooms,
    sound,
    states,
    supervise,
    talks,
    transfers,
    wishes,
)
from switchctl.policy.turn import Turn


def carry_out(turn: Turn, command: c.AnyCommand) -> None:
    """Do what was asked, or tell why not."""
    try:
        if turn.world.stopping:
            raise Refused(refusals.STOPPING)
        if command.deadline < turn.now:
            raise Refused(refusals.TOO_LATE)
        if isinstance(command, c.NodeCommand):
            NODE_ORDERS[type(command)](turn, command)
            return
        if isinstance(command, c.RoomCommand):
            ROOM_ORDERS[type(command)](turn, command)
            return
        agent = turn.world.agents.get(command.agent)
        if agent is None:
            raise Refused(refusals.UNKNOWN_AGENT)
        ORDERS[type(command)](turn, agent, command)
    except Refused as refused:
        refuse(turn, command.agent, command.id, type(command).__name__, refused.reason, refused.params)


def refuse(turn: Turn, agent: str, command_id: str, kind: str, reason: str, params: dict[str, str]) -> None:
    """Tell that a command was not carried out."""
    turn.tell(
        facts.CommandRefused, agent=agent, command=kind, command_id=command_id, reason=reason, params=params
    )  # fmt: skip


def _source(command: c.Command) -> str:
    """Who acts: the agent herself, or somebody else in her place."""
    return "agent" if command.by in ("", command.agent) else "supervisor"


def sign_in(turn: Turn, agent: Agent, command: c.SignIn) -> None:
    if not agent.may("sign_in"):
        raise Refused(refusals.SIGNED_IN_ALREADY)
    states.change(turn, agent, "sign_in", reason="signed-in", source=_source(command), command_id=command.id)


def _leave_wrap_up(turn: Turn, agent: Agent, step: str, command_id: str) -> None:
    if agent.may(step):
        talks.wrap_up_over(turn, agent, "agent", command_id)


def sign_out(turn: Turn, agent: Agent, command: c.SignOut) -> None:
    if command.force and agent.may("force_out") and agent.state != WRAPUP:
        _sign_out_of_call(turn, agent, command)
        return
    _leave_wrap_up(turn, agent, "sign_out", command.id)
    states.change(turn, agent, "sign_out", source=_source(command), command_id=command.id)


def _sign_out_of_call(turn: Turn, agent: Agent, command: c.SignOut) -> None:
    """What she has in hand is ended, and with its end she is signed out (``states.change``)."""
    if agent.state == OFFERED:
        offer = _ringing(turn, agent)
        offer.command_id, agent.leaves = command.id, _source(command)
        offers.withdraw(turn, offer)
        return
    hang_up(turn, agent, command)
    leaving.ordered(turn, agent, _source(command), command.by, command.id)


def become_ready(turn: Turn, agent: Agent, command: c.BecomeReady) -> None:
    _leave_wrap_up(turn, agent, "become_ready", command.id)
    states.change(turn, agent, "become_ready", source=_source(command), command_id=command.id)
    acd.serve_agent(turn, agent)


def pause(turn: Turn, agent: Agent, command: c.Pause) -> None:
    _leave_wrap_up(turn, agent, "pause", command.id)
    states.change(turn, agent, "pause", reason=command.reason, source=_source(command), command_id=command.id)


def plan_pause(turn: Turn, agent: Agent, command: c.PlanPause) -> None:
    states.plan(turn, agent, command.reason, command.id)


def extend_wrap_up(turn: Turn, agent: Agent, command: c.ExtendWrapUp) -> None:
    talks.extend_wrap_up(turn, agent, command.id)


def finish_wrap_up(turn: Turn, agent: Agent, command: c.FinishWrapUp) -> None:
    if agent.state != WRAPUP:
        raise Refused(refusals.NOT_IN_WRAP_UP)
    talks.wrap_up_over(turn, agent, "agent", command.id)
    states.after_call(turn, agent, "wrap_up_over", source=_source(command), command_id=command.id)
    acd.serve_agent(turn, agent)


def _ringing(turn: Turn, agent: Agent) -> Offer:
    offer = turn.world.offers.get(agent.offer) if agent.state == OFFERED else None
    if offer is None:
        raise Refused(refusals.NO_OFFER)
    return _reachable(turn, offer)


def _dialling(turn: Turn, agent: Agent) -> Offer | None:
    """The leg of an agent who dials and has reached nobody yet."""
    offer = turn.world.offers.get(agent.offer) if agent.state == DIALLING else None
    return _reachable(turn, offer) if offer is not None else None


def _talking(turn: Turn, agent: Agent) -> tuple[Call, Offer]:
    offer = turn.world.offers.get(agent.offer) if agent.state == TALKING else None
    call = turn.world.calls.get(agent.call_id)
    if offer is None or call is None or offer.state != TALKED:
        raise Refused(refusals.NOT_TALKING)
    return call, _reachable(turn, offer)


def _reachable(turn: Turn, offer: Offer) -> Offer:
    if not turn.world.node(offer.node).up:
        raise Refused(refusals.SWITCH_AWAY)
    return offer


def _ref(agent: Agent, command: c.Command) -> str:
    return f"command|{agent.id}|{type(command).__name__}|{command.id}"


def answer(turn: Turn, agent: Agent, command: c.Answer) -> None:
    member = rooms.own(turn, agent)
    if member is not None and member.state == CALLED:
        turn.do(do.PickUp(*member.phone_leg, _ref(agent, command)))
        return
    offer = _dialling(turn, agent) or _ringing(turn, agent)
    if offer.state != RINGING:
        raise Refused(refusals.NO_OFFER)
    node, leg = offer.phone_leg
    if not turn.world.node(node).up:
        raise Refused(refusals.SWITCH_AWAY)
    turn.do(do.PickUp(node, leg, _ref(agent, command)))


def reject(turn: Turn, agent: Agent, command: c.Reject) -> None:
    offer = _ringing(turn, agent)
    offer.ending, offer.command_id = "reject", command.id
    turn.do(do.Kill(offer.node, offer.id, "CALL_REJECTED"))


def _own(turn: Turn, agent: Agent) -> tuple[Call, Offer]:
    """Her talk, where nobody is asked beside it."""
    call, offer = _talking(turn, agent)
    if call.offer is not offer:
        raise Refused(refusals.CONSULTED)
    if call.aside is not None:
        raise Refused(refusals.IN_CONFERENCE if call.aside.state == JOINED else refusals.CONSULTING)
    return call, offer


def hold(turn: Turn, agent: Agent, command: c.Hold) -> None:
    call, offer = _own(turn, agent)
    if offer.hold_since:
        raise Refused(refusals.ON_HOLD_ALREADY)
    talks.play_hold_music(turn, call, offer, True, _ref(agent, command))


def resume(turn: Turn, agent: Agent, command: c.Resume) -> None:
    call, offer = _own(turn, agent)
    if not offer.hold_since:
        raise Refused(refusals.NOT_ON_HOLD)
    talks.play_hold_music(turn, call, offer, False, _ref(agent, command))


def hang_up(turn: Turn, agent: Agent, command: c.HangUp | c.SignOut) -> None:
    dials = _dialling(turn, agent)
    if dials is not None:
        outbound.cancel(turn, dials, command.id, _source(command))
        return
    member = rooms.own(turn, agent)
    if member is not None:
        rooms.leave(turn, member)
        return
    call, offer = _talking(turn, agent)
    if offer.consult:
        turn.do(do.Kill(offer.node, offer.id))
        return
    if _source(command) == "agent":
        _own(turn, agent)
    talks.hang_up(turn, call, offer, command.id, _source(command))


def transfer(turn: Turn, agent: Agent, command: c.Transfer) -> None:
    call, _offer = _own(turn, agent)
    transfers.blind(turn, call, Goal(command.what, command.to), command.by or agent.id, command.id)


def mark(turn: Turn, agent: Agent, command: c.MarkCustomer) -> None:
    marking.mark(turn, *_talking(turn, agent), marking.BY_ORDER, command.id)


def park(turn: Turn, agent: Agent, command: c.Park) -> None:
    call, offer = _own(turn, agent)
    parking.park(turn, call, offer, command.by, command.id)


def retrieve(turn: Turn, agent: Agent, command: c.Retrieve) -> None:
    parking.retrieve(turn, agent, command.slot, command.id)


def pick_up_call(turn: Turn, agent: Agent, command: c.PickUpCall) -> None:
    pickup.start(turn, agent, command.of, command.id)


def ask_call_back(turn: Turn, agent: Agent, command: c.AskCallBack) -> None:
    wishes.ask(turn, agent, command.of, command.when, command.id)


def cancel_call_back(turn: Turn, agent: Agent, command: c.CancelCallBack) -> None:
    wishes.cancel(turn, agent, command.of, command.id)


def start_consult(turn: Turn, agent: Agent, command: c.Consult) -> None:
    call, offer = _own(turn, agent)
    if call.goal is not None:
        raise Refused(refusals.TRANSFERRED_ALREADY)
    consult.start(turn, agent, call, offer, Goal(command.what, command.to), command.id)


def _in_consult(act: Callable[[Turn, Call, str], None]) -> Callable[[Turn, Agent, Any], None]:
    def order(turn: Turn, agent: Agent, command: c.Command) -> None:
        call, offer = _talking(turn, agent)
        if call.offer is not offer:
            raise Refused(refusals.CONSULTED)
        act(turn, call, command.id)

    return order


def dial(turn: Turn, agent: Agent, command: c.Dial) -> None:
    """A number; that of a conference room leads into it."""
    room = rooms.by_number(turn, command.number)
    if room and command.number.strip() not in turn.world.extensions:
        rooms.come(turn, agent, command, room)
    else:
        outbound.dial(turn, agent, command)


def mute(turn: Turn, agent: Agent, command: c.Mute | c.Unmute) -> None:
    sound.mute(turn, *_talking(turn, agent), isinstance(command, c.Mute), command.id)


def send_keys(turn: Turn, agent: Agent, command: c.SendKeys) -> None:
    sound.send(turn, *_talking(turn, agent), command.keys, command.id)


ROOM_ORDERS: dict[type[c.Command], Callable[[Turn, Any], None]] = {
    c.JoinRoom: rooms.join,
    c.InviteToRoom: rooms.invite,
    c.MuteMember: rooms.mute,
    c.DeafMember: rooms.deafen,
    c.KickMember: rooms.kick,
    c.LockRoom: rooms.lock,
    c.EndRoom: rooms.end,
}
"""Each command to a room and what carries it out."""

NODE_ORDERS: dict[type[c.Command], Callable[[Turn, Any], None]] = {
    c.DrainNode: nodes.drain,
    c.ReturnNode: nodes.serve,
}
"""Each command to a switch and what carries it out."""

ORDERS: dict[type[c.Command], Callable[[Turn, Agent, Any], None]] = {
    c.SignIn: sign_in,
    c.SignOut: sign_out,
    c.BecomeReady: become_ready,
    c.Pause: pause,
    c.PlanPause: plan_pause,
    c.Answer: answer,
    c.Reject: reject,
    c.Hold: hold,
    c.Resume: resume,
    c.HangUp: hang_up,
    c.FinishWrapUp: finish_wrap_up,
    c.ExtendWrapUp: extend_wrap_up,
    c.Dial: dial,
    c.DialLead: leads.dial,
    c.Watch: supervise.watch,
    c.EndWatch: supervise.end_watch,
    c.TakeOver: supervise.take_over,
    c.Transfer: transfer,
    c.Redirect: redirect.redirect,
    c.Consult: start_consult,
    c.SwapConsult: _in_consult(consulting.swap),
    c.CompleteTransfer: _in_consult(consulting.complete),
    c.CancelConsult: _in_consult(consulting.cancel),
    c.JoinAll: _in_consult(consulting.join_all),
    c.MarkCustomer: mark,
    c.Park: park,
    c.Retrieve: retrieve,
    c.PickUpCall: pick_up_call,
    c.DoNotDisturb: disturb.order,
    c.MayDisturb: disturb.order,
    c.AskCallBack: ask_call_back,
    c.CancelCallBack: cancel_call_back,
    c.Mute: mute,
    c.Unmute: mute,
    c.SendKeys: send_keys,
}
"""Each command and what carries it out."""
