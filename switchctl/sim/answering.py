"""A channel is answered: by the app, or by the far end of a leg that the switch called."""

from .channel import Channel
from .profile import now_us
from .variables import at_answer


def answer(ch: Channel) -> None:
    """Take the call; again is harmless, as on the switch."""
    if ch.answered.is_set() or ch.cause:
        return
    ch.answered.set()
    ch.answer_state = "answered"
    ch.times.answered = now_us()
    ch.fire("CHANNEL_ANSWER")
    at_answer(ch)
    ch.presence()
    ch.to_callstate("ACTIVE")


def progress(ch: Channel, early: bool = False) -> None:
    """The far end of an outgoing leg says 180, or 183 with early media."""
    if ch.cause or ch.answered.is_set():
        return
    at = now_us()
    if early:
        ch.times.progress_media = at
        ch.answer_state = "early"
        ch.has_codec = True
        ch.fire("CHANNEL_PROGRESS_MEDIA")
        ch.to_callstate("EARLY")
    else:
        ch.times.progress = at
        ch.fire("CHANNEL_PROGRESS")
        ch.to_callstate("RINGING")
    ch.notify()


def picked_up(ch: Channel) -> None:
    """The far end of an outgoing leg answers."""
    if ch.cause or ch.answered.is_set():
        return
    ch.has_codec = True
    ch.fire("CODEC")
    ch.fire("CODEC")
    answer(ch)
    ch.notify()
