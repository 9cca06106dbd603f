"""Codes on an agent's phone within a talk: what each means in the phase in which it is pressed.

Theory of operation. The switch tells what was pressed (application ``event`` on her leg) and keeps it from the other
party. A code that wants a number turns her leg to a realm in which every digit is told so, from the very next one on;
complete at its last sign or after ``DIGIT_S``, it is a consult as the page orders it, and the leg is turned back. What
means nothing now is the other party's: it is played to them. What is being typed is known to this daemon alone; a
death leaves the talk as it is.
"""

from collections.abc import Callable

from switchctl.contract import facts, refusals
from switchctl.contract.codes import BACK, DIGIT_S, FLASH, INSIDE, LONGEST, MARK, NUMBERS, OUTSIDE
from switchctl.contract.dialling import INTERNAL, classify
from switchctl.contract.statefacts import PHONE_TRANSFERS
from switchctl.model import effects as do
from switchctl.model.aside import CALLING, JOINED
from switchctl.model.call import NUMBER, TALKED, TALKING, Call, Goal, Offer
from switchctl.model.machine import Refused
from switchctl.policy import consult, consulting, marking
from switchctl.policy.turn import Turn

Act = Callable[[Turn, Call, Offer], None]


def pressed(turn: Turn, leg: str, code: str) -> None:
    """The phone behind a leg pressed a code, or a digit of a number."""
    offer = turn.world.offers.get(leg)
    call = turn.world.calls.get(offer.call_id) if offer is not None else None
    if offer is None or call is None or not offer.agent or offer.state != TALKED:
        return
    if offer.typing:
        _typed(turn, call, offer, code)
        return
    act = _meant(call, offer, code)
    if code in NUMBERS and act not in (_inside, _outside):
        turn.do(do.HearCodes(offer.node, offer.id))
    if act is not None:
        _try(turn, call, offer, act)
    elif code != FLASH:
        turn.do(do.SendKeys(offer.node, _other(call, offer), code, f"code|{offer.id}"))


def _meant(call: Call, offer: Offer, code: str) -> Act | None:
    if call.offer is not offer:
        return None
    if code == MARK:
        return _mark
    if call.aside is not None:
        if code not in (BACK, FLASH) or call.aside.state == JOINED:
            return None
        return _back if call.aside.state == CALLING else _all
    if call.stage != TALKING or call.goal is not None:
        return None
    return {INSIDE: _inside, FLASH: _inside, OUTSIDE: _outside}.get(code)


def _inside(turn: Turn, call: Call, offer: Offer) -> None:
    _type(turn, offer, INSIDE)


def _outside(turn: Turn, call: Call, offer: Offer) -> None:
    _type(turn, offer, OUTSIDE)


def _type(turn: Turn, offer: Offer, code: str) -> None:
    offer.typing, offer.typed = code, ""
    turn.wake(f"typing|{offer.id}", 2 * DIGIT_S)  # before the first digit she may think


def _back(turn: Turn, call: Call, offer: Offer) -> None:
    consulting.cancel(turn, call, "")


def _all(turn: Turn, call: Call, offer: Offer) -> None:
    consulting.join_all(turn, call, "")


def _mark(turn: Turn, call: Call, offer: Offer) -> None:
    """A second time it is said to her again, and nothing else."""
    if not call.marked:
        marking.mark(turn, call, offer, marking.BY_PHONE)
    turn.do(do.Play(offer.node, offer.id, "ivr/marked.wav", turn.new_id("play")))


def _other(call: Call, offer: Offer) -> str:
    """With whom she speaks."""
    if call.offer is offer:
        return call.aside.leg.id if call.aside is not None else call.id
    return call.offer.id if call.offer is not None and offer.consult else call.id


def _typed(turn: Turn, call: Call, offer: Offer, key: str) -> None:
    if key == FLASH or (key == "*" and (not offer.typed or offer.typed.endswith("*"))):
        _stop(turn, offer)
    elif key == "#" or (key == "*" and offer.typing == INSIDE):
        complete(turn, offer)
    elif len(key) == 1 and len(offer.typed) < LONGEST:
        offer.typed += key
        turn.wake(f"typing|{offer.id}", DIGIT_S)


def _stop(turn: Turn, offer: Offer) -> None:
    offer.typing, offer.typed = "", ""
    turn.sleep_on(f"typing|{offer.id}")
    turn.do(do.HearCodes(offer.node, offer.id))


def complete(turn: Turn, offer: Offer) -> None:
    """The number is whole: ask there. Without any nothing has happened."""
    call, code, number = turn.world.calls.get(offer.call_id), offer.typing, offer.typed
    if call is None or not code:
        return
    _stop(turn, offer)
    free = call.offer is offer and offer.state == TALKED and call.stage == TALKING and call.aside is None
    if number and free:
        _try(turn, call, offer, lambda *_: _ask(turn, call, offer, code, number))


def _ask(turn: Turn, call: Call, offer: Offer, code: str, number: str) -> None:
    if call.goal is not None:
        raise Refused(refusals.TRANSFERRED_ALREADY)
    found = classify(number, turn.world.directory.home, turn.world.extensions)
    if code == INSIDE and (found is None or found.kind != INTERNAL):
        raise Refused(refusals.NO_SUCH_TARGET)
    consult.start(turn, turn.world.agents[offer.agent], call, offer, Goal(NUMBER, number), "")


def _try(turn: Turn, call: Call, offer: Offer, act: Act) -> None:
    """Do it; or a sentence in her ear, and why on her page."""
    try:
        act(turn, call, offer)
    except Refused as refused:
        turn.tell(
            facts.CommandRefused, call, agent=offer.agent, command=PHONE_TRANSFERS, command_id=offer.id,
            reason=refused.reason, params=refused.params,
        )  # fmt: skip
        turn.do(do.Play(offer.node, offer.id, "ivr/not-now.wav", turn.new_id("play")))
