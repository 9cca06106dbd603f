"""mod_json_cdr: one file for each customer's leg, written with no controller present. (The real one writes agents' legs
too; nobody reads them.)"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from .channel import Channel
from .events import Value, as_json


def write(ch: Channel) -> None:
    """`<uuid>.cdr.json`, written under another name first, so a reader never sees half a file."""
    folder = ch.switch.cdr_folder
    if folder is None or (ch.direction != "inbound" and ch.get("cc_call_id") != ch.uuid):
        return
    t, p = ch.times, ch.profile
    variables = {name: _escaped(value) for name, value in ch.variables.items()}
    record = {
        "core-uuid": ch.switch.core_uuid,
        "switchname": ch.switch.hostname,
        "channel_data": {"state": ch.state, "direction": ch.direction, "state_number": "11"},
        "variables": variables,
        "app_log": {
            "applications": [
                {"app_name": name, "app_data": data, "app_stamp": str(at)} for name, data, at in ch.app_log
            ]
        },
        "callflow": [
            {
                "dialplan": "XML",
                "profile_index": str(p.index),
                "caller_profile": {
                    "username": p.username,
                    "dialplan": p.dialplan,
                    "caller_id_name": p.cid_name,
                    "caller_id_number": p.cid_number,
                    "callee_id_name": p.callee_name,
                    "callee_id_number": p.callee_number,
                    "ani": p.ani,
                    "network_addr": p.network_addr,
                    "destination_number": p.destination,
                    "uuid": ch.uuid,
                    "source": p.source,
                    "context": p.context,
                    "chan_name": ch.name,
                },
                "times": {
                    "created_time": str(t.created),
                    "profile_created_time": str(p.created),
                    "progress_time": str(t.progress),
                    "progress_media_time": str(t.progress_media),
                    "answered_time": str(t.answered),
                    "bridged_time": str(t.bridged),
                    "last_hold_time": str(t.last_hold),
                    "hold_accum_time": str(t.hold_accum),
                    "hangup_time": str(t.hangup),
                    "resurrect_time": "0",
                    "transfer_time": str(t.transfer),
                },
            }
        ],
    }
    target = Path(folder) / f"{ch.uuid}.cdr.json"
    half = target.with_suffix(".part")
    half.write_bytes(as_json(record))
    half.replace(target)


def _escaped(value: Value) -> str:
    text = value if isinstance(value, str) else "ARRAY::" + "|:".join(value)
    return quote(text, safe="", errors="surrogateescape")
