"""Variables that the switch sets by itself: SIP ones at the start of a leg, times and durations at its end."""

from __future__ import annotations

import time
import uuid as uuids

from .causes import q850
from .channel import Channel
from .events import Value
from .profile import now_us

Variables = dict[str, Value]

_MEDIA = {
    "rtp_use_codec_name": "PCMU",
    "rtp_use_codec_rate": "8000",
    "rtp_use_codec_ptime": "20",
    "read_codec": "PCMU",
    "read_rate": "8000",
    "write_codec": "PCMU",
    "write_rate": "8000",
    "dtmf_type": "rfc2833",
    "rtp_use_codec_string": "PCMU,PCMA",
    "audio_media_flow": "sendrecv",
    "remote_media_ip": "127.0.0.1",
    "local_media_ip": "127.0.0.1",
    "video_media_flow": "disabled",
    "text_media_flow": "disabled",
}


def of_caller(uuid: str, session: int, number: str, name: str, did: str) -> Variables:
    """A call that came in over SIP. An empty number is a From without a user part."""
    quoted = f'"{name}" ' if name else ""
    host = "127.0.0.1"
    found: Variables = {
        "direction": "inbound",
        "uuid": uuid,
        "call_uuid": uuid,
        "session_id": str(session),
        "sip_from_user": number,
        "sip_from_uri": f"{number}@{host}",
        "sip_from_host": host,
        "channel_name": f"sofia/external/{number}@{host}",
        "sip_call_id": str(uuids.uuid4()),
        "sip_network_ip": host,
        "sip_network_port": "5100",
        "sip_invite_stamp": str(now_us()),
        "sip_received_ip": host,
        "sip_received_port": "5100",
        "sip_via_protocol": "udp",
        "sofia_profile_name": "external",
        "sip_from_display": name,
        "sip_cid_type": "rpid",
        "sip_full_from": f"{quoted}<sip:{number}@{host}>;tag={session}",
        "sip_full_to": f"<sip:{did}@{host}:5071>",
        "sip_req_user": did,
        "sip_req_uri": f"{did}@{host}:5071",
        "sip_req_host": host,
        "sip_to_user": did,
        "sip_to_uri": f"{did}@{host}:5071",
        "sip_to_host": host,
        "sip_user_agent": "switchctl.sim",
        "max_forwards": "70",
        **_MEDIA,
        "endpoint_disposition": "RECEIVED",
    }
    return {key: value for key, value in found.items() if value}


def of_callee(uuid: str, session: int, name: str, url: str, profile: str, given: Variables) -> Variables:
    """A leg that the switch calls; `given` are the variables of the dial string."""
    return {
        "direction": "outbound",
        "is_outbound": "true",
        "uuid": uuid,
        "call_uuid": uuid,
        "session_id": str(session),
        "sip_profile_name": profile,
        "channel_name": name,
        "sip_destination_url": url,
        **given,
        "originate_endpoint": "sofia",
        "sofia_profile_name": profile,
    }


def at_answer(ch: Channel) -> None:
    ch.variables.update(_MEDIA)
    ch.variables["endpoint_disposition"] = "ANSWER"


def _moment(name: str, micro: int, stamp: bool = True) -> Variables:
    found: Variables = {f"{name}_epoch": str(micro // 1_000_000), f"{name}_uepoch": str(micro)}
    if stamp and micro:
        text = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(micro // 1_000_000))
        found[f"{name}_stamp"] = text
    return found


def _span(name: str, start: int, end: int) -> Variables:
    """Seconds, milliseconds and microseconds between two moments, 0 where one is missing."""
    micro = max(0, end - start) if start and end else 0
    seconds = end // 1_000_000 - start // 1_000_000 if micro else 0
    return {f"{name}sec": str(seconds), f"{name}msec": str(micro // 1000), f"{name}usec": str(micro)}


def at_hangup(ch: Channel) -> None:
    """Cause, epochs and durations: only HANGUP_COMPLETE and DESTROY have them."""
    t = ch.times
    found: Variables = {
        "hangup_cause": ch.cause,
        "hangup_cause_q850": q850(ch.cause),
        "digits_dialed": ch.dialed or "none",
        **_moment("start", t.created),
        **_moment("profile_start", ch.profile.created),
        **_moment("answer", t.answered),
        **_moment("bridge", t.bridged),
        **_moment("last_hold", t.last_hold),
        **_moment("resurrect", 0),
        **_moment("progress", t.progress),
        **_moment("progress_media", t.progress_media),
        **_moment("end", t.hangup),
        "hold_accum_seconds": str(t.hold_accum // 1_000_000),
        "hold_accum_usec": str(t.hold_accum),
        "hold_accum_ms": str(t.hold_accum // 1000),
        "last_app": ch.last_app[0],
        "last_arg": ch.last_app[1],
        "caller_id": f'"{ch.profile.cid_name}" <{ch.profile.cid_number}>',
    }
    whole = max(0, t.hangup - t.created)
    found.update(
        duration=str(t.hangup // 1_000_000 - t.created // 1_000_000), mduration=str(whole // 1000), uduration=str(whole)
    )
    found.update(_span("bill", t.answered, t.hangup))
    found.update(_span("progress", t.created, t.progress))
    found.update(_span("answer", t.created, t.answered))
    found.update(_span("wait", t.created, t.bridged))
    found.update(_span("progress_media", t.created, t.progress_media))
    found.update(_span("flow_bill", t.created, t.hangup))
    ch.variables.update({key: value for key, value in found.items() if value})
