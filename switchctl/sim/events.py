"""An event of the switch: its headers, its body, and how it looks on the wire in both formats."""

import json
import re
import time

import msgspec

Value = str | list[str]
Headers = dict[str, Value]

_UNSAFE = re.compile(rb'[\x00-\x20"#%&+:;<=>?@\[\\\]^`{|}\x7f-\xff]')
_encoder = msgspec.json.Encoder()

# Fired without any variable_... header, as measured.
BARE = frozenset(
    {
        "CHANNEL_STATE",
        "CHANNEL_CALLSTATE",
        "CODEC",
        "CHANNEL_OUTGOING",
        "DTMF",
        "PRESENCE_IN",
        "PRIVATE_COMMAND",
    }
)

NAMES = BARE | frozenset(
    {
        "CHANNEL_CREATE",
        "CHANNEL_DESTROY",
        "CHANNEL_ANSWER",
        "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HOLD",
        "CHANNEL_UNHOLD",
        "CHANNEL_BRIDGE",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_PROGRESS",
        "CHANNEL_PROGRESS_MEDIA",
        "CHANNEL_PARK",
        "CHANNEL_UNPARK",
        "CHANNEL_APPLICATION",
        "CHANNEL_ORIGINATE",
        "CHANNEL_UUID",
        "CHANNEL_DATA",
        "CALL_UPDATE",
        "API",
        "LOG",
        "HEARTBEAT",
        "SHUTDOWN",
        "RELOADXML",
        "BACKGROUND_JOB",
        "PLAYBACK_START",
        "PLAYBACK_STOP",
        "RECORD_START",
        "RECORD_STOP",
        "MEDIA_BUG_START",
        "MEDIA_BUG_STOP",
        "DETECTED_TONE",
        "DETECTED_SPEECH",
        "MESSAGE",
        "MESSAGE_WAITING",
        "MESSAGE_QUERY",
        "ADD_SCHEDULE",
        "DEL_SCHEDULE",
        "EXE_SCHEDULE",
        "RE_SCHEDULE",
        "CUSTOM",
        "MODULE_LOAD",
        "MODULE_UNLOAD",
        "NOTIFY",
        "STARTUP",
        "TRAP",
        "COMMAND",
        "SESSION_HEARTBEAT",
        "GENERAL",
    }
)


class Event(msgspec.Struct):
    """One event. `uuid` is the channel it belongs to, empty for events of the switch itself."""

    name: str
    headers: Headers
    uuid: str = ""
    body: str | None = None

    @property
    def subclass(self) -> str:
        return str(self.headers.get("Event-Subclass", ""))


def percent(text: str) -> str:
    """Url-encode as the switch does: the unsafe characters and every byte that is not ASCII."""
    raw = text.encode("utf-8", "surrogateescape")
    return _UNSAFE.sub(lambda m: b"%%%02X" % m.group()[0], raw).replace(b"%2F", b"/").decode("ascii")


def plain_headers(headers: Headers) -> str:
    """`Name: value` lines, values url-encoded, a list as one `ARRAY::a|:b` text."""
    lines = []
    for name, value in headers.items():
        text = value if isinstance(value, str) else "ARRAY::" + "|:".join(value)
        lines.append(f"{name}: {percent(text)}\n")
    return "".join(lines)


def as_json(value: object) -> bytes:
    """JSON as the switch writes it: a name that was never UTF-8 passes on as the bytes that came."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogateescape")


def json_bytes(event: Event) -> bytes:
    """The event as one JSON object; the body is under `_body`, as the switch has it."""
    headers: Headers = event.headers
    if event.body is not None:
        headers = {**headers, "Content-Length": str(len(event.body.encode())), "_body": event.body}
    raw = as_json(headers)
    if event.name == "CHANNEL_HANGUP_COMPLETE":  # measured: this key comes twice in this event
        cause = _encoder.encode(headers["Hangup-Cause"])
        raw = b'{"Hangup-Cause":' + cause + b"," + raw[1:]
    return raw


def frame(event: Event, form: str) -> bytes:
    """The whole frame for a connection that listens in `form` (json or plain)."""
    if form == "json":
        payload = json_bytes(event)
    else:
        body = event.body
        text = plain_headers(event.headers)
        if body is not None:
            text += f"Content-Length: {len(body.encode())}\n"
        payload = (text + "\n").encode() + (body.encode() if body is not None else b"")
    return f"Content-Length: {len(payload)}\nContent-Type: text/event-{form}\n\n".encode() + payload


class Stamp:
    """Who speaks and when: the headers at the start of every event of one run of the switch."""

    def __init__(self, core_uuid: str, hostname: str) -> None:
        self.core_uuid = core_uuid
        self.hostname = hostname
        self.sequence = 0
        self._second = -1
        self._local = self._gmt = ""

    def headers(self, name: str, subclass: str = "") -> Headers:
        """Takes the next Event-Sequence."""
        self.sequence += 1
        now = time.time_ns() // 1000
        second = now // 1_000_000
        if second != self._second:
            self._second = second
            moment = time.gmtime(second)
            self._local = time.strftime("%Y-%m-%d %H:%M:%S", moment)
            self._gmt = time.strftime("%a, %d %b %Y %H:%M:%S GMT", moment)
        head: Headers = {"Event-Subclass": subclass} if subclass else {}
        head.update(
            {
                "Event-Name": name,
                "Core-UUID": self.core_uuid,
                "FreeSWITCH-Hostname": self.hostname,
                "FreeSWITCH-Switchname": self.hostname,
                "FreeSWITCH-IPv4": "127.0.0.1",
                "FreeSWITCH-IPv6": "::1",
                "Event-Date-Local": self._local,
                "Event-Date-GMT": self._gmt,
                "Event-Date-Timestamp": str(now),
                "Event-Calling-File": "switchctl.sim",
                "Event-Calling-Function": name.lower(),
                "Event-Calling-Line-Number": "0",
                "Event-Sequence": str(self.sequence),
            }
        )
        return head
