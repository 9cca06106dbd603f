"""Automatic call distribution.

Theory of operation. The invariant between two inputs is: no call that may be offered waits in a queue that has a
ready agent. So there are only two moments at which anything must be matched: a call joins (``serve_call`` looks for
an agent) and an agent becomes ready (``serve_agent`` looks for a call, and leaves her to the campaigns where it finds
none); a node that is back and a new directory are many of them at once (``serve_all``). Both obey one order (design
3.17): the agent's own tier first, then the call's arrival less its head start, ties by call id. A call that was offered
and missed keeps its order, so it stands at the place it left; the agent's misses are counted and end in a pause.
Each decision leaves its reason on the fact, as ``rule:key=value,…``.
"""

from switchctl.contract import facts
from switchctl.contract.codes import AGENT_KEYS
from switchctl.contract.directory import ALWAYS
from switchctl.contract.directory import Queue as Profile
from switchctl.model import effects as do
from switchctl.model.agent import OFFLINE, Agent
from switchctl.model.call import WAITING, Call, Offer
from switchctl.model.queue import Queue
from switchctl.policy import dialler, elsewhere, states
from switchctl.policy.pick import longest_idle
from switchctl.policy.ringing import AUTO_ANSWER
from switchctl.policy.turn import SECOND, Turn, ms

ANSWER_SLACK_S = 5
"""How long after the ring time the switch may take to say that nobody answered, before we stop believing it."""


def offerable(turn: Turn, call: Call) -> bool:
    """Whether a waiting call can be offered now: its node is up and compared, it is in our hands, and no agent may be
    busy with a call that a switch gave her without us."""
    node = turn.world.nodes.get(call.node)
    ours = call.stage == WAITING and call.leases > 0 and not call.found
    return ours and node is not None and node.in_touch and turn.world.in_step


def serve_call(turn: Turn, call: Call) -> None:
    """Offer a waiting call to the best ready agent of its queue, if there is one."""
    queue = turn.world.queues.get(call.queue)
    if queue is None or turn.world.stopping or not offerable(turn, call):
        return
    tier, first, ready = turn.world.first_tier(queue, call.node)
    if not first:
        return
    agent = longest_idle(first)
    idle = ms(agent.idle_since, turn.at) // 1000
    offer(turn, call, agent, f"longest_idle:ready={ready},tier={tier},idle_s={idle}")


def serve_agent(turn: Turn, agent: Agent) -> None:
    """Offer a ready agent the call that is next for her, if one waits."""
    if not agent.free or turn.world.stopping:
        return
    best: tuple[int, int, str] | None = None
    for queue_id in agent.queues:
        queue = turn.world.queues[queue_id]
        call = _first(turn, queue, agent)
        if call is not None:
            key = (queue.tiers[agent.id], call.order, call.id)
            best = min(best, key) if best else key
    if best is None:
        dialler.ask(turn, agent)
        return
    call = turn.world.calls[best[2]]
    waiting = len(turn.world.queues[call.queue].waiting)
    waited = ms(call.entered, turn.at) // 1000
    offer(turn, call, agent, f"next_in_line:waiting={waiting},tier={best[0]},waited_s={waited}")


def serve_both(turn: Turn, call: Call, agent: Agent) -> None:
    """A call and the agent who missed it came free at once.

    Others who are ready come first, or the next miss would be hers again. Without any she gets the call that is next
    for her, which need not be this one.
    """
    queue = turn.world.queues.get(call.queue)
    ready = turn.world.first_tier(queue, call.node)[2] if queue is not None else 0
    if queue is not None and agent.free and ready == (agent.id in queue.tiers):
        serve_agent(turn, agent)
        serve_call(turn, call)
    else:
        serve_call(turn, call)
        serve_agent(turn, agent)


def serve_all(turn: Turn) -> None:
    """A node is back, or the queues are others: offer whatever can be offered, first come first."""
    places = sorted(place for queue in turn.world.queues.values() for place in queue.waiting)
    for _, call_id in places:
        call = turn.world.calls.get(call_id)
        if call is not None:
            serve_call(turn, call)


def _first(turn: Turn, queue: Queue, agent: Agent) -> Call | None:
    world, extension = turn.world, agent.profile.extension
    for _, call_id in queue.waiting:
        call = world.calls.get(call_id)
        if call is not None and offerable(turn, call) and world.way(extension, call.node) is not None:
            return call
    return None


def why_waiting(turn: Turn, queue: Queue, node: str) -> str:
    """Why a call that joins now has to wait, in words that the pages translate."""
    ready = turn.world.first_tier(queue, node)[2]
    if ready:
        return f"agent_ready:ready={ready}"
    agents = turn.world.agents
    signed_in = sum(agents[a].state != OFFLINE for a in queue.tiers if a in agents)
    return f"all_busy:signed_in={signed_in}" if signed_in else "nobody_signed_in"


def offer(turn: Turn, call: Call, agent: Agent, reason: str) -> None:
    """Ring one agent for one call."""
    turn.world.queues[call.queue].leave(call)
    ring(turn, call, agent, reason)


def offer_onward(turn: Turn, call: Call, agent: Agent, how: str) -> None:
    """Her phone did not take it, and her calls go on then (``how``): it rings there, as hers."""
    if agent.free and not turn.world.stopping and offerable(turn, call):
        turn.world.queues[call.queue].leave(call)
        ring(turn, call, agent, f"forwarded:extension={agent.profile.extension}", how=how)
    else:
        serve_both(turn, call, agent)


def ring(
    turn: Turn, call: Call, agent: Agent, reason: str, step: str = "offer", *, fetched: bool = False, how: str = ALWAYS
) -> None:  # fmt: skip
    """Ring her for a call of a queue, or for one that is passed on to her; ``step`` of her table is that. ``fetched``:
    at her own wish; a pause in which she does it goes on afterwards. ``how``: which forwarding of hers counts, where
    the queue wants any."""
    ring = agent.profile.ring_s
    queue = turn.world.queues[call.queue].id if call.visit else ""
    place = elsewhere.place(turn, call, agent, how) if queue and not fetched else elsewhere.at_home(agent)
    made = Offer(
        id=turn.new_id("offer"), call_id=call.id, agent=agent.id, queue=queue, visit=call.visit, node=call.node,
        made=turn.at, via=turn.world.way(place.phone, call.node) or "" if not place.gateway else "", fetched=fetched,
        onward=bool(place.steps), trunk=place.gateway,
    )  # fmt: skip
    if made.via:
        made.via_leg = turn.new_id("relay")
    call.step("offer")
    call.offer = made
    turn.world.add_offer(made)
    states.change(
        turn, agent, step, reason=agent.reason if fetched else "", offer=made.id, call_id=call.id, node=call.node,
        until=turn.now + ring * SECOND,
    )  # fmt: skip
    turn.tell(
        facts.OfferMade, call, offer=made.id, agent=agent.id, queue=queue, visit=call.visit, ring_s=ring,
        waited_ms=ms(call.entered, turn.at) if call.visit else 0, reason=reason, via=made.via, via_leg=made.via_leg,
    )  # fmt: skip
    elsewhere.told(turn, call, place)
    told = variables(turn, call, made) | place.shows
    turn.do(do.Originate(call.node, made.id, place.phone, ring, told, made.via, place.gateway))
    turn.wake(f"ring|{made.id}", ring + ANSWER_SLACK_S)


def variables(turn: Turn, call: Call, made: Offer) -> dict[str, str]:
    """What the leg to an agent's phone bears."""
    number = "".join(c for c in call.number if c in "+0123456789*#")[:32] or "anonymous"
    queue = turn.world.queues.get(made.queue or call.queue)
    music = queue.profile.music if queue is not None else Profile(id="", name="").music
    headers = {"Call": call.id, "Offer": made.id, "Leg": made.via_leg} if made.via else {}
    return {
        **{f"sip_h_X-Switchdesk-{name}": value for name, value in headers.items()},
        "cc_call_id": call.id,
        "cc_offer": made.id,
        **({"cc_via": made.via, "cc_via_leg": made.via_leg} if made.via else {}),
        "cc_agent": made.agent,
        "cc_epoch": str(turn.epoch),
        "hold_music": music,
        "hangup_after_bridge": "true",
        "execute_on_pre_bridge": AGENT_KEYS,
        **(AUTO_ANSWER if made.fetched else {}),
        "origination_caller_id_number": number,
        "origination_caller_id_name": number,
    }


def put_back(turn: Turn, call: Call) -> None:
    """A call whose offer came to nothing waits again, at the place it left."""
    call.offer = None
    if call.goal is not None:
        if call.step("unreached"):
            # A turn of its own: whoever ends an offer must not begin another one in the middle of it.
            turn.wake(f"return|{call.id}", 0.0)
    elif call.step("missed"):
        queue = turn.world.queues.get(call.queue)
        if queue is not None:
            queue.join(call)
