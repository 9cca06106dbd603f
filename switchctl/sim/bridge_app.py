"""The `bridge` app: call somebody and talk to whoever answers first."""

from __future__ import annotations

from . import bridging, dialstring, originate
from .answering import answer
from .causes import DIALSTATUS
from .channel import Channel
from .runner import app


@app("bridge")
def _bridge(ch: Channel, data: str) -> None:
    """A failed bridge ends the call with the cause of the leg, unless `continue_on_fail` is true."""
    try:
        common, targets = dialstring.parse(data)
        timeout = float(common.get("originate_timeout") or ch.get("call_timeout") or 60)
        before = ch.callstate
        ch.to_callstate("RING_WAIT")
        leg = originate.dial(ch.switch, common, targets, timeout, by=ch)
        ch.other, ch.role = leg, "originatee"
        ch.to_callstate(before)
    except (originate.Failed, dialstring.BadDialString) as problem:
        _failed(ch, str(problem).strip().removeprefix("-ERR "))
        return
    answer(ch)  # measured: whom the call is for answers it
    _disposition(ch, "SUCCESS")
    if leg.get("dialed_user"):
        ch.variables["dialed_user"] = leg.get("dialed_user")
    leg.send(lambda: bridging.attend(leg, ch))
    bridging.join(ch, leg)
    bridging.talk(ch, leg)
    bridging.part(ch, leg)


def _disposition(ch: Channel, cause: str) -> None:
    ch.variables["originate_disposition"] = cause
    ch.variables["DIALSTATUS"] = DIALSTATUS.get(cause, cause)


def _failed(ch: Channel, cause: str) -> None:
    if ch.cause:
        cause = "ORIGINATOR_CANCEL"
    _disposition(ch, cause)
    if ch.cause:
        return
    ch.variables["originate_failed_cause"] = ch.variables["last_bridge_hangup_cause"] = cause
    wanted = ch.get("continue_on_fail").lower()
    if wanted not in ("true", "yes", "on") and cause not in wanted.upper().split(","):
        ch.hangup(cause)
    elif ch.callstate == "RING_WAIT":
        ch.to_callstate("ACTIVE" if ch.answered.is_set() else "RINGING")
