"""A busy hour: calls in every state at once."""

from dataclasses import dataclass, field

from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Party, Phone
from tests.freeswitch.until import until


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
    desk.publish(centre(2, wrap_up_s=60, ring_s=30))
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
