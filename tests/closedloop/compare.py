"""A channel's life as the recording shows it and as our daemon and the simulated switch make it: one line an event."""

import json
from collections.abc import Iterable
from difflib import unified_diff
from string import ascii_uppercase
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.traces import Row, rows

Event = dict[str, Any]

HEADERS = (
    "Call-Direction", "Channel-State", "Channel-Call-State", "Answer-State", "Hangup-Cause", "Application-Response",
    "Playback-Status", "Caller-Caller-ID-Number", "variable_hangup_cause_q850", "variable_sip_term_status",
    "variable_proto_specific_hangup_cause", "variable_sip_hangup_disposition", "variable_last_bridge_hangup_cause",
)  # fmt: skip
"""What must be equal on each event, beside its name, its application and the legs of a bridge."""

_NAMES = (
    "Caller-Caller-ID-Name", "Caller-Orig-Caller-ID-Name", "Caller-Orig-Caller-ID-Number", "Caller-ANI",
    "Caller-Username",
)  # fmt: skip
MORE_HEADERS = {"21a": _NAMES, "21b": _NAMES}
"""Further headers that must be equal, where a recording is about them."""

PARTS = {"35": "ivr/nosuch.wav"}
"""Recordings of which only the events of this application are a story of ours: the rest is never ours."""

DIFFERENCES = {
    "CHANNEL_STATE": "our listening link does not ask for it, and the recording's order of it is not steady",
    "CODEC": "the same",
    "CALL_UPDATE": "the same",
    "PRIVATE_COMMAND": "the switch's own, in any place",
    "CUSTOM": "of no channel",
    "PRESENCE_IN": "in any place",
    "API": "the orders of the controller itself, repeated",
    "DTMF": "the recording's caller presses a digit in a menu; ours hears a greeting",
    "MEDIA_BUG_START": "what hears a leg: the simulated switch mixes no sound",
    "MEDIA_BUG_STOP": "the same",
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
IN_QUEUE = "the second phone rings for nobody in the recording; ours rings for the second caller, who is in the queue"
HOLD = "we play the music ourselves: a phone that answers a hold with recvonly makes the switch mute the caller"
STANDS_BY = "the recorded standby hangs up at once, ours knows that she was greeted and lets her wait"
ONE_ACTION = "the recorded number has an action for each controller, ours tries one after the other in one action"
SAYS_SORRY = "the recorded standby turns the caller away without a word, ours says that it is sorry"
WAITS_ON = "the recorded controller says that it is sorry and hangs up; ours lets the caller wait on, with music"
NO_MUSIC = "nothing of ours parks a caller, so nothing plays to one"
ENDS = "the recorded controller says that it is sorry; ours knows that the talk was over, and ends the call"
OWN_WAYS = {
    "02": {
        "+CHANNEL_CALLSTATE": STAGES,
        "-CHANNEL_EXECUTE prompt": SURVEY,
        "-PLAYBACK_START": SURVEY,
        "-PLAYBACK_STOP": SURVEY,
        "-CHANNEL_EXECUTE_COMPLETE prompt": SURVEY,
    },
    "06a": {"-CHANNEL_CALLSTATE": HOLD, "-CHANNEL_HOLD": HOLD, "-CHANNEL_UNHOLD": HOLD},
    "06c": {
        "-CHANNEL_CALLSTATE": HOLD,
        "-CHANNEL_HOLD": HOLD,
        "-CHANNEL_UNHOLD": HOLD,
        "+CHANNEL_EXECUTE music": HOLD,
        "+PLAYBACK_START": HOLD,
        "+PLAYBACK_STOP": HOLD,
        "+CHANNEL_EXECUTE_COMPLETE music": HOLD,
    },
    "12d": {
        "+CHANNEL_EXECUTE prompt": SAYS_SORRY,
        "+PLAYBACK_START": SAYS_SORRY,
        "+PLAYBACK_STOP": SAYS_SORRY,
        "+CHANNEL_EXECUTE_COMPLETE prompt": SAYS_SORRY,
    },
    "12b": {"-CHANNEL_EXECUTE_COMPLETE socket": ONE_ACTION, "-CHANNEL_EXECUTE socket": ONE_ACTION},
    "12e": {
        "+CHANNEL_EXECUTE music": STANDS_BY,
        "+PLAYBACK_START": STANDS_BY,
        "+PLAYBACK_STOP": STANDS_BY,
        "+CHANNEL_EXECUTE_COMPLETE music": STANDS_BY,
    },
    "13a": {"-CHANNEL_EXECUTE_COMPLETE socket": ONE_ACTION, "-CHANNEL_EXECUTE socket": ONE_ACTION},
    "13c": {
        "-CHANNEL_EXECUTE music": NO_MUSIC,
        "-PLAYBACK_START": NO_MUSIC,
        "-PLAYBACK_STOP": NO_MUSIC,
        "-CHANNEL_EXECUTE_COMPLETE music": NO_MUSIC,
        "-CHANNEL_EXECUTE prompt": ENDS,
        "-CHANNEL_EXECUTE_COMPLETE prompt": ENDS,
    },
    "13e": {
        "-CHANNEL_EXECUTE prompt": WAITS_ON,
        "+CHANNEL_EXECUTE music": WAITS_ON,
        "-PLAYBACK_STOP": WAITS_ON,
        "+PLAYBACK_STOP": WAITS_ON,
        "-CHANNEL_EXECUTE_COMPLETE prompt": WAITS_ON,
        "+CHANNEL_EXECUTE_COMPLETE music": WAITS_ON,
    },
    "23": {
        "-CHANNEL_EXECUTE prompt": IN_QUEUE,
        "+CHANNEL_EXECUTE music": IN_QUEUE,
        "-CHANNEL_EXECUTE_COMPLETE prompt": IN_QUEUE,
        "+CHANNEL_EXECUTE_COMPLETE music": IN_QUEUE,
    },
}
"""Lines that a story has more (+) or fewer (-) than its recording, and why."""


WHO_HUNG_UP = {"variable_sip_term_status", "variable_proto_specific_hangup_cause", "variable_sip_hangup_disposition"}
ENDED_BY_CALLER = {
    "12e": "the recorded standby hangs up, in ours the caller does, waiting",
    "13e": "the recorded controller hangs up, in ours the caller does, waiting",
}
"""Stories without the headers that tell which side hung up, and why."""

SPARE = {"12f": (1, "the phone that rings for a dead daemon is told to stop, and its agent is called anew")}
"""Stories of ours with one channel more: its place among ours, and why it is there."""


class OwnValue(NamedTuple):
    """A text that stands otherwise in one channel of our story, and why."""

    trace: str
    channel: int
    theirs: str
    ours: str
    why: str


OUR_CAUSE = "the recorded controller kills the leg without a cause, we name one"
OWN_VALUES = (
    OwnValue("04b", 1, "Hangup-Cause=NORMAL_CLEARING", "Hangup-Cause=ORIGINATOR_CANCEL", OUR_CAUSE),
    OwnValue("12d", 0, "=NORMAL_TEMPORARY_FAILURE", "=NORMAL_CLEARING", "a number that leads nowhere is no failure"),
    OwnValue("12d", 0, "q850=41", "q850=16", "the same"),
    OwnValue("12f", 1, "=0000000000", "=13800001111", "the recorded controller shows the agent no number, ours does"),
    OwnValue("23", 3, "Hangup-Cause=NORMAL_CLEARING", "Hangup-Cause=ORIGINATOR_CANCEL", OUR_CAUSE),
    OwnValue(
        "36b", 1, "CS_ROUTING", "CS_CONSUME_MEDIA", "that phone answers together with its 180, ours a moment later"
    ),
    OwnValue("23", 3, "=13800001111", "=13800002222", IN_QUEUE),
)
"""Values of headers that differ, where it is not that a line is missing."""


def recorded(trace: str) -> dict[str, list[Event]]:
    """The events of each channel of a recording, channels in the order in which they came up."""
    return by_channel(events_of(rows(trace)))


def events_of(wire: Iterable[Row], conn: str = "inbound") -> list[Event]:
    """What the switch told on one connection, in either format."""
    events = []
    for row in wire:
        if row.conn == conn and row.dir == "<":
            head, _, body = row.raw.partition(b"\n\n")
            if b"text/event-json" in head:
                events.append(json.loads(body.decode("utf-8", "surrogateescape")))
            elif b"text/event-plain" in head:
                events.append(plain(body.decode()))
    return events


def named(events: Iterable[Event], name: str) -> list[Event]:
    """The events of this name."""
    return [event for event in events if event["Event-Name"] == name]


def plain(text: str) -> Event:
    """An event in the plain format; its values as they are meant."""
    lines = (line.partition(": ") for line in text.partition("\n\n")[0].split("\n"))
    return {name: unquote(value, errors="surrogateescape") for name, _, value in lines}


def by_channel(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Events of channels only, without the written differences."""
    channels: dict[str, list[Event]] = {}
    for event in events:
        leg = event.get("Unique-ID")
        if leg and event["Event-Name"] not in DIFFERENCES and event.get("Application") not in DIFFERENCES:
            channels.setdefault(leg, []).append(event)
    return channels


def without_spare(trace: str, channels: dict[str, list[Event]]) -> dict[str, list[Event]]:
    """Our channels that have one of the recording for a counterpart."""
    place, _ = SPARE.get(trace, (len(channels), ""))
    return {leg: events for at, (leg, events) in enumerate(channels.items()) if at != place}


def lives(channels: dict[str, list[Event]], trace: str = "") -> list[list[str]]:
    """Each channel's life, one line an event, legs as letters; what of it the trace is about."""
    names = {leg: ascii_uppercase[n] for n, leg in enumerate(channels)}
    part = PARTS.get(trace, "")
    told = [[event for event in events if part in event.get("Application-Data", "")] for events in channels.values()]
    headers = [header for header in (*HEADERS, *MORE_HEADERS.get(trace, ())) if not _left_out(trace, header)]
    return [[_line(event, names, headers) for event in events] for events in told if events]


def _left_out(trace: str, header: str) -> bool:
    return trace in ENDED_BY_CALLER and header in WHO_HUNG_UP


def kinds(channels: dict[str, list[Event]]) -> dict[str, tuple[str, ...]]:
    """Each channel's life as one of a kind: no numbers, the other leg of a bridge is just another."""
    headers = [header for header in HEADERS if header != "Caller-Caller-ID-Number"]
    return {leg: tuple(_line(event, {leg: "A"}, headers) for event in events) for leg, events in channels.items()}


def own_values(trace: str, channel: int, life: list[str]) -> list[str]:
    """A recorded life as it is with the values of ours."""
    for own in OWN_VALUES:
        if (own.trace, own.channel) == (trace, channel):
            assert any(own.theirs in line for line in life), own
            life = [line.replace(own.theirs, own.ours) for line in life]
    return life


def changes(theirs: list[str], mine: list[str]) -> list[str]:
    """The lines that differ: with `-` those of the recording, with `+` ours."""
    return [line for line in unified_diff(theirs, mine, lineterm="", n=0) if line[:3] not in ("---", "+++", "@@ ")]


NEWER = ("+CHANNEL_EXECUTE limit", "+CHANNEL_EXECUTE_COMPLETE limit")
"""What our dialplan does since the recordings were made: it counts the calls of the trunk."""


def unexplained(trace: str, changed: list[str]) -> list[str]:
    """The lines that differ and are not written down as meant, and what is written down and is not so."""
    changed = [line for line in changed if not line.startswith(NEWER)]
    ways = OWN_WAYS.get(trace, {})
    unused = [way for way in ways if not any(line.startswith(way) for line in changed)]
    return [line for line in changed if not line.startswith(tuple(ways))] + unused


def _line(event: Event, names: dict[str, str], headers: Iterable[str]) -> str:
    parts = [event["Event-Name"]]
    if "Application" in event:
        parts.append(_application(event))
    for header in ("Bridge-A-Unique-ID", "Bridge-B-Unique-ID"):
        if header in event:
            parts.append(names.get(event[header], "?"))
    what = " ".join(parts)
    for header in headers:
        if event.get(header) not in (None, "", "_none_") and (what, header) not in UNEQUAL:
            parts.append(f"{header.removeprefix('variable_')}={event[header]}")
    return " ".join(parts)


def _application(event: Event) -> str:
    """A menu and a greeting are both a prompt; which legs a bridge names is told by its own event."""
    if event["Application"] in MENU or event["Application"] == "playback":
        return "music" if "local_stream" in event.get("Application-Data", "") else "prompt"
    return str(event["Application"])
