"""A file of mod_json_cdr as plain values. Pure: bytes in, a caller's leg out.

Values of ``variables`` are url-encoded (``encode-values``), those of ``callflow`` are not. ``callflow`` lists the
newest profile first; the oldest one has the number that was dialled, each has its own time of bridging.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

_HIDDEN = ("password", "secret", "pwd", "digits_dialed")
"""Parts of names of variables that are not kept. Keys that were pressed are told by facts, and those of a talk by
nobody."""
BLOCKED = "blocked"
"""Stage of a call that came when all lines were taken (the dialplan of freeswitch-conf)."""
_FROM_CALLER = ("recv_bye", "recv_cancel", "recv_refuse")


class NotWhole(ValueError):
    """No JSON: damaged, or still being written."""


class Unfit(ValueError):
    """JSON, but not a CDR that can be used; ``str()`` is the reason."""


@dataclass(frozen=True)
class Leg:
    """One leg as the switch saw it. Times are microseconds since the epoch, 0 where it never came to that."""

    uuid: str
    inbound: bool
    """A caller's own leg: from outside, neither originated by us nor from an agent's phone."""
    outbound: bool
    """The leg of somebody whom an agent dialled; ``number`` is hers then."""
    host: str
    number: str
    name: str
    dialled: str
    started: int
    answered: int
    talked: int
    ended: int
    cause: str
    q850: str
    sip_status: str
    ended_by: str
    queue: str
    queue_entered: int
    queue_left: int
    agent: str
    trunk: str
    blocked: bool
    """Refused by the switch because no line was free, before anybody else heard of it."""
    variables: dict[str, str]


def read(raw: bytes) -> Leg:
    """Raises NotWhole and Unfit."""
    try:
        document = json.loads(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotWhole(str(error)) from error
    try:
        return _leg(document)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Unfit(f"not a CDR: {type(error).__name__}: {error}") from error


def _leg(document: dict[str, Any]) -> Leg:
    got = {name: _text(value) for name, value in document["variables"].items()}
    flow = document.get("callflow") or [{}]
    oldest = flow[-1].get("caller_profile", {})
    started, ended = _micros(got, "start"), _micros(got, "end")
    if not got.get("uuid") or len(got["uuid"]) > 64 or not started or ended < started:
        raise ValueError("uuid, start or end are missing or make no sense")
    bridged = [int(profile.get("times", {}).get("bridged_time") or 0) for profile in flow]
    answered_by_agent = _seconds(got, "cc_queue_answered_epoch") if got.get("cc_agent") else 0
    talked = min((time for time in [*bridged, _micros(got, "bridge"), answered_by_agent] if time), default=0)
    entered = _seconds(got, "cc_queue_joined_epoch")
    outbound = got.get("direction") == "outbound" and got.get("cc_call_id") == got["uuid"]
    dialled = _text(oldest.get("destination_number") or "")
    if outbound:
        answered = _micros(got, "answer")  # what was bridged before it was an announcement
        talked = max(talked, answered) if talked and answered else 0
    left = _seconds(got, "cc_queue_answered_epoch") or _seconds(got, "cc_queue_terminated_epoch") or ended
    return Leg(
        uuid=got["uuid"],
        inbound=got.get("direction") == "inbound" and not _ours(got),
        host=_text(document.get("switchname", "")),
        outbound=outbound,
        number=dialled if outbound else _text(oldest.get("caller_id_number") or got.get("sip_from_user", "")),
        name="" if outbound else _text(oldest.get("caller_id_name") or ""),
        dialled="" if outbound else got.get("sip_req_user") or dialled,
        started=started,
        answered=_micros(got, "answer"),
        talked=max(started, talked) if talked else 0,
        ended=ended,
        cause=got.get("hangup_cause", ""),
        q850=got.get("hangup_cause_q850", ""),
        sip_status=got.get("sip_term_status", ""),
        ended_by=_ended_by(got, bool(talked)),
        queue=got.get("cc_queue", "").partition("@")[0] if entered else "",
        queue_entered=max(entered, started) if entered else 0,
        queue_left=min(max(left, entered, started), ended) if entered else 0,
        agent=got.get("cc_agent", "").partition("@")[0] if talked else "",
        trunk=got.get("sip_gateway_name", ""),
        blocked=got.get("cc_stage") == BLOCKED,
        variables={name: value for name, value in got.items() if not any(word in name for word in _HIDDEN)},
    )


def _ours(got: dict[str, str]) -> bool:
    """An agent's leg: originated for another call, a registered phone's own, or brought by another switch of ours.

    ``cc_call_id`` is on both legs of a call.
    """
    if got.get("sofia_profile_name") == "siblings":
        return True
    if got.get("cc_call_id", "") not in ("", got["uuid"]):
        return True
    return any(got.get(name) for name in ("cc_offer", "sip_auth_username", "user_name"))


def _ended_by(got: dict[str, str], talked: bool) -> str:
    """``sip_hangup_disposition`` is told of the caller's leg: ``recv_…`` came from her."""
    if got.get("sip_hangup_disposition", "") in _FROM_CALLER:
        return "customer"
    return "agent" if talked else "system"


def _text(value: Any) -> str:
    return unquote(str(value), errors="replace").replace("\x00", "")


def _micros(got: dict[str, str], what: str) -> int:
    return int(got.get(f"{what}_uepoch") or 0)


def _seconds(got: dict[str, str], name: str) -> int:
    """The queue of the switch tells whole seconds."""
    return int(got.get(name) or 0) * 1_000_000
