"""What is known of each switch: from the live view, and from the daemon's public status."""

from dataclasses import dataclass

from crm.live.lines import WAITING
from crm.live.state import live_state
from crm.switch import daemon_status
from crm.switches.words import leader_words, state_words

SERVING = "serving"


@dataclass(frozen=True)
class Row:
    """One switch. ``calls``: those that are on it, and those that only lead over it to a phone there."""

    name: str
    up: bool
    state: str
    words: str
    leader: str
    calls: int
    waiting: int
    phones: int
    last: bool
    """No other switch takes calls: without it every new caller is refused."""

    @property
    def serves(self) -> bool:
        return self.state == SERVING

    @property
    def chip(self) -> str:
        """State of the coloured chip."""
        if not self.up:
            return "unreachable"
        return {"serving": "ready", "draining": "paused"}.get(self.state, "offline")


def switch_rows() -> list[Row]:
    """Each switch of the daemon, by name; while none lives, each that was ever told of."""
    view, status = live_state().view, daemon_status() or {}
    links = view.links | status.get("links", {})
    fences = status.get("fences", {})
    names = sorted(status.get("links") or {*links, *view.nodes})
    takes = {name for name in names if links.get(name) and view.nodes.get(name, SERVING) == SERVING}
    rows = []
    for name in names:
        calls = [call for call in view.calls.values() if name in (call.node, call.via)]
        state, up = view.nodes.get(name, SERVING), bool(links.get(name))
        rows.append(
            Row(
                name=name,
                up=up,
                state=state,
                words=state_words(state, up, len(calls)),
                leader=leader_words(fences.get(name, "")),
                calls=len(calls),
                waiting=sum(call.stage in WAITING and call.node == name for call in calls),
                phones=sum(node == name for node in view.phones.values()),
                last=not takes - {name},
            )
        )
    return rows
