"""The moment in which a supervisor and the caller are joined: the agent's talk ends, the supervisor's begins.

Seen in an event, or after a death of ours in a listing; and what a start knows of watches.
"""

from typing import Any

from switchctl.contract import facts
from switchctl.contract.livewatch import LiveWatch
from switchctl.model.agent import OFFLINE, PAUSED, SIGNED_OUT
from switchctl.model.call import Call, Offer
from switchctl.model.watch import HEARS, JOINING, RINGING, Watch
from switchctl.policy import states, strays, supervise, talks, watching
from switchctl.policy.turn import Turn, ms


def joined(turn: Turn, call: Call, made: Watch) -> None:
    """The switch says that the two are."""
    if made.state != JOINING:
        return
    agent, queue = made.agent, ""
    if call.offer is not None:
        queue = call.offer.queue
        talks.end(turn, call, call.offer, "supervisor")
        call.ended_by = ""  # it goes on
    watching.over(turn, made, "taken")
    offer = Offer(
        id=made.id, call_id=call.id, agent=made.by, queue=queue, visit="", node=made.node, via=made.via,
        via_leg=made.via_leg, made=made.made, talk_since=turn.at, picked_up=turn.at, dials=call.dials, joined=True,
    )  # fmt: skip
    offer.step("join")
    call.offer = offer
    turn.world.add_offer(offer)
    turn.tell(facts.CallTaken, call, offer=offer.id, agent=agent, by=made.by)
    turn.tell(
        facts.OfferMade, call, offer=offer.id, agent=made.by, queue=queue, visit="", ring_s=supervise.RING_S,
        waited_ms=0, reason=f"taken_over:from={agent}", via=made.via, via_leg=made.via_leg,
    )  # fmt: skip
    turn.tell(
        facts.OfferEnded, call, offer=offer.id, agent=made.by, visit="", result="answered",
        ring_ms=ms(made.made, turn.at),
    )  # fmt: skip
    turn.tell(facts.TalkStarted, call, offer=offer.id, agent=made.by, queue=queue)
    _talks(turn, call, offer)


def _talks(turn: Turn, call: Call, offer: Offer) -> None:
    """She talks; afterwards she is what she was, be it signed in or not."""
    who = turn.world.agents.get(offer.agent)
    if who is None:
        return
    talks.wrap_up_over(turn, who, "system")
    reason = who.reason if who.state == PAUSED else SIGNED_OUT if who.state == OFFLINE else ""
    states.change(turn, who, "adopt", reason=reason, offer=offer.id, call_id=call.id, node=call.node)


def compare(turn: Turn, name: str, rows: dict[str, dict[str, Any]]) -> int:
    """One listing of a node. A take-over that it shows done is done; returns the doubts about watches."""
    for made in [made for made in turn.world.watches.values() if made.node == name]:
        row, call = rows.get(made.id, {}), turn.world.calls.get(made.call_id)
        if call is not None and row.get("call_uuid") == call.id and row.get("state") in strays.JOINED:
            made.step("take")
            joined(turn, call, made)
    return watching.compare(turn, name, rows)


def restore(turn: Turn, watches: dict[str, LiveWatch]) -> None:
    """Her leg goes on without us; how she is heard is said to it once more, for keys may have been pressed unseen."""
    for live in watches.values():
        made = Watch(
            id=live.id, node=live.node, call_id=live.call, offer=live.offer, agent=live.agent, by=live.by,
            asked=live.asked, mode=live.mode, state=HEARS if live.mode else RINGING, made=live.since,
            since=live.since if live.mode else 0, via=live.via, via_leg=live.via_leg, restored=True,
        )  # fmt: skip
        turn.world.watches[made.id] = made
        who = turn.world.agents.get(made.by)
        if who is not None:
            who.watches = made.id
        turn.wake(f"watch|{made.id}", supervise.RING_S + supervise.SLACK_S)
