"""Comparing the switch's list of channels with the world, and repairing the difference by ordinary steps.

Theory of operation. The list and the events race, so nothing is believed before two listings, a moment apart, have
shown it: a leg that we know and the list lacks is lost (its end was not seen), a leg that the list has and we do not
know is a stray (it arrived or was moved on while we were away; see ``strays``). A lost leg goes through the same steps
as a hangup. Each repair is a fact with its reason. When the strays of the first listing are accounted for the node is
*in step* (see ``instep``).
"""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.call import (
    DIALLING,
    FLOW,
    HANGING,
    OVER,
    RINGING,
    TALKED,
    WAITING,
    Call,
    Offer,
)
from switchctl.policy import (
    acd,
    consult,
    events,
    foreign,
    inbound,
    instep,
    nodes,
    offers,
    outbound,
    parting,
    phones,
    pickup,
    relays,
    roomlife,
    strays,
    takeover,
    talks,
    threeway,
    trunks,
    watching,
)
from switchctl.policy.turn import Turn, long_since

EVERY_S = 5.0
AGAIN_S = 1.0
"""Between the two listings that prove a difference."""
SOON_S = 0.6
"""The same after a link came up or we took over: callers wait in the fail-safe queue."""
GREETINGS = 50
"""Greetings asked at one listing whether they are over, the oldest first; the listing itself does not show it."""
HUNG_UP = {"CS_HANGUP", "CS_REPORTING", "CS_DESTROY"}
"""States of a channel that has ended. It is listed until its last outbound socket is closed, for a dead one long."""


def link_up(turn: Turn, name: str, core: str) -> None:
    """Both links of a node are up."""
    node = turn.world.node(name)
    crashed = bool(node.core) and node.core != core
    node.up, node.core, node.listed, node.ending = True, core, False, False
    node.in_step, node.listings = False, 0
    node.strays.clear()
    node.left_alone.clear()
    node.returning.clear()
    turn.tell(facts.LinkChanged, node=name, up=True, core=core, reason="new switch process" if crashed else "")
    if crashed:
        for call in [c for c in turn.world.calls.values() if c.node == name]:
            lose(turn, call, "switch_crash", "the switch was restarted")
        relays.node_gone(turn, name, "the switch of her phone was restarted")
        foreign.node_gone(turn, name)
        roomlife.node_gone(turn, name)
    turn.sleep_on(f"gone|{name}")
    phones.ask(turn, name)
    nodes.ask(turn, node)
    trunks.ask(turn, name)
    turn.do(do.ListChannels(name))
    turn.wake(f"reconcile|{name}", EVERY_S)


def link_down(turn: Turn, name: str, reason: str) -> None:
    """A node cannot be reached; its calls go on without us, and nothing is offered."""
    node = turn.world.node(name)
    if node.up:
        node.up = node.listed = node.in_step = False
        turn.tell(facts.LinkChanged, node=name, up=False, reason=reason, core=node.core)
        turn.wake(f"gone|{name}", turn.world.gone_s)
        acd.serve_all(turn)  # perhaps it was this node's channels that all were waiting for
    turn.sleep_on(f"reconcile|{name}")
    turn.sleep_on(f"phones|{name}")


def doubted(turn: Turn) -> None:
    """No switch answered for a while, and we let no call in: who came then is in the fail-safe queue and may be with an
    agent. As after a link came up a listing tells first."""
    for node in turn.world.nodes.values():
        if node.up:
            node.listed, node.in_step, node.listings = False, False, 0
            node.returning.clear()
            turn.do(do.ListChannels(node.name))
            turn.wake(f"reconcile|{node.name}", EVERY_S)


def gone(turn: Turn, name: str) -> None:
    """A node did not come back in time: its calls are over, its phones are not there any more.

    Unless no other is in touch: then it may be we who are away, and nobody would be served sooner.
    """
    world = turn.world
    if world.node(name).up:
        return
    if not any(node.in_touch for node in world.nodes.values()):
        turn.wake(f"gone|{name}", world.gone_s)
    else:
        for call in [c for c in turn.world.calls.values() if c.node == name]:
            lose(turn, call, "lost", "its switch did not come back")
        foreign.node_gone(turn, name)
        roomlife.node_gone(turn, name)
        nodes.gone(turn, name)


def compare(turn: Turn, name: str, rows: list[strays.Row]) -> None:
    """One listing of a node's channels has come."""
    node = turn.world.node(name)
    if not node.up:
        return
    seen = {row["uuid"]: row for row in rows if row.get("state") not in HUNG_UP}
    first, node.listed = not node.listed, True
    node.listings += 1
    doubts = takeover.compare(turn, name, seen)
    doubts += foreign.listed(turn, name, set(seen)) + _calls(turn, name, seen, first) + _legs(turn, name, seen)
    _greetings(turn, name, seen)
    doubts += threeway.compare(turn, name, seen) + roomlife.compare(turn, name, seen)
    doubts += relays.compare(turn, name, seen) + strays.compare(turn, name, seen)
    if first:
        alive = [call.id for call in turn.world.calls.values() if call.node == name]
        turn.tell(facts.WorldStated, node=name, calls=alive, reason="link up")
        acd.serve_all(turn)
    nodes.counted(turn, name, len(rows))
    if not instep.in_step(turn, node) or doubts:
        turn.wake(f"reconcile|{name}", SOON_S if first else AGAIN_S)


def _calls(turn: Turn, name: str, seen: dict[str, strays.Row], first: bool) -> int:
    doubts = 0
    for call in [c for c in turn.world.calls.values() if c.node == name]:
        row = seen.get(call.id)
        if call.stage == HANGING:
            continue  # its end was begun before us, and a timer of its own ends it where the last word stays out
        if call.stage == DIALLING and row is None:
            continue  # its leg may not have been made yet; the agent's tells
        if row is None:
            if call.missing and long_since(turn, call.missing):
                lose(turn, call, "lost", "the switch no longer has its leg")
            else:
                call.missing = call.missing or turn.now
                doubts += 1
            continue
        doubted, call.missing = call.missing, 0
        if call.dials and call.offer is None:
            turn.do(do.Kill(name, call.id))  # nobody talks to them any more; our wish to end it was lost
        if doubted and call.stage == WAITING:
            turn.world.queues[call.queue].join(call)
            acd.serve_call(turn, call)
        if not call.answered and row.get("callstate") == "ACTIVE":
            call.answered = True
            turn.tell(facts.CallAnswered, call)
        elif first and not call.answered and call.leases and call.stage in (FLOW, WAITING):
            inbound.say_again(turn, call)
        inbound.leave_closed(turn, call)
    return doubts


def _greetings(turn: Turn, name: str, seen: dict[str, strays.Row]) -> None:
    calls = [c for c in turn.world.calls.values() if c.node == name and c.stage == FLOW and c.leases]
    for call in sorted(calls, key=lambda call: call.arrived)[:GREETINGS]:
        # The column tells the newest application, running or over. Before the greeting began a look would find the end
        # of an older one.
        if seen.get(call.id, {}).get("application") == "playback":
            turn.do(do.Inspect(name, call.id))


def forget_node(turn: Turn, name: str) -> None:
    """A switch that is no longer ours: whatever becomes of its calls, nobody will tell us."""
    for call in [c for c in turn.world.calls.values() if c.node == name]:
        lose(turn, call, "lost", "its switch is not among ours any more")


def lose(turn: Turn, call: Call, cause: str, why: str) -> None:
    parting.customer_gone(turn, call)
    turn.tell(facts.CallRepaired, call, leg=call.id, reason=why)
    inbound.end(turn, call, cause, "system", "inferred", reason=why)
    watching.lost(turn, call)


def _legs(turn: Turn, name: str, seen: dict[str, strays.Row]) -> int:
    doubts = 0
    for offer in [o for o in turn.world.offers.values() if o.node == name]:
        row = seen.get(offer.id)
        if row is not None:
            offer.missing = 0
            doubts += _leg_seen(turn, offer, row, seen)
        elif offer.state == OVER:
            continue
        elif offer.ending == "restored" or (offer.missing and long_since(turn, offer.missing)):
            _leg_lost(turn, offer)
        else:
            offer.missing = offer.missing or turn.now
            doubts += 1
    return doubts


def _leg_seen(turn: Turn, offer: Offer, row: strays.Row, seen: dict[str, strays.Row]) -> bool:
    """What follows from a leg that is there; returns whether another listing has to tell."""
    call = turn.world.calls.get(offer.call_id)
    if offer.state == OVER:
        turn.do(do.Kill(offer.node, offer.id, "ORIGINATOR_CANCEL"))  # our wish to end it was lost
    elif offer.state == TALKED or call is None:
        return False
    elif offer.consult:
        joined = row.get("state") in strays.JOINED
        consult.seen(turn, call, offer, str(row.get("call_uuid")) if joined else "", row.get("callstate") == "ACTIVE")
    elif offer.dials:
        _dial_seen(turn, call, offer, row, seen.get(call.id, {}))
    elif call.pick is offer:
        if row.get("callstate") == "ACTIVE":
            pickup.answered(turn, call, offer)
    elif row.get("call_uuid") == call.id and row.get("state") in strays.JOINED:
        talks.start(turn, call, offer)
    elif offer.ending == "restored":
        if row.get("callstate") == "ACTIVE":  # they may be being joined: the last wish of whoever led before us
            offer.picked_up = offer.picked_up or turn.now
            if not long_since(turn, offer.picked_up):
                return True
        turn.tell(facts.CallRepaired, call, leg=offer.id, reason="half-built offer")
        offers.part(turn, offer, "restart")
    elif offer.state == RINGING and row.get("callstate") == "ACTIVE":
        taken = [leg for leg, other in seen.items() if _talks_with(other, call) and leg not in turn.world.offers]
        if taken:  # while we were away the switch's own queue was quicker; a bridge would tear the two apart
            foreign.joined(turn, call, taken[0])
        else:
            offers.answered(turn, offer)
    return False


def _dial_seen(turn: Turn, call: Call, leg: Offer, hers: strays.Row, theirs: strays.Row) -> None:
    if theirs.get("call_uuid") == leg.id and theirs.get("state") in strays.JOINED and call.answered:
        outbound.joined(turn, call, leg)
    elif hers.get("callstate") in ("ACTIVE", "RING_WAIT"):
        outbound.picked_up(turn, leg)


def _talks_with(row: strays.Row, call: Call) -> bool:
    return row["uuid"] != call.id and row.get("call_uuid") == call.id and row.get("state") in strays.JOINED


def _leg_lost(turn: Turn, offer: Offer) -> None:
    call = turn.world.calls.get(offer.call_id)
    turn.tell(facts.CallRepaired, call, node=offer.node, call_id=offer.call_id, leg=offer.id, reason="agent leg lost")
    if offer.state == TALKED:
        events.leg_gone(turn, offer.id, "lost", "system")
    elif offer.dials:
        outbound.lost(turn, offer, "lost")
    else:
        offers.end(turn, offer, "cancelled", "lost")
