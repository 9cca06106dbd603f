"""How an app waits on its channel: the one place where a channel looks at what others left for it.

Executes nest here, as measured: one that arrives while an app waits starts at once inside it, unless the
running app is locked. Time spent in a nested app is added to the outer one, which goes on afterwards.
"""

import time
from collections.abc import Callable

from .channel import Channel, Execute

Runner = Callable[[Channel, Execute], None]
OnDigit = Callable[[str], bool]


def pause(
    ch: Channel, seconds: float | None, run: Runner, on_digit: OnDigit | None = None, breakable: bool = False
) -> str:
    """Wait. Ends with 'gone' (channel hung up or sent elsewhere), 'break' (uuid_break), 'digit' (the
    callback said that this digit ends the wait) or 'time'. `seconds` None waits for ever."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        if not ch.ready:
            return "gone"
        if breakable and ch.breaks:
            ch.breaks -= 1
            return "break"
        if ch.digits:
            digit = ch.digits.popleft()
            ch.dialed += digit
            ch.fire("DTMF", DTMF_Digit=digit, DTMF_Duration="2080", DTMF_Source="RTP")
            if on_digit is not None and on_digit(digit):
                return "digit"
            continue
        if ch.inbox and not ch.lock:
            started = time.monotonic()
            run(ch, ch.inbox.popleft())
            if end is not None:
                end += time.monotonic() - started
            continue
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            return "time"
        ch.wake.clear()
        ch.wake.wait(left)
