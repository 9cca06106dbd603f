"""A page as its JavaScript holds it (crm/static/js/store.js says the same), and facts at random for it."""

from typing import Any

from hypothesis import strategies as st

from switchctl.contract import facts as f

CALLS = ("call-1", "call-2", "call-3")
AGENTS = ("alice", "bob", "carol", "ghost")
QUEUES = ("support", "sales")
STATES = ("offline", "ready", "offered", "talking", "wrapup", "paused", "unreachable")


class Gap(Exception):
    """The page missed something and must ask for a snapshot."""


class Page:
    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.held, self.told = snapshot, {}

    def take(self, delta: dict[str, Any]) -> None:
        """Raises Gap."""
        if delta["type"] == "named":
            for part in {"mine", "calls"} & self.held.keys():
                for call, name in delta["calls"].items():
                    if call in self.held[part]:
                        self.held[part] = {**self.held[part], call: {**self.held[part][call], "customer": name}}
            return
        at = self.told.get(delta["source"], self.held["cursor"])
        if delta["feeder"] != self.held["feeder"] or delta["from"] > at:
            raise Gap
        if delta["to"] <= at:
            return
        self.told[delta["source"]] = delta["to"]
        self.held |= {part: delta[part] for part in ("me", "mine", "phone") if part in delta}
        for part in ("agents", "calls", "queues", "devices"):
            for key, value in delta.get(part, {}).items():
                if value is None:
                    self.held[part].pop(key, None)
                else:
                    self.held[part] = {**self.held[part], key: value}

    def says(self) -> dict[str, Any]:
        """What is on it, without the cursors."""
        return {part: value for part, value in self.held.items() if part not in ("cursor", "feeder", "at")}


def _fact(kind: type[f.Fact], **fields: st.SearchStrategy) -> st.SearchStrategy[f.Fact]:
    return st.builds(kind, at=st.integers(1, 9_000_000), call_id=st.sampled_from(CALLS), **fields)


_agent, _queue, _offer = st.sampled_from(AGENTS), st.sampled_from(QUEUES), st.sampled_from(("o1", "o2"))
_word, _visit, _ms = st.just("x"), st.just("v1"), st.integers(0, 9000)
a_fact = st.one_of(
    _fact(
        f.CallArrived,
        node=st.just("n1"),
        number=st.sampled_from(("", "15401400001", "+447700900142")),
        dialled=st.sampled_from(("4001", "4999")),
    ),
    _fact(f.KeysPressed, keys=st.sampled_from(("1", "23", "4567890"))),
    _fact(f.FlowEntered, flow=_word, flow_visit=_visit),
    _fact(f.QueueEntered, queue=_queue, visit=_visit, entered=st.integers(1, 9_000_000)),
    _fact(
        f.OfferMade,
        offer=_offer,
        agent=_agent,
        queue=_queue,
        visit=_visit,
        ring_s=st.just(20),
        waited_ms=_ms,
        reason=_word,
    ),
    _fact(f.OfferEnded, offer=_offer, agent=_agent, visit=_visit, result=st.sampled_from(("answered", "rna"))),
    _fact(f.QueueLeft, queue=_queue, visit=_visit, exit=_word, wait_ms=_ms),
    _fact(f.TalkStarted, offer=_offer, agent=_agent),
    _fact(f.HoldStarted, offer=_offer, agent=_agent),
    _fact(f.HoldEnded, offer=_offer, agent=_agent, held_ms=_ms),
    _fact(f.TalkEnded, offer=_offer, agent=_agent, talk_ms=_ms, hold_ms=_ms, ended_by=_word),
    _fact(f.CallEnded, cause=_word, ended_by=_word),
    _fact(
        f.AgentStateChanged,
        agent=_agent,
        state=st.sampled_from(STATES),
        previous=st.sampled_from(STATES),
        plan=st.sampled_from(("", "break")),
    ),
    _fact(f.PausePlanned, agent=_agent, reason=st.sampled_from(("", "break"))),
    _fact(f.WrapUpExtended, agent=_agent, offer=_offer, until=st.integers(1, 9_000_000), times=st.integers(1, 2)),
    st.builds(
        f.DeviceChanged, at=st.just(7), node=st.just("n1"), registered=st.booleans(),
        extension=st.sampled_from(("2001", "2002", "2003", "2999")),
    ),
    st.builds(f.WorldStated, node=st.just("n1"), calls=st.lists(st.sampled_from(CALLS), unique=True), reason=_word),
    st.builds(f.CommandRefused, agent=_agent, command=_word, reason=_word),
)
