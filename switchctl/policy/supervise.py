"""What a supervisor orders of an agent's talk, or why not: hear it, be heard in it, leave it, take it over."""

from switchctl.contract import commands as c
from switchctl.contract import refusals, watchfacts
from switchctl.model import effects as do
from switchctl.model.agent import DIALLING, OFFERED, TALKING, Agent
from switchctl.model.call import TALKED, Call, Offer
from switchctl.model.call import TALKING as IN_TALK
from switchctl.model.machine import Refused
from switchctl.model.watch import HEARS, JOINING, KEYS, TAKE, Watch
from switchctl.policy import privacy, watching
from switchctl.policy.ringing import AUTO_ANSWER
from switchctl.policy.turn import Turn

RING_S = 20
SLACK_S = 5.0


def watch(turn: Turn, agent: Agent, command: c.Watch) -> None:
    """Hear an agent's talk, or be heard otherwise than before."""
    who = _supervisor(turn, agent, command)
    privacy.respected(turn, who, agent)
    mine = of(turn, who.id)
    if mine is None:
        call, offer = _talk(turn, agent)
        _ring(turn, who, call, offer, command.mode, command.id)
    elif mine.agent != agent.id:
        raise Refused(refusals.WATCHING_ANOTHER)
    elif mine.state != HEARS:
        raise Refused(refusals.PICK_UP_FIRST)
    elif mine.mode == command.mode:
        raise Refused(refusals.WATCHING_SO)
    else:
        turn.do(do.Press(mine.node, mine.id, KEYS[command.mode], _ref(agent, command)))


def end_watch(turn: Turn, agent: Agent, command: c.EndWatch) -> None:
    """Leave the talk: her leg is ended."""
    mine = of(turn, command.by)
    if mine is None or mine.agent != agent.id or mine.state == JOINING:
        raise Refused(refusals.NOT_WATCHING)
    _reachable(turn, mine.node)
    mine.ending = True
    turn.do(do.Kill(mine.node, mine.id))


def take_over(turn: Turn, agent: Agent, command: c.TakeOver) -> None:
    """Talk to an agent's customer in her place: over the phone that listens already, or one that is rung for it."""
    who = _supervisor(turn, agent, command)
    privacy.respected(turn, who, agent)
    call, offer = _talk(turn, agent)
    if call.aside is not None:
        raise Refused(refusals.CONSULTING)
    mine = of(turn, who.id)
    if mine is None:
        _ring(turn, who, call, offer, TAKE, command.id)
    elif mine.agent != agent.id:
        raise Refused(refusals.WATCHING_ANOTHER)
    elif mine.state != HEARS:
        raise Refused(refusals.PICK_UP_FIRST)
    elif _held(call, offer):
        raise Refused(refusals.HELD_NOW)
    else:
        mine.asked = TAKE
        watching.take(turn, mine, call)


def of(turn: Turn, login: str) -> Watch | None:
    """What she watches now."""
    agent = turn.world.agents.get(login)
    return turn.world.watches.get(agent.watches) if agent is not None else None


def _supervisor(turn: Turn, agent: Agent, command: c.Command) -> Agent:
    who = turn.world.agents.get(command.by)
    if who is None:
        raise Refused(refusals.NO_PHONE_TO_WATCH)
    if who is agent:
        raise Refused(refusals.OWN_TALK)
    return who


def _talk(turn: Turn, agent: Agent) -> tuple[Call, Offer]:
    offer = turn.world.offers.get(agent.offer) if agent.state == TALKING else None
    call = turn.world.calls.get(agent.call_id)
    if offer is None or call is None or offer.state != TALKED:
        raise Refused(refusals.NOT_TALKING)
    _reachable(turn, offer.node)
    return call, offer


def _held(call: Call, offer: Offer) -> bool:
    """Whether the customer is not with the agent now: on hold, or on her way to somebody else."""
    return bool(offer.hold_since) or call.stage != IN_TALK or call.goal is not None


def _reachable(turn: Turn, node: str) -> None:
    if not turn.world.node(node).up:
        raise Refused(refusals.SWITCH_AWAY)


def _ref(agent: Agent, command: c.Command) -> str:
    return f"command|{agent.id}|{type(command).__name__}|{command.id}"


def _ring(turn: Turn, who: Agent, call: Call, offer: Offer, mode: str, command_id: str) -> None:
    world, extension = turn.world, who.profile.extension
    if who.state in (OFFERED, DIALLING, TALKING) or who.rung or who.dialled_by or who.confers:
        raise Refused(refusals.BUSY_YOURSELF)
    if mode == TAKE and _held(call, offer):
        raise Refused(refusals.HELD_NOW)
    via = world.way(extension, call.node)
    if via is None or world.devices.get(extension) == "":
        raise Refused(refusals.OWN_PHONE_AWAY)
    made = Watch(
        id=turn.new_id("watch"), node=call.node, call_id=call.id, offer=offer.id, agent=offer.agent, by=who.id,
        asked=mode, made=turn.at, via=via, via_leg=turn.new_id("relay") if via else "",
    )  # fmt: skip
    world.watches[made.id] = made
    watching.busy(turn, who, made.id)
    turn.tell(
        watchfacts.WatchStarted, call, watch=made.id, agent=made.agent, by=made.by, mode=mode, offer=made.offer,
        via=via, via_leg=made.via_leg, command_id=command_id,
    )  # fmt: skip
    spied = "" if mode == TAKE else offer.id
    turn.do(do.Eavesdrop(call.node, made.id, extension, RING_S, _variables(turn, made), via, spied))
    turn.wake(f"watch|{made.id}", RING_S + SLACK_S)


def _variables(turn: Turn, made: Watch) -> dict[str, str]:
    headers = {"Call": made.call_id, "Offer": made.id, "Leg": made.via_leg} if made.via else {}
    agent = turn.world.agents[made.agent].profile.extension
    return {
        **{f"sip_h_X-Switchdesk-{name}": value for name, value in headers.items()},
        "cc_call_id": made.call_id,
        "cc_watch": made.offer,
        "cc_epoch": str(turn.epoch),
        "hangup_after_bridge": "true",
        # Her display shows whose talk it is: the customer's number she may be allowed to see masked only.
        "origination_caller_id_number": agent,
        "origination_caller_id_name": agent,
        **AUTO_ANSWER,
    }
