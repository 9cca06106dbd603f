"""What an event of the switch means: one table from its name to what follows."""

from collections.abc import Callable

from switchctl.contract import dialling, facts
from switchctl.model import effects as do
from switchctl.model.call import HANGING, OVER, RINGING, TALKED, TALKING, Offer
from switchctl.model.seen import Seen
from switchctl.policy import (
    acd,
    consult,
    entrance,
    failover,
    failsafe,
    foreign,
    inbound,
    joining,
    keys,
    offers,
    onward,
    outbound,
    parting,
    phones,
    pickup,
    referred,
    roomlife,
    starcodes,
    takeover,
    talks,
    threeway,
    transfers,
    trunks,
    watching,
)
from switchctl.policy.turn import Turn

SYSTEM_CAUSES = {"SYSTEM_SHUTDOWN", "MANAGER_REQUEST", "MEDIA_TIMEOUT", "DESTINATION_OUT_OF_ORDER", "SWITCH_CONGESTION"}

UNSAID = "REQUESTED_CHAN_UNAVAIL"
"""The job's word for a leg that was sent elsewhere, and for others. The leg's own end tells which, perhaps later."""
OWN_WORD_S = 2.0
"""How long the leg's own end is waited for then."""


def created(turn: Turn, node: str, ev: Seen) -> None:
    """A leg of an offer that is over came up late: repeat the wish to end it. Or the switch's own queue rings."""
    offer = _at_the_phone(turn, ev.uuid)
    if offer is not None and offer.state == OVER:
        turn.do(do.Kill(node, ev.uuid, "ORIGINATOR_CANCEL"))
    elif ev.direction == "outbound":
        if offer is not None:
            offer.shown = True
        if ev.uuid in turn.world.ended:  # whom an agent dialled, after she was told that it came to nothing
            turn.do(do.Kill(node, ev.uuid, "ORIGINATOR_CANCEL"))
        foreign.rings(turn, node, ev)


def answered(turn: Turn, node: str, ev: Seen) -> None:
    """A leg was answered: the agent's is joined, the caller's starts to count."""
    offer = turn.world.offers.get(ev.uuid)
    if offer is not None:
        if offer.state == OVER:
            turn.do(do.Kill(node, ev.uuid, "ORIGINATOR_CANCEL"))
        elif offer.dials:
            outbound.picked_up(turn, offer)
        elif offer.consult:
            consult.answered(turn, turn.world.calls[offer.call_id], offer)
        elif turn.world.calls[offer.call_id].pick is offer:
            pickup.answered(turn, turn.world.calls[offer.call_id], offer)
        else:
            offers.answered(turn, offer)
        return
    call = turn.world.calls.get(ev.uuid)
    if call is not None and not call.answered:
        call.answered = True
        turn.tell(facts.CallAnswered, call)
        outbound.answered(turn, call)


def bridged(turn: Turn, node: str, ev: Seen) -> None:
    """Two legs were joined; either may be named first."""
    if consult.bridged(turn, ev):
        return
    for leg, other in ((ev.bridge_b, ev.bridge_a), (ev.bridge_a, ev.bridge_b)):
        offer = turn.world.offers.get(leg)
        call = turn.world.calls.get(other)
        if call is not None and leg in turn.world.watches:
            takeover.joined(turn, call, turn.world.watches[leg])
            return
        if offer is not None and call is not None and offer.call_id == call.id:
            if offer.dials:
                outbound.joined(turn, call, offer)
            else:
                talks.start(turn, call, offer)
            return
        if offer is None and call is not None and call.stage not in (TALKING, HANGING):
            if call.leases == 0 or foreign.knows(turn, leg):
                foreign.joined(turn, call, leg)
            return


def begun(turn: Turn, node: str, ev: Seen) -> None:
    """An application started on a leg: the page's hold music, or what the switch runs when a phone pressed a code."""
    if ev.app == "event":
        starcodes.pressed(turn, ev.uuid, ev.matched)
        return
    call = turn.world.calls.get(ev.uuid)
    if call is not None and call.offer is not None and ev.app_uuid == talks.hold_token(call.offer):
        talks.hold_started(turn, call, call.offer)


def executed(turn: Turn, node: str, ev: Seen) -> None:
    """An application ended on a leg."""
    call = turn.world.calls.get(ev.uuid)
    if call is not None:
        if call.offer is not None and ev.app_uuid == talks.hold_token(call.offer):
            talks.hold_ended(turn, call, call.offer)
        inbound.prompt_over(turn, call, ev.app_uuid, ev.app_response)
    offer = call.offer if call is not None else turn.world.offers.get(ev.uuid)
    if offer is not None:
        offers.said(turn, offer, ev.app_uuid)


def hung_up(turn: Turn, node: str, ev: Seen) -> None:
    """A leg is ending."""
    call = turn.world.calls.get(ev.uuid)
    if call is not None:
        if onward.unanswered(turn, call, _cause(ev)):
            return
        parting.customer_gone(turn, call)
        inbound.hangs_up(turn, call, _cause(ev))
        return
    offer = turn.world.offers.get(ev.uuid)
    if offer is None:
        foreign.gone(turn, ev.uuid)
    elif offer.state != TALKED:
        # Of a talk only CHANNEL_HANGUP_COMPLETE tells which side left first.
        leg_gone(turn, ev.uuid, _cause(ev), "agent", rang=_rang(ev))


def gone(turn: Turn, node: str, ev: Seen) -> None:
    """A leg has ended; its last word carries the SIP side of the cause."""
    call = turn.world.calls.get(ev.uuid)
    if call is not None:
        if onward.gone(turn, call, _cause(ev)):
            return
        by = _by(ev, sent="system", received="customer")
        parting.customer_gone(turn, call)
        inbound.end(
            turn, call, _cause(ev), by, "esl", sip_status=ev.sip_term_status or _moved(ev), q850=ev.hangup_q850
        )  # fmt: skip
        return
    foreign.gone(turn, ev.uuid)
    by = _by(ev, sent=_behind(turn, node), received="agent")
    leg_gone(turn, ev.uuid, _cause(ev), by, rang=_rang(ev))
    offer = turn.world.offers.get(ev.uuid)
    if offer is not None and offer.state == OVER:
        turn.world.drop_offer(offer)
        turn.sleep_on(f"forget|{ev.uuid}")


def _behind(turn: Turn, node: str) -> str:
    """Who made the switch end an agent's leg: the customer by leaving, unless the switch is shutting down. Then the
    agent's leg may be the first to go, and with an ordinary cause."""
    return "system" if turn.world.node(node).ending else "customer"


def _moved(ev: Seen) -> str:
    """The SIP status with which the other end sent us elsewhere; empty if it did not."""
    return ev.proto_cause.removeprefix("sip:") if ev.proto_cause.startswith("sip:3") else ""


def _cause(ev: Seen) -> str:
    """Why a leg ended. The switch says REQUESTED_CHAN_UNAVAIL of one that was sent elsewhere, and of others too, and
    NORMAL_CLEARING of one whose phone has passed its partner on."""
    return dialling.MOVED if _moved(ev) else referred.CAUSE if ev.disposition == referred.CAUSE else ev.hangup_cause


def _rang(ev: Seen) -> bool:
    """Whether the network said before the end of a leg that it had come somewhere."""
    return bool(ev.progress_us or ev.media_us)


def _by(ev: Seen, sent: str, received: str) -> str:
    """Who ended a leg: the switch for a reason of its own, else ``sent`` if it sent the end, or ``received``."""
    if ev.hangup_cause in SYSTEM_CAUSES:
        return "system"
    return sent if ev.sip_disposition.startswith("send") else received


def leg_gone(turn: Turn, leg: str, cause: str, by: str, rang: bool = True) -> None:
    """An agent's leg is gone: her offer failed, or her talk is over, ended ``by`` whom. ``rang``: it may have come as
    far as a phone."""
    offer = turn.world.offers.get(leg)
    if offer is None or offer.state == OVER or watching.deposes(turn, offer):
        return
    if not rang and failover.elsewhere(turn, offer, cause):
        return
    passed = turn.world.calls.get(offer.call_id)
    if passed is not None and passed.aside is not None:
        parting.leg_gone(turn, offer, passed, cause)
        return
    if offer.state == TALKED and passed is not None and passed.goal is not None:
        transfers.left(turn, passed)
        return
    if cause == referred.CAUSE and passed is not None and referred.left(turn, offer, passed):
        return
    if offer.dials:
        outbound.own_leg_gone(turn, offer, cause, by)
        return
    if offer.state != TALKED:
        offers.failed(turn, offer, cause)
        return
    call = turn.world.calls.get(offer.call_id)
    if call is not None:
        if offer.hold_since:  # the caller would stay in the music: the bridge ends only behind it
            talks.play_hold_music(turn, call, offer, False, "")
        talks.end(turn, call, offer, offer.ending or by)
        if call.step("agent_left"):
            turn.wake(f"farewell|{call.id}", inbound.FAREWELL_S)


def job_done(turn: Turn, node: str, ev: Seen) -> None:
    """An originate failed without its leg ever showing (unregistered, unknown), or its failure is told twice."""
    if ev.job_uuid.startswith("failsafe-"):
        failsafe.done(turn, node, ev.job_uuid)
        return
    if ev.body.startswith("-"):
        offer = turn.world.offers.get(ev.job_uuid)
        # Once answered only its own leg counts: bridged before the originate had returned, the job says
        # ORIGINATOR_CANCEL while caller and agent talk (seen in the recording of fifty calls at once).
        if offer is not None and offer.state == RINGING:
            cause = ev.body.partition(" ")[2].strip()
            # The job's word may overtake the leg's, which alone tells whether anything rang.
            if cause == UNSAID or (offer.shown and failover.next_way(turn, offer, cause)):
                turn.wake(f"ring|{offer.id}", OWN_WORD_S)
            else:
                leg_gone(turn, offer.id, cause, "agent", rang=offer.shown)
        watch = turn.world.watches.get(ev.job_uuid)
        if watch is not None:
            watching.not_sent(turn, watch, ev.body.strip())
        member = turn.world.members.get(ev.job_uuid)
        if member is not None:
            roomlife.not_sent(turn, member, ev.body.strip())


def _at_the_phone(turn: Turn, leg: str) -> Offer | None:
    return turn.world.relays.get(leg) or turn.world.offers.get(leg)


def pressed(turn: Turn, node: str, ev: Seen) -> None:
    """Somebody pressed a key of her phone."""
    call = turn.world.calls.get(ev.uuid)
    if call is not None and not entrance.pressed(turn, call, ev.digit):
        keys.pressed(turn, call, ev.digit.upper())


def parked(turn: Turn, node: str, ev: Seen) -> None:
    """A leg that was told to park when its bridge ends has done so."""
    joining.parked(turn, ev)


def held(turn: Turn, node: str, ev: Seen) -> None:
    """An agent's leg went on hold."""
    offer = _at_the_phone(turn, ev.uuid)
    call = turn.world.calls.get(offer.call_id) if offer else None
    if offer is not None and call is not None:
        talks.hold_started(turn, call, offer)


def unheld(turn: Turn, node: str, ev: Seen) -> None:
    """An agent's leg came off hold."""
    offer = _at_the_phone(turn, ev.uuid)
    call = turn.world.calls.get(offer.call_id) if offer else None
    if offer is not None and call is not None:
        talks.hold_ended(turn, call, offer)


def ending(turn: Turn, node: str, ev: Seen) -> None:
    """The switch is being shut down: no phone is rung for a caller who is about to be hung up."""
    turn.world.node(node).ending = True
    acd.serve_all(turn)  # nobody waits for this node to be in step any more


def custom(turn: Turn, node: str, ev: Seen) -> None:
    """A module's own event: registrations, of phones here and of our trunks elsewhere, conferences."""
    if ev.subclass == "conference::maintenance":
        if ev.conference.startswith(roomlife.PREFIX):
            roomlife.conference(turn, node, ev)
        else:
            threeway.happened(turn, ev)
    elif ev.subclass == "sofia::register":
        phones.registered(turn, node, ev.from_user, ev.expires)
    elif ev.subclass == "sofia::unregister":
        phones.gone(turn, node, ev.from_user, "unregistered")
    elif ev.subclass == "sofia::expire":
        phones.gone(turn, node, ev.username or ev.from_user, "expired")
    elif ev.subclass == "sofia::gateway_state":
        trunks.changed(turn, node, ev)


HANDLERS: dict[str, Callable[[Turn, str, Seen], None]] = {
    "CHANNEL_CREATE": created,
    "CHANNEL_ANSWER": answered,
    "CHANNEL_BRIDGE": bridged,
    "CHANNEL_EXECUTE": begun,
    "CHANNEL_EXECUTE_COMPLETE": executed,
    "CHANNEL_HANGUP": hung_up,
    "CHANNEL_HANGUP_COMPLETE": gone,
    "DTMF": pressed,
    "CHANNEL_PARK": parked,
    "CHANNEL_HOLD": held,
    "CHANNEL_UNHOLD": unheld,
    "BACKGROUND_JOB": job_done,
    "CUSTOM": custom,
    "SHUTDOWN": ending,
}
"""Events that the core acts upon; all others pass by."""
