"""The world after a start, from the live view that the journal holds."""

import msgspec

from switchctl.contract import facts
from switchctl.contract.directory import QUEUE
from switchctl.contract.directory import Queue as Profile
from switchctl.contract.live import LiveAgent, LiveCall, LiveRoom, LiveView
from switchctl.model.agent import DIALLING, OFFERED, TALKING, WRAPUP, Agent
from switchctl.model.aside import CALLING, JOINED, Aside
from switchctl.model.call import JOINING, RINGING, TALKED, Call, Goal, Offer
from switchctl.model.queue import Queue
from switchctl.model.room import CALLED, Member, Room
from switchctl.model.wish import Wish
from switchctl.policy import (
    consult,
    dialler,
    leaving,
    offers,
    outbound,
    parking,
    parties,
    states,
    takeover,
    transfers,
    wishes,
)
from switchctl.policy.turn import SECOND, Turn

LONGEST_S = 120
"""So long a campaign may let a phone ring; the switch knows how long this one does."""
STAGES = {
    "arrived": "arrived",
    "flow": "flow",
    "waiting": "waiting",
    "offered": "offered",
    "dialling": "dialling",
    "talking": "talking",
    "held": "talking",
    "passed": "passed",
    "parked": "passed",
    "consulting": "consulting",
    "conference": "consulting",
    "room": "room",
}
"""Stage in the view → stage of the call; anything else is leaving."""


def restore(turn: Turn, view: LiveView) -> None:
    """Rebuild calls, offers and agents; the first listing of each node then says what is left of them."""
    world = turn.world
    for extension, registered in view.devices.items():
        world.devices[extension] = view.phones.get(extension, "") if registered else ""
    for extension, name in view.phones.items():
        world.phones.put(extension, name, 0, 0)  # until that node lists them
    world.dialled = dict(view.dialled)
    dialler.begin(turn)
    world.trunks = {(gateway, node): state for gateway, at in view.trunks.items() for node, state in at.items()}
    for name, state in view.nodes.items():
        world.node(name).state = state
    for live in view.calls.values():
        _call(turn, live)
    for known in view.agents.values():
        agent = world.agents.get(known.id)
        if agent is not None:
            _agent(turn, agent, known)
    for call in world.calls.values():
        _let_go_already(turn, call)
    takeover.restore(turn, view.watches)
    for wish in view.wishes.values():
        wishes.restored(turn, Wish(**msgspec.structs.asdict(wish)))
    for room in view.rooms.values():
        _room(turn, room)
    for queue in world.queues.values():
        queue.waiting = []
    for call in world.calls.values():
        if call.stage == "waiting":
            world.queues[call.queue].join(call)


def state(turn: Turn, view: LiveView) -> None:
    """Tell what we believe at the beginning of a term: a leader before us may have told more than we ever read, and
    whoever listens must not go on with that. Calls that are not among these are over by the first listing."""
    for agent in turn.world.agents.values():
        turn.tell(
            facts.AgentStateChanged, at=agent.since or turn.at, agent=agent.id, state=agent.state, previous=agent.state,
            reason=agent.reason, source="system", offer=agent.offer, call_id=agent.call_id, until=agent.until,
            misses=agent.misses, plan=agent.plan, extended=agent.extended,
        )  # fmt: skip
    for extension, registered in view.devices.items():
        turn.tell(
            facts.DeviceChanged, node=view.phones.get(extension, ""), extension=extension, registered=registered,
            reason="stated",
        )  # fmt: skip
    for live in view.calls.values():
        told = msgspec.structs.asdict(live)
        turn.tell(facts.CallStated, call_id=told.pop("id"), **told)


def _call(turn: Turn, live: LiveCall) -> None:
    world = turn.world
    call = Call(
        id=live.id, node=live.node, number=live.number, name=live.name, dialled=live.dialled, arrived=live.arrived,
        direction=live.direction,
        stage=STAGES.get(live.stage, "leaving"), answered=live.answered, flow=live.flow, flow_visit=live.flow_visit,
        queue=live.queue, visit=live.visit, entered=live.entered, keys=live.keys, campaign=live.campaign,
        hold_music=live.music, room=live.room, passed_by=live.passed_by, passed_from=live.passed_from, taken=live.taken,
        goal=Goal(*live.goal.split(":", 1)) if live.goal else None, parked_until=live.parked_until, marked=live.marked,
        forwarded=list(live.forwarded), rings_at=live.forward_to,
    )  # fmt: skip
    route = world.routes.get(call.dialled)
    if not call.queue and route is not None and route.target == QUEUE:
        call.queue = route.queue
    queue = world.queues.get(call.queue)
    if call.visit and call.stage in ("waiting", "offered") and queue is None:  # it was taken away while we were
        queue = world.queues[call.queue] = Queue(profile=Profile(id=call.queue, name=call.queue), closed=True)
    call.order = call.entered - (queue.profile.head_start_s if queue else 0) * SECOND
    if live.offer:
        talked = live.stage in ("talking", "held", "consulting", "conference")
        offer = Offer(
            id=live.offer, call_id=call.id, agent=live.agent, queue=call.queue, visit=call.visit, node=call.node,
            state=TALKED if talked else RINGING, made=live.since, talk_since=live.talk_since,
            hold_since=live.hold_since, hold_ms=live.hold_ms, ending="" if talked or call.dials else "restored",
            via=live.via, via_leg=live.via_leg, dials=call.dials, outside=live.outside, muted=live.muted,
            trunk=live.trunk,
            dial_s=max(world.directory.dial_s, LONGEST_S) if call.campaign else world.directory.dial_s,
        )  # fmt: skip
        call.offer = offer
        world.add_offer(offer)
        if call.dials and not talked:
            _dialling(turn, offer, live)
    if live.pick:
        _not_picked_up(turn, call, live)
    if live.aside:
        _aside(turn, call, live)
    outbound.called(turn, call)
    parties.holds(turn, call)
    transfers.restored(turn, call)
    parking.restored(turn, call)
    consult.restored(turn, call)
    world.calls[call.id] = call


def _not_picked_up(turn: Turn, call: Call, live: LiveCall) -> None:
    """Who wanted it from a colleague does not get it: her leg belongs to no call, and the listings end it."""
    turn.tell(
        facts.OfferEnded, call, offer=live.pick, agent=live.pick_agent, visit=live.visit, result="cancelled",
        cause="restart",
    )  # fmt: skip


def _room(turn: Turn, live: LiveRoom) -> None:
    """Whoever is in stays in; the first listing tells who left meanwhile."""
    world = turn.world
    room = world.rooms[live.id] = Room(id=live.id, node=live.node, opened=live.since, locked=live.locked)
    for one in live.members.values():
        called = one.state == CALLED
        member = Member(
            id=one.id, room=live.id, node=live.node, state=one.state, call_id=one.call, number=one.number,
            agent=one.agent, by=one.by, seat=one.seat, muted=one.muted, deaf=one.deaf, made=one.since,
            since=0 if called else one.since, via=one.via, via_leg=one.via_leg,
        )  # fmt: skip
        room.members[member.id] = member
        if not member.call_id:
            world.members[member.id] = member
        if member.agent in world.agents:
            world.agents[member.agent].confers = member.id
        if called:
            turn.wake(f"member|{member.id}", LONGEST_S)


def _aside(turn: Turn, call: Call, live: LiveCall) -> None:
    speaks = live.aside_state != CALLING
    leg = Offer(
        id=live.aside, call_id=call.id, agent=live.aside_agent, queue="", visit="", node=call.node,
        state=TALKED if speaks else RINGING, made=live.since, talk_since=live.since if speaks else 0, consult=True,
        outside=live.aside_outside, via=live.aside_via, via_leg=live.aside_via_leg,
    )  # fmt: skip
    call.aside = Aside(leg=leg, state=live.aside_state, gathered=live.aside_state == JOINED)
    turn.world.add_offer(leg)
    if not speaks:
        turn.wake(f"ring|{leg.id}", LONGEST_S)


def _let_go_already(turn: Turn, call: Call) -> None:
    """Who was asked is elsewhere: her leg was seen to end, and the other two were about to be joined."""
    leg = call.aside.leg if call.aside is not None else None
    agent = turn.world.agents.get(leg.agent) if leg is not None else None
    if leg is not None and agent is not None and agent.offer != leg.id:
        leg.step("end")
        turn.wake(f"forget|{leg.id}", offers.FORGET_S)


def _dialling(turn: Turn, leg: Offer, live: LiveCall) -> None:
    """The switch goes on with it alone; nothing is said to it again."""
    leg.state, leg.picked_up = (JOINING, live.picked_up) if live.picked_up else (RINGING, 0)
    if live.picked_up:
        turn.wake(f"dial|{leg.id}", leg.dial_s + outbound.SLACK_S)
    else:
        agent = turn.world.agents.get(leg.agent)
        turn.wake(f"ring|{leg.id}", (agent.profile.ring_s if agent else 0) + outbound.SLACK_S)


def _agent(turn: Turn, agent: Agent, known: LiveAgent) -> None:
    agent.state, agent.reason, agent.since, agent.until = known.state, known.reason, known.since, known.until
    agent.offer, agent.call_id, agent.misses, agent.idle_since = known.offer, known.call_id, known.misses, known.since
    agent.plan, agent.extended, agent.dnd, agent.leaves = known.plan, known.extended, known.dnd, known.leaves
    leaving.restored(turn, agent)
    if agent.state == WRAPUP:
        turn.wake(f"wrap|{agent.id}|{agent.offer}", max(0.0, (agent.until - turn.now) / SECOND))
    elif agent.state in (OFFERED, DIALLING, TALKING):
        offer = turn.world.offers.get(agent.offer)
        if offer is None:
            _unstick(turn, agent)
        elif agent.state != TALKING and offer.state == TALKED:  # her talk was told, her state was not
            states.change(
                turn, agent, "talk", reason=agent.reason, offer=offer.id, call_id=offer.call_id, node=offer.node
            )


def _unstick(turn: Turn, agent: Agent) -> None:
    """The call she was in is gone from the journal: its end was told, her next state was not."""
    if agent.state == TALKING:  # each talk has its end of wrap-up, or its record would never be whole
        turn.tell(facts.WrapUpEnded, call_id=agent.call_id, offer=agent.offer, agent=agent.id, wrap_ms=0, by="system")
    states.after_call(turn, agent, "no_wrap_up" if agent.state == TALKING else "let_go")
