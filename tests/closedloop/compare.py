"""A channel's life as the recording shows it and as our daemon and the simulated switch make it: one line an event."""

import json
from collections.abc import Iterable
from difflib import unified_diff
from typing import Any

from tests.traces import rows

Event = dict[str, Any]

HEADERS = (
    "Call-Direction", "Channel-State", "Channel-Call-State", "Answer-State", "Hangup-Cause", "Application-Response",
    "Playback-Status", "Caller-Caller-ID-Number", "variable_hangup_cause_q850", "variable_sip_term_status",
    "variable_proto_specific_hangup_cause", "variable_sip_hangup_disposition", "variable_last_bridge_hangup_cause",
)  # fmt: skip
"""What must be equal on each event, beside its name, its application and the legs of a bridge."""

DIFFERENCES = {
    "CHANNEL_STATE": "our listening link does not ask for it, and the recording's order of it is not steady",
    "CODEC": "the same",
    "CALL_UPDATE": "the same",
    "PRIVATE_COMMAND": "the switch's own, in any place",
    "CUSTOM": "of no channel",
    "PRESENCE_IN": "in any place",
    "API": "the orders of the controller itself, repeated",
    "DTMF": "the recording's caller presses a digit in a menu; ours hears a greeting",
    "set": "the numbers' dialplan sets more (the staged one) or less (the older one of some recordings) beforehand",
    "CHANNEL_OUTGOING": "asked for by nobody; comes twice, the second time in any place",
    "hangup": "the recording ends a call by the app, we by uuid_kill, which shows no app",
}
"""Names of events and applications that are left out on both sides, and why."""

UNEQUAL = {
    ("PLAYBACK_STOP", "Playback-Status"): "a menu is broken off by its digit, a greeting is heard to its end",
    ("CHANNEL_EXECUTE_COMPLETE prompt", "Application-Response"): "a menu has none",
    ("CHANNEL_EXECUTE_COMPLETE socket", "Application-Response"): "that of the app before: a menu or a greeting",
}
"""Headers of an event that are left out, and why."""

MENU = {"play_and_get_digits"}


STAGES = "the recording's survey is the number's next action, ours a stage of its own, reached by a transfer"
SURVEY = "the recording's survey asks and thanks, we only thank"
HOLD = "we play the music ourselves: a phone that answers a hold with recvonly makes the switch mute the caller"
OWN_WAYS = {
    "02": {
        "+CHANNEL_CALLSTATE": STAGES,
        "-CHANNEL_EXECUTE prompt": SURVEY,
        "-PLAYBACK_START": SURVEY,
        "-PLAYBACK_STOP": SURVEY,
        "-CHANNEL_EXECUTE_COMPLETE prompt": SURVEY,
    },
    "06a": {"-CHANNEL_CALLSTATE": HOLD, "-CHANNEL_HOLD": HOLD, "-CHANNEL_UNHOLD": HOLD},
}
"""Lines that a story has more (+) or fewer (-) than its recording, and why."""


def recorded(trace: str) -> dict[str, list[Event]]:
    """The events of each channel of a recording, channels in the order in which they came up."""
    events = []
    for row in rows(trace):
        if row.conn == "inbound" and row.dir == "<" and b"text/event-json" in row.raw[:80]:
            events.append(json.loads(row.raw.partition(b"\n\n")[2]))
    return by_channel(events)


def by_channel(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Events of channels only, without the written differences."""
    channels: dict[str, list[Event]] = {}
    for event in events:
        leg = event.get("Unique-ID")
        if leg and event["Event-Name"] not in DIFFERENCES and event.get("Application") not in DIFFERENCES:
            channels.setdefault(leg, []).append(event)
    return channels


def lives(channels: dict[str, list[Event]]) -> list[list[str]]:
    """Each channel's life, one line an event, legs as letters."""
    names = {leg: "ABCDEFGH"[n] for n, leg in enumerate(channels)}
    return [[_line(event, names) for event in events] for events in channels.values()]


def differences(trace: str, theirs: list[str], mine: list[str]) -> list[str]:
    """The lines that differ and are not written down as meant."""
    changed = [line for line in unified_diff(theirs, mine, lineterm="", n=0) if line[:3] not in ("---", "+++", "@@ ")]
    return [line for line in changed if not line.startswith(tuple(OWN_WAYS.get(trace, ())))]


def _line(event: Event, names: dict[str, str]) -> str:
    parts = [event["Event-Name"]]
    if "Application" in event:
        parts.append(_application(event))
    for header in ("Bridge-A-Unique-ID", "Bridge-B-Unique-ID"):
        if header in event:
            parts.append(names.get(event[header], "?"))
    what = " ".join(parts)
    for header in HEADERS:
        if event.get(header) not in (None, "", "_none_") and (what, header) not in UNEQUAL:
            parts.append(f"{header.removeprefix('variable_')}={event[header]}")
    return " ".join(parts)


def _application(event: Event) -> str:
    """A menu and a greeting are both a prompt; which legs a bridge names is told by its own event."""
    if event["Application"] in MENU or event["Application"] == "playback":
        return "music" if "local_stream" in event.get("Application-Data", "") else "prompt"
    return str(event["Application"])
