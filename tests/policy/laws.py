"""What must hold, whatever happened: after each input, and when everything is over."""

from collections import Counter

from switchctl.contract import facts as f
from switchctl.model import effects as do
from switchctl.policy import acd
from switchctl.policy.turn import Turn
from tests.policy.centre import Centre

UNWANTED = "15401409999"
"""A number of the black list."""
STAGES = {
    "held": {"talking"}, "conference": {"consulting"}, "parked": {"passed"},
    "leaving": {"leaving", "hanging", "recalled"},
}  # fmt: skip
"""Stage in the view → stages of the call that look so; any other looks like itself, and a call that hangs up looks
like whatever it was until its end is told."""


def nobody_waits_beside_a_ready_agent(centre: Centre) -> None:
    world = centre.brain.world
    turn = Turn(world, centre.now, centre.now, 0, lambda kind: kind)
    for queue in world.queues.values():
        waiting = [i for _, i in queue.waiting if i in world.calls and acd.offerable(turn, world.calls[i])]
        ready = [a for a in queue.tiers if a in world.agents and world.agents[a].free]
        for agent in [world.agents[a] for a in ready]:
            could = [i for i in waiting if world.way(agent.profile.extension, world.calls[i].node) is not None]
            assert not could, f"{could} wait in {queue.id} beside {agent.id}"


def lines_are_in_order(centre: Centre) -> None:
    world = centre.brain.world
    for queue in world.queues.values():
        assert queue.waiting == sorted(queue.waiting)
        for _, call_id in queue.waiting:
            assert world.calls[call_id].stage == "waiting" and world.calls[call_id].queue == queue.id


def each_has_one_partner(centre: Centre) -> None:
    """One live offer a call, one call an agent."""
    world = centre.brain.world
    live = [offer for offer in world.offers.values() if offer.state != "over"]
    asked = [call.aside.leg for call in world.calls.values() if call.aside is not None]
    for leg in asked:
        assert leg.consult and world.calls[leg.call_id].stage == "consulting"
        assert world.offers.get(leg.id) is leg or leg.state == "over"
    assert not [offer for offer in live if offer.consult and not [leg for leg in asked if leg is offer]]
    picks = [call.pick for call in world.calls.values() if call.pick is not None]
    assert all(leg.state == "ringing" and world.offers[leg.id] is leg for leg in picks)
    partners = [offer for offer in live if not offer.consult and offer not in picks]
    assert not [i for i, n in Counter(offer.call_id for offer in partners).items() if n > 1]
    for offer in live:
        call = world.calls[offer.call_id]
        assert call.offer is offer or call.pick is offer or offer.consult
        assert call.pick is offer or call.stage in ("offered", "dialling", "talking", "consulting", "hanging")
        if offer.outside:
            continue
        agent = world.agents[offer.agent]
        assert agent.state in ("offered", "dialling", "talking"), f"{agent.id} is {agent.state} with {offer}"
    for agent in world.agents.values():
        if agent.state in ("offered", "dialling", "talking"):
            assert agent.offer in world.offers and world.offers[agent.offer].state != "over", f"{agent.id} is stuck"


def view_equals_world(centre: Centre) -> None:
    """What the facts fold to is what the daemon believes."""
    world, view = centre.brain.world, centre.view
    assert set(view.calls) == set(world.calls)
    for live in view.calls.values():
        call = world.calls[live.id]
        turned_away = call.stage == "leaving" and live.stage in ("arrived", "flow")
        if call.stage != "hanging" and not turned_away:
            assert call.stage in STAGES.get(live.stage, {live.stage}), f"{live.id}: {live.stage}, {call.stage}"
        assert live.answered == call.answered
        assert live.keys == call.keys
        if call.stage in ("waiting", "offered"):
            assert (live.queue, live.visit, live.entered) == (call.queue, call.visit, call.entered)
        assert live.goal == (f"{call.goal.what}:{call.goal.to}" if call.goal else "")
        assert live.parked_until == call.parked_until
        assert live.pick == (call.pick.id if call.pick else "")
        assert (live.passed_from, live.taken) == (call.passed_from, call.taken), (live, call)
        aside = call.aside
        known = (aside.leg.id, aside.state, aside.leg.agent, aside.leg.outside) if aside else ("", "", "", "")
        assert (live.aside, live.aside_state, live.aside_agent, live.aside_outside) == known
        if call.offer is not None:
            assert (live.outside, live.muted) == (call.offer.outside, call.offer.muted)
            assert (live.offer, live.agent) == (call.offer.id, call.offer.agent)
            if call.offer.state == "talking":
                seen = (live.talk_since, live.hold_since, live.hold_ms)
                assert seen == (call.offer.talk_since, call.offer.hold_since, call.offer.hold_ms)
    for agent in world.agents.values():
        live_agent = view.agent(agent.id)
        assert live_agent.reason == agent.reason
        assert (live_agent.plan, live_agent.extended, live_agent.dnd) == (agent.plan, agent.extended, agent.dnd)
        assert live_agent.leaves == agent.leaves
        seen = (live_agent.state, live_agent.offer, live_agent.call_id, live_agent.misses, live_agent.until)
        assert seen == (agent.state, agent.offer, agent.call_id, agent.misses, agent.until)


def slots_are_of_one(centre: Centre) -> None:
    """No two are parked in the same slot, and nobody stays in one for ever."""
    parked = [call for call in centre.brain.world.calls.values() if call.goal and call.goal.what == "park"]
    assert len({call.goal.to for call in parked}) == len(parked)
    assert parked == [call for call in centre.brain.world.calls.values() if call.parked_until]
    for call in [call for call in parked if call.stage == "passed"]:
        assert {f"{what}|{call.id}" for what in ("park", "return", "move")} & set(centre.timers)


def wishes_are_as_told(centre: Centre) -> None:
    """One for each two, each with the time at which it is looked at."""
    world, view = centre.brain.world, centre.view
    assert {wish.id: (wish.agent, wish.of, wish.until) for wish in world.wishes.values()} == {
        wish.id: (wish.agent, wish.of, wish.until) for wish in view.wishes.values()
    }
    assert len({(wish.agent, wish.of) for wish in world.wishes.values()}) == len(world.wishes)
    assert not [wish for wish in world.wishes if f"wish|{wish}" not in centre.timers]


def plans_hold(centre: Centre) -> None:
    """A plan is there only with a call in hand; and after it she was not ready before she paused."""
    for agent in centre.brain.world.agents.values():
        assert not agent.plan or agent.may("plan"), f"{agent.id} plans {agent.plan} while {agent.state}"
        assert agent.extended <= agent.profile.wrap_up_extensions and (not agent.extended or agent.state == "wrapup")


def watches_are_as_told(centre: Centre) -> None:
    """Who watches is offered nothing, watches one talk, and the view says the same of it."""
    world, view = centre.brain.world, centre.view
    assert {watch.by: watch.id for watch in world.watches.values()} == {
        agent.id: agent.watches for agent in world.agents.values() if agent.watches
    }
    up = {watch.id: watch for watch in world.watches.values() if watch.call_id in world.calls}
    assert set(view.watches) == set(up)
    for watch in up.values():
        live = view.watches[watch.id]
        assert (live.by, live.agent, live.mode, live.call) == (watch.by, watch.agent, watch.mode, watch.call_id)


def keys_are_pressed_before_the_answer(centre: Centre) -> None:
    for fact in centre.facts(f.KeysPressed):
        talks = [talk for talk in centre.facts(f.TalkStarted, call_id=fact.call_id) if talk.seq < fact.seq]
        ends = [end for end in centre.facts(f.TalkEnded, call_id=fact.call_id) if end.seq < fact.seq]
        assert len(talks) == len(ends), f"{fact.call_id} was in a talk"


def always(centre: Centre) -> None:
    nobody_waits_beside_a_ready_agent(centre)
    lines_are_in_order(centre)
    each_has_one_partner(centre)
    view_equals_world(centre)
    slots_are_of_one(centre)
    wishes_are_as_told(centre)
    plans_hold(centre)
    watches_are_as_told(centre)


def leads_are_dialled_once_in_time_and_for_who_is_there(centre: Centre) -> None:
    """Of what was wished since the last look: of campaigns and of agents alike, no number on a list."""
    wished = centre.wishes(do.Dial)
    ids = Counter(wish.customer for wish in wished)
    assert not [call for call, times in ids.items() if times > 1], "ordered twice"
    for wish in wished[centre.looked_at :]:
        told = centre.last(f.DialStarted, call_id=wish.customer)
        before = [fact for fact in centre.facts(f.AgentStateChanged, agent=told.agent) if fact.seq < told.seq][-2:]
        assert before[-1].state == "dialling" and before[-1].call_id == wish.customer, "she was not reserved"
        assert not wish.number.endswith(UNWANTED)
        lead = centre.leads.get(wish.customer) if wish.sure else None
        if lead is not None and not told.command_id:
            assert before[-1].previous == "ready", "she was not free"
            assert lead.expires >= centre.now and (not lead.until or lead.until > centre.now), "dialled too late"
            assert lead.agent in ("", told.agent) and told.agent in centre.members(lead.campaign)
            hers = centre.brain.world.agents[told.agent].queues
            waiting = [one.id for one in centre.view.calls.values() if one.stage == "waiting" and one.queue in hers]
            assert not waiting, f"{told.agent} was taken while {waiting} waited"
    centre.looked_at = len(wished)


def at_the_end(centre: Centre) -> None:
    """Every leg is gone and time has passed: nothing is open, nothing is counted twice.

    But that an offer which was given up while its switch could not be asked may turn out to be a talk (``again``).
    """
    again = {fact.leg for fact in centre.facts(f.CallRepaired, reason="adopted agent leg")}
    keys_are_pressed_before_the_answer(centre)
    world = centre.brain.world
    on = Counter(fact.call_id for fact in centre.facts(f.CallForwarded) if fact.how != "always")
    assert not [leg for exchange in centre.exchanges.values() for leg, n in exchange.dialled.items() if n > 1 + on[leg]]
    assert not [a.id for a in world.agents.values() if a.dialled_by]
    assert not world.calls and not world.offers and not world.relays and not world.watches
    assert not [a.id for a in world.agents.values() if a.watches or a.leaves]
    assert not [node.name for node in world.nodes.values() if node.strays]
    assert not [queue for queue in world.queues.values() if queue.waiting]
    assert not [a.id for a in world.agents.values() if a.state in ("offered", "dialling", "talking", "wrapup")]
    regular = {f"{what}|{node}" for what in ("reconcile", "phones", "trunks") for node in world.nodes} | {"dialler|"}
    assert set(centre.timers) <= regular, "timers that never end"
    pairs = (
        (f.CallArrived, f.CallEnded, "call_id"),
        (f.FlowEntered, f.FlowLeft, "flow_visit"),
        (f.QueueEntered, f.QueueLeft, "visit"),
        (f.OfferMade, f.OfferEnded, "offer"),
        (f.DialStarted, f.DialEnded, "offer"),
        (f.TalkStarted, f.TalkEnded, "offer"),
        (f.TalkEnded, f.WrapUpEnded, "offer"),
        (f.WatchStarted, f.WatchEnded, "watch"),
        (f.PartyCalled, f.PartyLeft, "offer"),
        (f.ConsultStarted, f.ConsultEnded, "aside"),
    )
    for begins, ends, key in pairs:
        begun = Counter(getattr(fact, key) for fact in centre.facts(begins))
        ended = Counter(getattr(fact, key) for fact in centre.facts(ends))
        if begins is f.OfferMade:
            ended = Counter({k: 1 if k in again else n for k, n in ended.items()})
        adopted = (
            {fact.offer for fact in centre.facts(f.TalkStarted)} if begins in (f.OfferMade, f.DialStarted) else set()
        )
        assert begun == Counter({k: n for k, n in ended.items() if k in begun or k not in adopted}), (
            f"{begins.__name__} without its {ends.__name__}, or twice: {begun} {ended}"
        )
    held: Counter[str] = Counter()
    for hold in centre.facts(f.HoldEnded):
        held[hold.offer] += hold.held_ms
    for end in centre.facts(f.TalkEnded):
        start = [fact for fact in centre.facts(f.TalkStarted, offer=end.offer) if fact.seq < end.seq][-1]
        assert end.talk_ms + end.hold_ms == (end.at - start.at) // 1000
        assert end.hold_ms == held[end.offer] or end.offer in again
        assert end.ended_by in ("customer", "agent", "supervisor", "system", "transfer")
    for left in centre.facts(f.QueueLeft):
        entered = centre.last(f.QueueEntered, visit=left.visit)
        assert left.wait_ms == max(0, (left.at - entered.entered) // 1000)


def over(centre: Centre) -> None:
    """All ends, and the laws hold of it."""
    for name in list(centre.exchange.legs):
        if name in centre.exchange.legs:
            centre.hangs_up(name)
    centre.wait(120)
    at_the_end(centre)
