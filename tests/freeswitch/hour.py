"""A busy hour: calls in every state at once, and what must become of them when a daemon dies."""

from collections import Counter
from dataclasses import dataclass, field

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Party, Phone
from tests.freeswitch.until import until

MUSIC = {-1}


@dataclass
class Hour:
    """Calls by state, as (party, call id); phones by agent."""

    calls: dict[str, tuple[Party, str]] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)

    def party(self, state: str) -> Party:
        return self.calls[state][0]

    def id(self, state: str) -> str:
        return self.calls[state][1]


def busy_hour(desk: Centre) -> Hour:
    """Alice talks, Bob holds by his phone's key, Carol's phone rings, two wait, one hears the greeting; Dave is in
    wrap-up after a call that is over."""
    desk.publish(centre(2, wrap_up_s=600, ring_s=120))
    hour = Hour()
    for state, agent in (("wrapup", "dave"), ("talking", "alice"), ("held", "bob")):
        (hour.phones[agent],) = desk.at_work(agent)
        hour.calls[state] = desk.queued()
        desk.fact(f.TalkStarted, call_id=hour.id(state))
        desk.talks(hour.party(state), hour.phones[agent])
    desk.outside.do(hour.party("wrapup").hang_up)
    desk.fact(f.AgentStateChanged, agent="dave", state="wrapup")
    desk.outside.do(hour.phones["bob"].call.hold, True)
    desk.fact(f.HoldStarted)
    (hour.phones["carol"],) = desk.at_work("carol", behave="ring")
    hour.calls["ringing"] = desk.queued()
    until(lambda: hour.phones["carol"].in_state("ringing"), "carol's phone to ring")
    for state in ("waiting", "waiting too"):
        hour.calls[state] = desk.queued()
    hour.calls["greeting"] = desk.caller()
    return hour


def ends_well(desk: Centre, hour: Hour, late: Party, since: dict[str, int]) -> None:
    """Talks go on; everyone else is served, each once, those who waited before (``since``) with that time."""
    for state in ("talking", "held", "ringing", "waiting", "waiting too", "greeting"):
        assert hour.party(state).state == "answered", state
        assert not desk.facts(f.CallEnded, call_id=hour.id(state)), state
    assert not desk.facts(f.TalkEnded, call_id=hour.id("talking"))
    late_id = desk.until(lambda: [a.call_id for a in desk.facts(f.CallArrived) if a.number == "15400009999"])[0]

    served = {hour.id(state): hour.party(state) for state in ("ringing", "waiting", "waiting too", "greeting")}
    served[late_id] = late
    for _ in range(len(served)):
        talk = desk.until(lambda: next((t for t in desk.facts(f.TalkStarted) if t.call_id in served), None))
        party = served.pop(talk.call_id)
        desk.talks(party, hour.phones[talk.agent])
        desk.outside.do(party.hang_up)
        desk.fact(f.CallEnded, call_id=talk.call_id)
        desk.until(lambda talk=talk: desk.state(talk.agent) == "wrapup")
        desk.order(c.FinishWrapUp, talk.agent)
    for state, entered in since.items():
        visits = desk.facts(f.QueueEntered, call_id=hour.id(state))
        assert {(visit.visit, visit.entered) for visit in visits} == {(visits[0].visit, entered)}, state

    desk.outside.do(hour.phones["bob"].call.hold, False)
    desk.talks(hour.party("held"), hour.phones["bob"])
    for state in ("talking", "held"):
        desk.outside.do(hour.party(state).hang_up)
        assert desk.ended(hour.id(state)).ended_by == "customer"

    ends = Counter(end.call_id for end in desk.facts(f.CallEnded))
    assert set(ends) == {arrived.call_id for arrived in desk.facts(f.CallArrived)}
    assert set(ends.values()) == {1}
    for call_id in ends:
        desk.record(call_id)
