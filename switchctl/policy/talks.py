"""Talking: from the bridge to the end of the after-call work."""

from switchctl.contract import facts, refusals
from switchctl.contract.directory import Queue
from switchctl.model import effects as do
from switchctl.model.agent import DIALLING, OFFERED, TALKING, WRAPUP, Agent
from switchctl.model.call import TALKED, Call, Offer
from switchctl.model.machine import Refused
from switchctl.policy import acd, attempts, offers, parties, states
from switchctl.policy.turn import SECOND, Turn, ms


def start(turn: Turn, call: Call, offer: Offer) -> None:
    """Caller and agent are joined (CHANNEL_BRIDGE, or found joined in a listing)."""
    agent = turn.world.agents.get(offer.agent)
    if not offer.step("join"):
        return
    if not call.step("talk"):
        call.step("adopt")
    offer.talk_since, offer.ending, offer.missing = turn.at, "", 0
    if call.goal is not None:
        turn.sleep_on(f"park|{call.id}")
    call.goal, call.passed_by, call.parked_until = None, "", 0
    if offer.outside:
        parties.joined(turn, call, offer)
        turn.sleep_on(f"ring|{offer.id}")
        turn.sleep_on(f"join|{offer.id}")
        return
    if offer.dials:
        rang = ms(offer.made, turn.at)
        turn.tell(facts.DialEnded, call, offer=offer.id, agent=offer.agent, result="answered", ring_ms=rang)
    else:
        turn.tell(
            facts.OfferEnded, call, offer=offer.id, agent=offer.agent, visit=offer.visit, result="answered",
            ring_ms=ms(offer.made, turn.at),
        )  # fmt: skip
    if call.visit:
        wait = ms(call.entered, turn.at)
        turn.tell(facts.QueueLeft, call, queue=offer.queue, visit=offer.visit, exit="answered", wait_ms=wait)
        call.visit = ""
    turn.tell(facts.TalkStarted, call, offer=offer.id, agent=offer.agent, queue=offer.queue)
    if agent is not None:
        step = "talk" if agent.may("talk") and agent.offer == offer.id else "adopt"
        busy = agent.state in (OFFERED, DIALLING) and step == "adopt"
        rings = turn.world.offers.get(agent.offer) if busy else None
        wrap_up_over(turn, agent, "system")
        # The pause in which she dialled, or asked for the call, is kept: it goes on after the call.
        reason = agent.reason if step == "talk" else ""
        states.change(turn, agent, step, reason=reason, offer=offer.id, call_id=call.id, node=call.node)
        if rings is not None and rings.dials:
            attempts.withdraw(turn, rings)
        elif rings is not None:
            offers.withdraw(turn, rings)  # the fail-safe queue had her first
    turn.sleep_on(f"ring|{offer.id}")
    turn.sleep_on(f"join|{offer.id}")
    if offer.dials:
        turn.sleep_on(f"dial|{offer.id}")


def play_hold_music(turn: Turn, call: Call, offer: Offer, on: bool, ref: str) -> None:
    """The agent's page holds or resumes: music over the talk, or its end."""
    queue = turn.world.queues.get(offer.queue)
    music = call.hold_music or (queue.profile.music if queue is not None else Queue(id="", name="").music)
    turn.do(do.Hold(call.node, call.id, on, music, hold_token(offer), ref))


def hold_token(offer: Offer) -> str:
    """Names the hold music in the switch's events; the same after a restart."""
    return f"hold-{offer.id}"


def hold_started(turn: Turn, call: Call, offer: Offer) -> None:
    """The agent's leg went on hold, by the page or by the phone's own button."""
    if offer.state == TALKED and not offer.hold_since and call.aside is None:
        offer.hold_since = turn.at
        turn.tell(facts.HoldStarted, call, offer=offer.id, agent=offer.agent)


def hold_ended(turn: Turn, call: Call, offer: Offer) -> None:
    """The agent's leg came off hold."""
    if offer.hold_since:
        held = ms(offer.hold_since, turn.at)
        offer.hold_since = 0
        offer.hold_ms += held
        turn.tell(facts.HoldEnded, call, offer=offer.id, agent=offer.agent, held_ms=held)


def end(turn: Turn, call: Call, offer: Offer, by: str) -> None:
    """Caller and agent are apart; she has her after-call work."""
    if offer.state != TALKED:
        return
    if call.left:
        turn.at = min(turn.at, call.left)  # the agent's leg is heard of last, the talk was over before
    hold_ended(turn, call, offer)
    offer.step("end")
    whole = ms(offer.talk_since, turn.at)
    if offer.outside:
        parties.left(turn, call, offer)
        call.offer = None
        call.ended_by = call.ended_by or by
        turn.wake(f"forget|{offer.id}", offers.FORGET_S)
        return
    turn.tell(
        facts.TalkEnded, call, offer=offer.id, agent=offer.agent, talk_ms=max(0, whole - offer.hold_ms),
        hold_ms=min(offer.hold_ms, whole), ended_by=by, command_id=offer.command_id,
    )  # fmt: skip
    call.offer = None
    if by != "transfer":
        call.ended_by = call.ended_by or by
    turn.wake(f"forget|{offer.id}", offers.FORGET_S)
    agent = turn.world.agents.get(offer.agent)
    hers = agent is not None and agent.state == TALKING and agent.offer == offer.id
    if agent is None or not hers or agent.profile.wrap_up_s <= 0 or agent.leaves:
        # Each talk has its end of wrap-up, or its record would never be whole.
        turn.tell(facts.WrapUpEnded, call, offer=offer.id, agent=offer.agent, wrap_ms=0, by="system")
    if agent is not None and hers:
        wrap_up(turn, agent, call, offer)


def wrap_up(turn: Turn, agent: Agent, call: Call, offer: Offer) -> None:
    """Begin the after-call work; without any she is ready at once."""
    seconds = agent.profile.wrap_up_s
    if seconds <= 0 or agent.leaves:
        states.after_call(turn, agent, "no_wrap_up")
        acd.serve_agent(turn, agent)
        return
    states.change(
        turn, agent, "wrap_up", reason=agent.reason, offer=offer.id, call_id=call.id, node=call.node,
        until=turn.now + seconds * SECOND,
    )  # fmt: skip
    turn.wake(f"wrap|{agent.id}|{offer.id}", seconds)


def extend_wrap_up(turn: Turn, agent: Agent, command_id: str) -> None:
    """She needs longer for the after-call work. Raises Refused."""
    profile = agent.profile
    if agent.state != WRAPUP:
        raise Refused(refusals.NO_WRAP_UP_TO_EXTEND)
    if agent.extended >= profile.wrap_up_extensions or profile.wrap_up_extend_s <= 0:
        raise Refused(refusals.EXTENDED_ENOUGH)
    agent.extended += 1
    agent.until += profile.wrap_up_extend_s * SECOND
    turn.tell(
        facts.WrapUpExtended, call_id=agent.call_id, offer=agent.offer, agent=agent.id, until=agent.until,
        times=agent.extended, command_id=command_id,
    )  # fmt: skip
    turn.wake(f"wrap|{agent.id}|{agent.offer}", (agent.until - turn.now) / SECOND)


def wrap_up_over(turn: Turn, agent: Agent, by: str, command_id: str = "") -> None:
    """Tell that the after-call work is over; the caller of this changes her state."""
    if agent.state == WRAPUP:
        turn.tell(
            facts.WrapUpEnded, call_id=agent.call_id, offer=agent.offer, agent=agent.id,
            wrap_ms=ms(agent.since, turn.at), by=by, command_id=command_id,
        )  # fmt: skip
        turn.sleep_on(f"wrap|{agent.id}|{agent.offer}")


def wrap_up_expired(turn: Turn, agent: Agent, offer_id: str) -> None:
    """Her time for after-call work is up."""
    if agent.state == WRAPUP and agent.offer == offer_id:
        wrap_up_over(turn, agent, "time")
        states.after_call(turn, agent, "wrap_up_over")
        acd.serve_agent(turn, agent)


def hang_up(turn: Turn, call: Call, offer: Offer, command_id: str, by: str = "agent") -> None:
    """The agent ends the call from her page, or a supervisor (``by``): the caller's leg is ended, hers follows."""
    offer.ending, offer.command_id = by, command_id
    call.ended_by = by
    turn.do(do.Kill(call.node, call.id))
