"""A frame's body to a typed event: one flat struct of the headers that the daemon reads.

The switch's JSON is not strict JSON, as measured: a variable that was set more than once comes as a list, a
key may come twice, and a caller's name may hold bytes that are not UTF-8. The common case is decoded in one
go by msgspec; whatever that refuses takes the slow, lenient road.
"""

import json
from typing import Any
from urllib.parse import unquote

import msgspec

# The listening link asks for what somebody reads, and never for ALL: the switch writes each event out with all that it
# knows of the leg, which costs it, and us, more than anything else that it does for a call.
EVENT_NAMES = (
    "CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_BRIDGE", "CHANNEL_PARK", "CHANNEL_HOLD", "CHANNEL_UNHOLD",
    "CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE", "CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "DTMF",
    "BACKGROUND_JOB", "HEARTBEAT", "SHUTDOWN",
)  # fmt: skip
SOMETIMES = {"CHANNEL_PARK": ("variable_park_after_bridge", "true")}
"""Which of these are wanted only of legs with this header: all that ring park, too, and all that our socket holds."""
SILENT_APPLICATIONS = (
    "answer", "bind_digit_action", "digit_action_set_realm", "execute_extension", "limit", "multiset", "set", "socket",
)  # fmt: skip
"""Whose beginning and end nobody reads: they run for each call, and the switch is asked to keep them to itself."""
SUBCLASSES = (
    "sofia::register", "sofia::unregister", "sofia::expire", "sofia::gateway_state", "callcenter::info",
    "conference::maintenance",
)  # fmt: skip
#: What follows `event json`: names, then CUSTOM with its subclasses, which must come last.
SUBSCRIPTION = (*EVENT_NAMES, "CUSTOM", *SUBCLASSES)

_WIRE = {
    "name": "Event-Name",
    "core_uuid": "Core-UUID",
    "timestamp": "Event-Date-Timestamp",
    "sequence": "Event-Sequence",
    "subclass": "Event-Subclass",
    "channel_state": "Channel-State",
    "uuid": "Unique-ID",
    "direction": "Call-Direction",
    "call_uuid": "Channel-Call-UUID",
    "hangup_cause": "Hangup-Cause",
    "caller_name": "Caller-Caller-ID-Name",
    "caller_number": "Caller-Caller-ID-Number",
    "destination": "Caller-Destination-Number",
    "context": "Caller-Context",
    "created_us": "Caller-Channel-Created-Time",
    "answered_us": "Caller-Channel-Answered-Time",
    "progress_us": "Caller-Channel-Progress-Time",
    "media_us": "Caller-Channel-Progress-Media-Time",
    "hangup_us": "Caller-Channel-Hangup-Time",
    "bridge_a": "Bridge-A-Unique-ID",
    "bridge_b": "Bridge-B-Unique-ID",
    "job_uuid": "Job-UUID",
    "body": "_body",
    "app": "Application",
    "matched": "variable_last_matching_digits",
    "app_uuid": "Application-UUID",
    "app_response": "Application-Response",
    "last_response": "variable_current_application_response",
    "digit": "DTMF-Digit",
    "gateway": "variable_sip_gateway_name",
    "auth_user": "variable_sip_auth_username",
    "cc_call_id": "variable_cc_call_id",
    "cc_epoch": "variable_cc_epoch",
    "cc_offer": "variable_cc_offer",
    "cc_agent": "variable_cc_agent",
    "cc_via": "variable_cc_via",
    "cc_via_leg": "variable_cc_via_leg",
    "cc_stage": "variable_cc_stage",
    "cc_place": "variable_cc_place",
    "cc_queue_joined_epoch": "variable_cc_queue_joined_epoch",
    "cc_member": "variable_cc_member_session_uuid",
    "sip_term_status": "variable_sip_term_status",
    "hangup_q850": "variable_hangup_cause_q850",
    "sip_disposition": "variable_sip_hangup_disposition",
    "disposition": "variable_endpoint_disposition",
    "proto_cause": "variable_proto_specific_hangup_cause",
    "last_bridge_cause": "variable_last_bridge_hangup_cause",
    "read_result": "variable_read_result",
    "from_user": "from-user",
    "contact": "contact",
    "expires": "expires",
    "username": "username",
    "realm": "realm",
    "trunk": "Gateway",
    "trunk_state": "State",
    "trunk_ping": "Ping-Status",
    "trunk_said": "Phrase",
    "cc_action": "CC-Action",
    "cc_member_session": "CC-Member-Session-UUID",
    "action": "Action",
    "conference": "Conference-Name",
    "member": "Member-ID",
}


class EventError(ValueError):
    """What should be an event is none."""


class Event(msgspec.Struct, kw_only=True, gc=False, rename=_WIRE):
    """One event of the switch. Texts default to "", times are microseconds since 1970, 0 when not yet set.

    `uuid` is the leg that the event is about. `bridge_a` and `bridge_b` name the two parties of a bridge and
    are always right (`Other-Leg-Unique-ID` is stale after a bridge, so it is not here). `body` is a background
    job's answer. `app_uuid` repeats the `Event-UUID` of the execute that the event belongs to; `last_response` is
    empty while the leg's newest application runs. `username` and `realm` are the keys of sofia::expire, where
    register and unregister have `from_user`.

    A new field is one line here and one in `_WIRE`; each is compared with every key that the switch sends,
    about 200 an event, so a field that nobody reads is not free.
    """

    name: str = ""
    core_uuid: str = ""
    timestamp: int = 0
    sequence: int = 0
    subclass: str = ""
    channel_state: str = ""
    uuid: str = ""
    direction: str = ""
    call_uuid: str = ""
    hangup_cause: str = ""
    caller_name: str = ""
    caller_number: str = ""
    destination: str = ""
    context: str = ""
    created_us: int = 0
    answered_us: int = 0
    progress_us: int = 0
    media_us: int = 0
    hangup_us: int = 0
    bridge_a: str = ""
    bridge_b: str = ""
    job_uuid: str = ""
    body: str = ""
    app: str = ""
    matched: str = ""
    app_uuid: str = ""
    app_response: str = ""
    last_response: str = ""
    digit: str = ""
    gateway: str = ""
    auth_user: str = ""
    cc_call_id: str = ""
    cc_epoch: str = ""
    cc_offer: str = ""
    cc_agent: str = ""
    cc_via: str = ""
    cc_via_leg: str = ""
    cc_stage: str = ""
    cc_place: str = ""
    cc_queue_joined_epoch: str = ""
    cc_member: str = ""
    sip_term_status: str = ""
    hangup_q850: str = ""
    sip_disposition: str = ""
    disposition: str = ""
    proto_cause: str = ""
    last_bridge_cause: str = ""
    read_result: str = ""
    from_user: str = ""
    contact: str = ""
    expires: str = ""
    username: str = ""
    realm: str = ""
    trunk: str = ""
    trunk_state: str = ""
    trunk_ping: str = ""
    trunk_said: str = ""
    cc_action: str = ""
    cc_member_session: str = ""
    action: str = ""
    conference: str = ""
    member: str = ""


_decode = msgspec.json.Decoder(Event, strict=False).decode
_FIELDS = tuple((field.name, field.encode_name, field.type is int) for field in msgspec.structs.fields(Event))
_ARRAY, _ARRAY_MARK = "ARRAY::", "|:"


def decode_event(body: bytes) -> Event:
    """The event of a `text/event-json` body. EventError if it is no JSON object with an `Event-Name`."""
    try:
        event = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        event = _decode_lenient(body)
    if not event.name:
        raise EventError("an event without a name")
    return event


def _decode_lenient(body: bytes) -> Event:
    try:
        keys = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise EventError("not JSON") from None
    if not isinstance(keys, dict):
        raise EventError("not a JSON object")
    return _from_mapping(keys)


_PLAIN_NAMES = {wire.encode(): wire for wire in _WIRE.values()}


def decode_plain(text: bytes) -> Event:
    """The event of a `text/event-plain` body, or of the header block that answers `connect`.

    Values are url-decoded one by one after the lines were split, so an encoded newline stays in its value.
    """
    head, _, body = text.partition(b"\n\n")
    keys: dict[str, Any] = {}
    for line in head.split(b"\n"):
        name, colon, value = line.partition(b":")
        wire = _PLAIN_NAMES.get(name)
        if colon and wire:
            keys[wire] = _plain_value(value.decode("utf-8", "replace").lstrip(" "))
    if body:
        keys["_body"] = body.decode("utf-8", "replace")
    event = _from_mapping(keys)
    if not event.name:
        raise EventError("an event without a name")
    return event


def _plain_value(text: str) -> str:
    """The two ways of this format alone: `_undef_` for nothing, `ARRAY::a|:b` for a list."""
    value = "" if text == "_undef_" else unquote(text)
    return value[len(_ARRAY) :].split(_ARRAY_MARK, 1)[0] if value.startswith(_ARRAY) else value


def _from_mapping(keys: dict[str, Any]) -> Event:
    event = Event()
    for name, wire, is_number in _FIELDS:
        if wire in keys:
            text = _first(keys[wire])
            setattr(event, name, _number(text) if is_number else text)
    return event


def _first(value: Any) -> str:
    """The first element of a value that was set more than once, as text that can be encoded again."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
