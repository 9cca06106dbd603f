"""`show channels|calls|registrations …`, as text tables or JSON. Nothing to show is `{"row_count": 0}`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .api import command
from .channel import Channel
from .events import as_json

if TYPE_CHECKING:
    from .switch import Switch

USAGE = (
    "-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]|"
    "calls|detailed_calls|bridged_calls|detailed_bridged_calls|aliases|complete|chat|management|modules|nat_map|say|"
    "interfaces|interface_types|tasks|limits|status\n"
)
CALL_FIELDS = (
    "uuid",
    "direction",
    "created",
    "created_epoch",
    "name",
    "state",
    "cid_name",
    "cid_num",
    "ip_addr",
    "dest",
    "presence_id",
    "presence_data",
    "accountcode",
    "callstate",
    "callee_name",
    "callee_num",
    "callee_direction",
    "call_uuid",
    "hostname",
    "sent_callee_name",
    "sent_callee_num",
)
PARTNER_FIELDS = tuple(field for field in CALL_FIELDS if field not in ("call_uuid", "hostname"))


def channel_row(ch: Channel) -> dict[str, str]:
    """The columns of `show channels`. `application` is the last app run, not the current one."""
    p = ch.profile
    codec = ("PCMU", "8000", "64000") if ch.has_codec else ("", "", "")
    bridged = bool(ch.times.bridged)
    created = ch.times.created // 1_000_000
    return {
        "uuid": ch.uuid,
        "direction": ch.direction,
        "created": _stamp(created),
        "created_epoch": str(created),
        "name": ch.name,
        "state": ch.state,
        "cid_name": p.cid_name,
        "cid_num": p.cid_number,
        "ip_addr": p.network_addr,
        "dest": p.destination,
        "application": ch.shown_app[0],
        "application_data": ch.shown_app[1],
        "dialplan": p.dialplan,
        "context": p.context,
        "read_codec": codec[0],
        "read_rate": codec[1],
        "read_bit_rate": codec[2],
        "write_codec": codec[0],
        "write_rate": codec[1],
        "write_bit_rate": codec[2],
        "secure": "",
        "hostname": ch.switch.hostname,
        "presence_id": ch.presence_id,
        "presence_data": "",
        "accountcode": "",
        "callstate": ch.callstate,
        "callee_name": p.callee_name,
        "callee_num": p.callee_number,
        "callee_direction": "SEND" if bridged else "",
        "call_uuid": ch.call_uuid if ch.direction == "outbound" or bridged else "",
        "sent_callee_name": "",
        "sent_callee_num": "",
        "initial_cid_name": p.orig_name,
        "initial_cid_num": p.orig_number,
        "initial_ip_addr": p.network_addr,
        "initial_dest": p.destination,
        "initial_dialplan": p.dialplan,
        "initial_context": p.context,
    }


def _stamp(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second))


def call_rows(switch: Switch, only_bridged: bool) -> list[dict[str, str]]:
    """One row a bridge, and unless `only_bridged` one a leg that is alone, with empty `b_` fields."""
    rows = []
    partners = {ch.peer.uuid for ch in switch.channels.values() if ch.peer is not None and ch.role == "originatee"}
    for ch in switch.channels.values():
        if ch.uuid in partners or (only_bridged and ch.peer is None):
            continue
        own = channel_row(ch)
        other = channel_row(ch.peer) if ch.peer is not None else {}
        row = {field: own[field] for field in CALL_FIELDS}
        row.update({f"b_{field}": other.get(field, "") for field in PARTNER_FIELDS})
        row["call_created_epoch"] = str(ch.times.bridged // 1_000_000) if other else ""
        rows.append(row)
    return rows


@command("show")
def _show(switch: Switch, argument: str) -> str:
    words = argument.split()
    what = words[0] if words else ""
    if what == "channels":
        rows = [channel_row(ch) for ch in switch.channels.values()]
        if len(words) > 2 and words[1] == "like":
            rows = [row for row in rows if any(words[2] in value for value in row.values())]
    elif what in ("calls", "detailed_calls"):
        rows = call_rows(switch, only_bridged=False)
    elif what in ("bridged_calls", "detailed_bridged_calls"):
        rows = call_rows(switch, only_bridged=True)
    elif what == "registrations":
        rows = switch.registry.rows()
    else:
        return USAGE
    if words[-2:] == ["as", "json"]:
        if not rows:
            return '{"row_count": 0}\n'
        return as_json({"row_count": len(rows), "rows": rows}).decode("utf-8", "surrogateescape")
    if words[-1] == "count" or not rows:
        return f"\n{len(rows)} total.\n"
    table = [",".join(rows[0])] + [",".join(row.values()) for row in rows]
    return "\n".join(table) + f"\n\n{len(rows)} total.\n"
