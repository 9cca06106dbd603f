"""The three of a consult come into our hands, and two of them, or all, are joined: the mechanics of ``consult``.

An agent's leg whose partner is gone is joined only when the switch has said that it parked: told earlier, the bridge
is lost in the parking, and nobody says so. One join is under way at a time (``want``): the next order is refused until
the switch has said that the two are joined; where it does not a look tells (``joinwatch``).
"""

from switchctl.contract import facts
from switchctl.contract.directory import Queue
from switchctl.model import effects as do
from switchctl.model.aside import ALL, CALLING, COMPLETE, FRONT, RETURN, SPEAK, SPEAKING, TO_FRONT, Aside
from switchctl.model.call import HANGING, Call, Offer
from switchctl.model.seen import Seen
from switchctl.policy import gathering, joinwatch
from switchctl.policy.ringing import RINGS
from switchctl.policy.turn import Turn

AGAIN_S = 3.0
ENDS = {"park_after_bridge": "", "hangup_after_bridge": "true"}


def take(turn: Turn, call: Call) -> None:
    """Out of the talk, into our hands; the agent's leg parks."""
    assert call.aside is not None
    call.aside.ready, call.aside.wished = False, 0
    turn.do(do.Transfer(call.node, call.id, "wait"))
    turn.wake(f"aside|{call.id}", AGAIN_S)


def music(turn: Turn, call: Call, leg: str) -> None:
    queue = turn.world.queues.get(call.queue)
    usual = queue.profile.music if queue is not None else Queue(id="", name="").music
    turn.do(do.Play(call.node, leg, call.hold_music or usual, turn.new_id("play")))


def come_back(turn: Turn, call: Call, _ev: Seen) -> None:
    """The switch hands us the customer."""
    aside = call.aside
    if call.stage == HANGING or aside is None:
        return
    music(turn, call, call.id)
    aside.ready = True
    if aside.want or aside.gathered:
        aside.inside.discard(call.id)
    in_hand(turn, call, aside)


def parked(turn: Turn, ev: Seen) -> None:
    """An agent's leg is out of its bridge, and nothing moves it but we."""
    offer = turn.world.offers.get(ev.uuid)
    call = turn.world.calls.get(offer.call_id) if offer is not None else None
    aside = call.aside if call is not None else None
    if call is None or aside is None or offer not in (call.offer, aside.leg) or ev.uuid in aside.parked:
        return
    aside.parked.add(ev.uuid)
    if aside.want not in (TO_FRONT, ALL) and not (aside.wished or aside.gathered):
        in_hand(turn, call, aside)


def in_hand(turn: Turn, call: Call, aside: Aside) -> None:
    """One more of the three is ours: go on with what waited for her."""
    if aside.want or aside.gathered:
        join(turn, call, aside.want or ALL)
    elif aside.state == CALLING and aside.ready and not moving(call, aside, SPEAK) and call.offer is not None:
        turn.do(do.Play(call.node, call.offer.id, RINGS, turn.new_id("play")))


def moving(call: Call, aside: Aside, want: str) -> str:
    """The agent's leg that is to be joined and still on its way out of a bridge; empty if there is none."""
    mine, leg = call.offer, aside.leg
    if want == COMPLETE and aside.state == SPEAKING and mine is None:
        left: Offer | None = leg
    else:
        left = mine if want in (SPEAK, RETURN) else None
    return left.id if left is not None and left.id not in aside.parked and not aside.gathered else ""


def join(turn: Turn, call: Call, want: str) -> None:
    """Have two joined, or all three; as long as the customer is not in our hands two must wait for her."""
    aside, mine = call.aside, call.offer
    assert aside is not None
    aside.want = want
    turn.wake(f"aside|{call.id}", AGAIN_S)
    if want == ALL:
        gathering.send(turn, call)
        return
    if want == SPEAK and aside.state == FRONT and not aside.ready:
        take(turn, call)
        return
    if not (aside.ready or aside.gathered) and (aside.state != FRONT or mine is None):
        return  # if she was in front the switch hands her back
    if moving(call, aside, want):
        return
    if want != SPEAK or mine is None:
        # From here on the loss of our socket must not move the customer.
        turn.do(do.SetVars(call.node, call.id, {"socket_resume": "false"}))
    if want == COMPLETE:
        turn.do(do.SetVars(call.node, aside.leg.id, ENDS))
    elif want == RETURN and mine is not None:
        turn.do(do.SetVars(call.node, mine.id, ENDS))
    joinwatch.wish(turn, call, aside)


def tell(turn: Turn, call: Call, kind: type[facts.Fact], **more: str) -> None:
    assert call.aside is not None
    mine = call.offer
    turn.tell(
        kind, call, offer=mine.id if mine else call.passed_from, agent=mine.agent if mine else call.passed_by,
        aside=call.aside.leg.id, command_id=call.aside.command_id, **more,
    )  # fmt: skip
    call.aside.command_id = ""
