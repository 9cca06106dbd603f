"""Supervision: a supervisor hears an agent's talk, whispers, barges in, takes the call over.

Theory of operation. A watch is a leg of its own from the switch to the supervisor's phone, on the call's node, that
runs ``eavesdrop`` on the agent's leg. It is in no bridge: caller and agent know nothing of it, and it goes on when we
die. Whoever hears her is chosen by keys; ours and those of her phone come back as the same DTMF events, which alone
say what is so. The leg ends with the agent's. To take a call over it is bridged with the caller (parked first, if she
did not listen): the switch ends the agent's leg before it says so, and nothing follows from that end (``deposes``).
"""

from switchctl.contract import watchfacts
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.call import TALKED, Call, Offer
from switchctl.model.seen import Seen
from switchctl.model.watch import HEARS, JOINING, KEYS, LISTEN, MODES, RINGING, TAKE, Watch
from switchctl.policy import acd, failsafe
from switchctl.policy.turn import Turn, long_since, ms

JOIN_S = 3.0
"""After so long a take-over that brought no bridge is given up."""
LEAVE = "*"
"""The key with which she goes."""


def busy(turn: Turn, who: Agent, watch_id: str) -> None:
    who.watches = watch_id
    failsafe.changed(turn, who)


def happened(turn: Turn, made: Watch, ev: Seen) -> None:
    """An event of her leg."""
    if ev.name in ("CHANNEL_CREATE", "CHANNEL_ANSWER") and made.ending:
        turn.do(do.Kill(made.node, made.id, "ORIGINATOR_CANCEL"))
    elif ev.name == "CHANNEL_ANSWER" and made.asked == TAKE:
        _answered_to_take(turn, made)
    elif ev.name == "CHANNEL_EXECUTE" and made.asked != TAKE:
        hears(turn, made)
    elif ev.name == "DTMF":
        made.ending = made.ending or ev.digit == LEAVE
        _pressed(turn, made, MODES.get(ev.digit, ""))
    elif ev.name == "CHANNEL_HANGUP_COMPLETE" or (ev.name == "CHANNEL_HANGUP" and made.state != HEARS):
        # Of one who heard only the last word tells who ended it: the end of the talk may be told later than hers.
        gone(turn, made, ev.hangup_cause, _left(turn, made, ev.sip_disposition == "recv_bye"))


def hears(turn: Turn, made: Watch) -> None:
    """She picked up and hears the two. How she asked to be heard is the next order."""
    if not made.step("hear"):
        return
    turn.sleep_on(f"watch|{made.id}")
    made.since = turn.at
    _mode(turn, made, LISTEN)
    if made.asked != LISTEN:
        turn.do(do.Press(made.node, made.id, KEYS[made.asked], ""))


def _pressed(turn: Turn, made: Watch, mode: str) -> None:
    if mode and made.state == HEARS and mode != made.mode:
        _mode(turn, made, mode)


def _mode(turn: Turn, made: Watch, mode: str) -> None:
    made.mode = mode
    turn.tell(
        watchfacts.WatchChanged, node=made.node, call_id=made.call_id, watch=made.id, agent=made.agent, by=made.by,
        mode=mode,
    )  # fmt: skip


def _answered_to_take(turn: Turn, made: Watch) -> None:
    call = turn.world.calls.get(made.call_id)
    if call is None or call.offer is None or call.offer.id != made.offer or call.offer.state != TALKED:
        turn.do(do.Kill(made.node, made.id))  # their talk ended while her phone rang
    else:
        take(turn, made, call)


def take(turn: Turn, made: Watch, call: Call) -> None:
    if call.aside is not None or call.goal is not None:  # her customer waits for somebody else, or is on the way
        turn.do(do.Kill(made.node, made.id))
        gone(turn, made, "", "failed")
    elif made.step("take"):
        turn.do(do.Bridge(made.node, call.id, made.id, f"take|{made.id}"))
        turn.wake(f"watch|{made.id}", JOIN_S)


def deposes(turn: Turn, offer: Offer) -> bool:
    """Whether the end of an agent's leg is the switch's doing, who gives her caller to a supervisor: what follows from
    it is told when the two are joined. If they never are, the caller's own way out of the talk tells it."""
    return offer.state == TALKED and any(
        made.offer == offer.id and made.state == JOINING for made in turn.world.watches.values()
    )


def _left(turn: Turn, made: Watch, herself: bool) -> str:
    """How a watch ended whose leg is gone; ``herself``: her phone hung up."""
    offer = turn.world.offers.get(made.offer)
    if made.state == HEARS:
        return "left" if made.ending or herself else "talk_over"
    if offer is None or offer.state != TALKED:
        return "talk_over"
    return "left" if made.ending else "unanswered" if made.state == RINGING else "failed"


def gone(turn: Turn, made: Watch, cause: str, result: str) -> None:
    """Her leg is gone, or never was."""
    over(turn, made, result, cause)
    who = turn.world.agents.get(made.by)
    if who is not None:
        acd.serve_agent(turn, who)


def over(turn: Turn, made: Watch, result: str, cause: str = "") -> None:
    """Tell the end; she can be offered calls again."""
    watched = ms(made.since, turn.at) if made.since else 0
    if not made.step("end"):
        return
    turn.sleep_on(f"watch|{made.id}")
    turn.world.watches.pop(made.id, None)
    turn.tell(
        watchfacts.WatchEnded, node=made.node, call_id=made.call_id, watch=made.id, agent=made.agent, by=made.by,
        result=result, cause=cause, watched_ms=watched,
    )  # fmt: skip
    who = turn.world.agents.get(made.by)
    if who is not None and who.watches == made.id:
        busy(turn, who, "")


def not_sent(turn: Turn, made: Watch, answer: str) -> None:
    """The switch would not ring her phone, or the link broke; then it may be ringing, and it is ended."""
    if made.state != RINGING:
        return
    if not answer.startswith("-"):
        turn.do(do.Kill(made.node, made.id, "ORIGINATOR_CANCEL"))
    gone(turn, made, answer.partition(" ")[2].strip(), "failed")


def not_taken(turn: Turn, made: Watch, answer: str) -> None:
    """The switch refused the bridge."""
    if made.state == JOINING and answer.startswith("-"):
        turn.do(do.Kill(made.node, made.id))
        gone(turn, made, answer, "failed")


def time_over(turn: Turn, made: Watch) -> None:
    """Her phone rang for too long, or no bridge came."""
    if made.state == HEARS:
        return
    turn.do(do.Kill(made.node, made.id, "NO_ANSWER" if made.state == RINGING else "NORMAL_CLEARING"))
    gone(turn, made, "NO_ANSWER", "unanswered" if made.state == RINGING else "failed")


def compare(turn: Turn, name: str, rows: dict[str, dict[str, str]]) -> int:
    """One listing of a node: legs of watches that it lacks, or that outlived their talk. Returns the doubts."""
    doubts = 0
    for made in [made for made in turn.world.watches.values() if made.node == name]:
        row = rows.get(made.id)
        offer = turn.world.offers.get(made.offer)
        if row is None and made.missing and long_since(turn, made.missing):
            gone(turn, made, "lost", "lost")
        elif row is None:
            made.missing = made.missing or turn.now
            doubts += 1
        elif made.asked != TAKE and (offer is None or offer.state != TALKED):
            turn.do(do.Kill(name, made.id))
        else:
            made.missing = 0
            if made.state == HEARS and made.restored:
                turn.do(do.Press(name, made.id, KEYS[made.mode], ""))
            elif made.asked != TAKE and row.get("callstate") == "ACTIVE":
                hears(turn, made)  # she picked up while we were away
            made.restored = False
    return doubts


def lost(turn: Turn, call: Call) -> None:
    """The call is gone with its switch, and whoever listened; of a call that ended unseen a phone may still ring."""
    for made in [made for made in turn.world.watches.values() if made.call_id == call.id]:
        turn.do(do.Kill(made.node, made.id, "ORIGINATOR_CANCEL" if made.state == RINGING else "NORMAL_CLEARING"))
        gone(turn, made, "lost", "lost")
