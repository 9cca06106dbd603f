"""A page as its JavaScript holds it (crm/static/js/store.js says the same), and facts at random for it."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from switchctl.contract import facts as f

CALLS = ("call-1", "call-2", "call-3")
AGENTS = ("alice", "bob", "carol", "ghost")
QUEUES = ("support", "sales")
STAGES = ("arrived", "flow", "waiting", "offered", "dialling", "talking", "held", "parked", "leaving")
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
        whole = ("me", "mine", "phone", "parked", "wishes", "room")
        self.held |= {part: delta[part] for part in whole if part in delta}
        for part in ("agents", "calls", "queues", "devices", "watches"):
            for key, value in delta.get(part, {}).items():
                if value is None:
                    self.held[part].pop(key, None)
                else:
                    self.held[part] = {**self.held[part], key: value}

    def says(self) -> dict[str, Any]:
        """What is on it, without the cursors."""
        return {part: value for part, value in self.held.items() if part not in ("cursor", "feeder", "at")}


_KNOWN = {
    "call_id": st.sampled_from(CALLS),
    "agent": st.sampled_from(AGENTS),
    "by": st.sampled_from(AGENTS),
    "queue": st.sampled_from((*QUEUES, "")),
    "node": st.sampled_from(("n1", "n2")),
    "offer": st.sampled_from(("o1", "o2")),
    "visit": st.just("v1"),
    "number": st.sampled_from(("", "15401400001", "+447700900142")),
    "dialled": st.sampled_from(("4001", "4999", "")),
    "stage": st.sampled_from(STAGES),
    "calls": st.lists(st.sampled_from(CALLS), unique=True).map(tuple),
    "agents": st.lists(st.sampled_from(AGENTS), unique=True).map(tuple),
    "extension": st.sampled_from(("2001", "2002", "2003", "2999")),
    "direction": st.sampled_from(("inbound", "outbound")),
}
"""Field → values that meet each other: the same few calls, agents and queues."""
_OF_THE_ENVELOPE = ("id", "seq", "at", "epoch", "tenant", "site", "application", "contact_kind")
_STATES_OF = {f.AgentStateChanged: STATES, f.NodeStateChanged: ("taking", "draining", "drained")}


def _field(kind: type[f.Fact], field: msgspec.inspect.Field) -> st.SearchStrategy:
    """Values for a field of a fact, by its name, else by its type."""
    if field.name in ("state", "previous") and kind in _STATES_OF:
        return st.sampled_from(_STATES_OF[kind])
    if field.name in _KNOWN:
        return _KNOWN[field.name]
    return _any(field.type)


def _any(kind: msgspec.inspect.Type) -> st.SearchStrategy:
    match kind:
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.IntType():
            return st.integers(0, 9_000_000)
        case msgspec.inspect.FloatType():
            return st.floats(0, 1000)
        case msgspec.inspect.StrType():
            return st.sampled_from(("", "x", "answered", "rna"))
        case msgspec.inspect.DictType():
            return st.just({})
        case msgspec.inspect.ListType() | msgspec.inspect.VarTupleType():
            return st.just(())
        case msgspec.inspect.UnionType():
            return st.one_of(*map(_any, kind.types))
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.StructType():
            return st.builds(kind.cls, **{f_.name: _field(kind.cls, f_) for f_ in kind.fields})
    raise AssertionError(f"say in _KNOWN or here what values a {kind} has")


def any_fact(kind: type[f.Fact]) -> st.SearchStrategy[f.Fact]:
    """A fact of this kind; new fields and new kinds are met by themselves."""
    fields = msgspec.inspect.type_info(kind).fields
    ours = {field.name: _field(kind, field) for field in fields if field.name not in _OF_THE_ENVELOPE}
    made = st.builds(kind, at=st.integers(1, 9_000_000), **ours)
    # A watch is of one agent as long as it lasts: whose it is decides who sees it.
    return made.map(lambda fact: msgspec.structs.replace(fact, watch=f"of-{fact.agent}")) if "watch" in ours else made


a_fact = st.one_of(*map(any_fact, f.KINDS))
