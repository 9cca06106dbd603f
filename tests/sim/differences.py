"""Where the simulated switch differs from the recorded one, and why that is right or good enough.

`test_conformance` fails on a difference that is not written here, and on one written here that is gone.
"""

from fnmatch import fnmatch
from typing import NamedTuple

# What is compared, event by event and channel by channel, after ids and ports are made equal.
HEADERS = (
    "Event-Name",
    "Unique-ID",
    "Call-Direction",
    "Channel-State",
    "Channel-Call-State",
    "Answer-State",
    "Channel-Name",
    "Channel-Call-UUID",
    "Hangup-Cause",
    "Application",
    "Application-Data",
    "Application-Response",
    "Playback-File-Path",
    "Playback-Status",
    "DTMF-Digit",
    "DTMF-Source",
    "Bridge-A-Unique-ID",
    "Bridge-B-Unique-ID",
    "Other-Type",
    "Other-Leg-Unique-ID",
    "Caller-Unique-ID",
    "Caller-Caller-ID-Number",
    "Caller-Destination-Number",
    "Caller-Context",
    "Caller-Direction",
    "Original-Channel-Call-State",
    "Channel-Presence-ID",
    "variable_direction",
    "variable_cc_stage",
    "variable_socket_resume",
    "variable_hangup_after_bridge",
    "variable_read_result",
    "variable_ivr_choice",
    "variable_survey",
    "variable_origination_uuid",
    "variable_bridge_uuid",
    "variable_last_bridge_to",
    "variable_hangup_cause",
    "variable_hangup_cause_q850",
    "variable_sip_term_status",
    "variable_proto_specific_hangup_cause",
    "variable_sip_hangup_disposition",
    "variable_last_bridge_hangup_cause",
    "variable_originate_disposition",
    "variable_current_application",
    "variable_last_app",
    "variable_endpoint_disposition",
    "variable_digits_dialed",
    "variable_dialed_user",
)


class Difference(NamedTuple):
    """`trace` and `event` are patterns; `header` is empty where the event itself is missing, added or moved.

    `now_and_then`: depends on milliseconds, so it may be absent in a run."""

    trace: str
    event: str
    header: str
    reason: str
    now_and_then: bool = False

    def covers(self, trace: str, event: str, header: str) -> bool:
        return fnmatch(trace, self.trace) and fnmatch(event, self.event) and fnmatch(header, self.header)


_EARLY = "this phone answered together with its 180, and the switch fired these before it was in the next state"
_CALL_UUID = "a B leg gives its Channel-Call-UUID back a few events before DESTROY in some recordings; here at DESTROY"

_MEDIA = "what hears a leg is told by the switch, which mixes sound; here nothing is mixed"
_UNHOLD = "CHANNEL_UNHOLD and the call state ACTIVE come in either order (06a one way, 06b and 06c the other)"

KNOWN = (
    Difference("06a", "CHANNEL_CALLSTATE ACTIVE", "", _UNHOLD, now_and_then=True),
    Difference("06a", "CHANNEL_UNHOLD", "*", _UNHOLD),
    Difference("12c", "CHANNEL_*", "Channel-Call-UUID", _CALL_UUID),
    Difference("33c", "CHANNEL_*", "Channel-Call-UUID", _CALL_UUID),
    Difference("36", "CHANNEL_*", "Channel-Call-UUID", _CALL_UUID),
    Difference(
        "36",
        "CHANNEL_STATE CS_HIBERNATE",
        "",
        "two bridges at once: the recorded caller went through CS_CONSUME_MEDIA instead, by the race of two threads",
    ),
    Difference("36b", "CHANNEL_PROGRESS", "Channel-State", _EARLY),
    Difference("talks/10?", "CHANNEL_*", "Channel-Call-UUID", _CALL_UUID),
    Difference("talks/10a", "MEDIA_BUG_*", "", _MEDIA),
    Difference("talks/10a", "CODEC", "", _MEDIA),
    Difference("talks/10a", "DTMF", "DTMF-Source", "uuid_recv_dtmf is told as the doing of an application"),
    Difference("36b", "CHANNEL_CALLSTATE RINGING", "Channel-State", _EARLY),
    Difference("36b", "CHANNEL_CALLSTATE ACTIVE", "", _EARLY),
    Difference("36b", "CHANNEL_OUTGOING", "Channel-Call-State", _EARLY),
)
