"""CDR files as mod_json_cdr writes them, with ``encode-values``."""

import json
from pathlib import Path
from urllib.parse import quote

from tests.stories import NOON, SECOND


def cdr(
    uuid: str, *, start: int = NOON, seconds: float = 40, number: str = "15401400001", name: str = "Caller",
    dialled: str = "4001", bridged: float = 0, **variables: str,
) -> bytes:  # fmt: skip
    """``bridged``: seconds after the start, 0 for never."""
    end = start + round(seconds * SECOND)
    values = {
        "uuid": uuid, "direction": "inbound", "start_uepoch": str(start), "answer_uepoch": str(start + SECOND),
        "end_uepoch": str(end), "bridge_uepoch": "0", "hangup_cause": "NORMAL_CLEARING", "hangup_cause_q850": "16",
        "sip_hangup_disposition": "recv_bye", "sip_term_status": "200", "cc_stage": "failsafe", **variables,
    }  # fmt: skip
    times = {"created_time": str(start), "bridged_time": str(start + round(bridged * SECOND) if bridged else 0)}
    profile = {"caller_id_number": number, "caller_id_name": name}
    return json.dumps({
        "core-uuid": "0", "switchname": "host1", "channel_data": {"direction": "inbound"},
        "variables": {key: quote(value, safe="") for key, value in values.items()},
        "callflow": [
            {"caller_profile": {**profile, "destination_number": "after-agent"}, "times": {"bridged_time": "0"}},
            {"caller_profile": {**profile, "destination_number": dialled}, "times": times},
        ],
    }).encode()  # fmt: skip


def put(folder: Path, uuid: str, raw: bytes | None = None, **fields: object) -> Path:
    path = folder / f"{uuid}.cdr.json"
    path.write_bytes(cdr(uuid, **fields) if raw is None else raw)
    return path
