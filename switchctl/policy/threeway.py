"""A conference of three: customer, agent, and whom she asks, all hear each other.

Theory of operation. Each leg is sent into a conference of the call's name, and is in it when the switch says so. Until
it ends it is a consult (``consult``) in which nobody waits: who was asked leaves or is let go, and the two who are left
are joined by ``uuid_bridge``, straight out of the conference; the agent leaves, and the customer is the other's, who
are joined the same way; the customer leaves, and it is over for all, which the switch itself sees to. It goes on
without us. What a dead daemon began is finished by the next one: whoever is missing from it is sent after the others.
"""

from typing import Any

from switchctl.contract import facts
from switchctl.model.aside import ALL, COMPLETE, RETURN
from switchctl.model.call import CONSULTING, Call
from switchctl.model.seen import Seen
from switchctl.policy import gathering, joining
from switchctl.policy.turn import Turn


def happened(turn: Turn, ev: Seen) -> None:
    """An event of a conference: somebody came in or left."""
    call = _whose(turn, ev.uuid)
    if call is None or call.aside is None or ev.conference != f"three-{call.id}":
        return
    if ev.action == "add-member":
        call.aside.inside.add(ev.uuid)
        _all(turn, call)
    elif ev.action == "del-member":
        call.aside.inside.discard(ev.uuid)


def _whose(turn: Turn, leg: str) -> Call | None:
    offer = turn.world.offers.get(leg)
    return turn.world.calls.get(offer.call_id if offer is not None else leg)


def _all(turn: Turn, call: Call) -> None:
    aside = call.aside
    assert aside is not None
    wanted = {leg for leg, _ in gathering.legs(call)}
    if len(wanted) < 3 or not wanted <= aside.inside or aside.want not in ("", ALL):
        return
    aside.want, aside.gathered, aside.ready = "", True, False
    turn.sleep_on(f"aside|{call.id}")
    if aside.step("all"):
        joining.tell(turn, call, facts.ConferenceStarted)


def compare(turn: Turn, name: str, rows: dict[str, dict[str, Any]]) -> int:
    """One listing of a node. A conference that lacks somebody in two of them is made whole; returns the doubts."""
    doubts = 0
    for call in list(turn.world.calls.values()):
        aside = call.aside
        if call.node != name or aside is None or call.stage != CONSULTING or aside.want in (RETURN, COMPLETE):
            continue
        wanted = {leg for leg, _ in gathering.legs(call)}
        inside = {leg for leg in wanted if _inside(rows.get(leg, {}), call.id)}
        if inside == wanted or not (inside or aside.gathered):
            aside.inside, aside.short = inside, False
            _all(turn, call)
        elif aside.short:
            aside.inside, aside.short = inside, False
            joining.join(turn, call, ALL)
        else:
            aside.short, doubts = True, doubts + 1
    return doubts


def _inside(row: dict[str, Any], call_id: str) -> bool:
    data = str(row.get("application_data", ""))
    return row.get("application") == gathering.APPLICATION and data.startswith(f"three-{call_id}@")
