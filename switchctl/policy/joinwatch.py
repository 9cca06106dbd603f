"""Two of a consult are being joined, and no word of it comes: look, and never say it twice.

The switch joins two some time after its +OK; a second ``uuid_bridge`` meanwhile could tear apart what the first one
joins (recording 36). So whoever is to be joined second is looked at, as of an offer (``offers.look``). Joined: its
event was lost, and all goes on as if it had come. Apart for long: the wish is undone before it is said anew. With the
customer among the two that is done by taking her out once more; of the other two the one who was asked is let go.
"""

from switchctl.contract import facts
from switchctl.model import effects as do
from switchctl.model.aside import ALL, COMPLETE, SPEAK, Aside
from switchctl.model.call import Call
from switchctl.policy import offers
from switchctl.policy.turn import SECOND, Turn


def pair(call: Call, aside: Aside) -> tuple[str, str] | None:
    """Whom ``uuid_bridge`` is told, in its order; None: not two are to be joined, or one of them is gone."""
    mine = call.offer
    if aside.want == COMPLETE:
        return call.id, aside.leg.id
    if mine is None or aside.want in ("", ALL):
        return None
    return (mine.id, aside.leg.id) if aside.want == SPEAK else (call.id, mine.id)


def wish(turn: Turn, call: Call, aside: Aside) -> None:
    """Have the two joined."""
    two = pair(call, aside)
    if two is not None:
        aside.wished, aside.apart = turn.now, 0
        turn.do(do.Bridge(call.node, *two, ""))


def look(turn: Turn, call: Call, aside: Aside) -> None:
    """Nothing was told. That proves nothing."""
    two = pair(call, aside)
    if two is not None:
        turn.do(do.Inspect(call.node, two[1]))
        turn.wake(f"aside|{call.id}", offers.LOOK_S)


def stays_apart(turn: Turn, call: Call, aside: Aside) -> bool:
    """A look showed them apart; says whether that has been so for too long."""
    aside.apart += 1
    if aside.apart < 2 or turn.now - aside.wished < offers.APART_S * SECOND:
        return False
    aside.wished, aside.apart = turn.now, 0
    turn.tell(facts.CallRepaired, call, leg=(pair(call, aside) or ("", ""))[1], reason="no bridge came")
    return True
