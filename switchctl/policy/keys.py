"""The keys that a caller presses before anybody answers: they say who she is or what she wants."""

from switchctl.contract import facts
from switchctl.model.call import FLOW, OFFERED, RINGING, WAITING, Call
from switchctl.policy.turn import Turn

KEYS = "0123456789*#ABCD"
MOST = 32
"""So many keys of a call are kept; a cat on the phone fills no journal."""


def pressed(turn: Turn, call: Call, key: str) -> None:
    """Tell a key that was pressed in the greeting or in the queue.

    In a talk it may be a digit of a card's number. So a key counts only while it is certain that she talks to nobody:
    we hold her leg, and no phone was picked up for her.
    """
    if not _hears_us_alone(call) or len(key) != 1 or key not in KEYS or turn.at <= call.keyed:
        return
    call.keyed = turn.at
    if len(call.keys) < MOST:
        call.keys += key
        turn.tell(facts.KeysPressed, call, keys=key, number=call.number)


def _hears_us_alone(call: Call) -> bool:
    if not call.leases or call.found:
        return False
    rings = call.stage == OFFERED and call.offer is not None and call.offer.state == RINGING
    return rings or call.stage in (FLOW, WAITING)
