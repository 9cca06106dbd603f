"""What is said before the two are joined: to the agent which queue it is, to the caller the agent's work number.

Both at the same time, each on a leg of her own; they are joined when both have been said. The caller's music goes on
beneath by itself. It is not the service that is measured: she waits until she is joined.
"""

from switchctl.model import effects as do
from switchctl.model.call import JOINING, Offer
from switchctl.policy.turn import Turn

SAY_S = 8.0
"""After so long they are joined whatever was seen: the agent's leg parks for no more than ten seconds."""
BEFORE, AFTER, DIGIT = "ivr/agent-before.wav", "ivr/agent-after.wav", "digits/{}.wav"


def begun(turn: Turn, offer: Offer) -> bool:
    """Has said what is to be said; False where that is nothing."""
    queue, agent = turn.world.queues.get(offer.queue), turn.world.agents.get(offer.agent)
    if queue is None or agent is None:
        return False
    if queue.profile.whisper:
        _say(turn, offer, offer.id, queue.profile.whisper)
    if queue.profile.tells_work_number and agent.profile.work_number:
        _say(turn, offer, offer.call_id, spoken(agent.profile.work_number))
    if offer.saying:
        turn.wake(f"say|{offer.id}", SAY_S)
    return bool(offer.saying)


def over(turn: Turn, offer: Offer, token: str) -> bool:
    """An application on one of the two legs ended; whether it was the last word."""
    if token not in offer.saying:
        return False
    offer.saying.remove(token)
    if offer.saying or offer.state != JOINING:
        return False
    turn.sleep_on(f"say|{offer.id}")
    return True


def spoken(number: str) -> str:
    """A work number as sounds, one behind the other; signs that are no digits are left out."""
    digits = [DIGIT.format(sign) for sign in number if sign.isascii() and sign.isdigit()]
    return "file_string://" + "!".join([BEFORE, *digits, AFTER])


def _say(turn: Turn, offer: Offer, leg: str, sound: str) -> None:
    token = turn.new_id("play")
    offer.saying.append(token)
    turn.do(do.Play(offer.node, leg, sound, token))
