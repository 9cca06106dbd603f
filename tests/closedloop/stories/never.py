"""What the controllers of some recordings do and our daemon by its making never does. Each law is held against all
that our daemon says in every story; against the recording itself it must find what it looks for."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tests.closedloop.exchange import UUID, exchanges
from tests.traces import Row

Wire = Sequence[Row]
ORIGINATE = re.compile(r"originate \{(.*?)\}(\S+)")
SPOKEN = {"answer", "playback"}


class Never(NamedTuple):
    """Why it is not ours, and what finds it: the offending texts on a wire."""

    reason: str
    law: Callable[[Wire], list[str]]


def _said(wire: Wire, *kinds: str) -> list[tuple[str, str]]:
    """(connection, text) of each command on the connections of these kinds."""
    return [
        (row.conn, row.raw.decode("utf-8", "replace"))
        for row in wire
        if row.dir == ">" and row.conn.startswith(kinds or ("inbound", "outbound", "standby")) and not row.is_end
    ]


def _leases(wire: Wire) -> dict[str, list[Row]]:
    conns = dict.fromkeys(row.conn for row in wire if row.conn.startswith(("outbound", "standby")))
    return {conn: [row for row in wire if row.conn == conn and row.dir in "<>"] for conn in conns}


def silent_hold(wire: Wire) -> list[str]:
    return [text for _, text in _said(wire) if "uuid_hold" in text]


def names_passed_on(wire: Wire) -> list[str]:
    found = [text for _, text in _said(wire) for _ in re.finditer("origination_caller_id_name=", text)]
    return [text for text in found if not re.search(r"origination_caller_id_name=([+0-9*#]+|anonymous)[,}]", text)]


def without_linger(wire: Wire) -> list[str]:
    said = {conn: [row.raw for row in rows if row.dir == ">"] for conn, rows in _leases(wire).items()}
    return [conn for conn, texts in said.items() if len(texts) > 1 and not texts[1].startswith(b"linger ")]


def left_open(wire: Wire) -> list[str]:
    """The switch had to end a lingering connection by itself."""
    found = []
    for conn, rows in _leases(wire).items():
        said = [b"exit" if row.dir == ">" and row.raw == b"exit\n\n" else row.raw for row in rows]
        ended = any(b"Content-Disposition: disconnect" in raw for raw in said)
        lingers = any(b"Content-Disposition: linger" in raw for raw in said)
        if lingers and ended and b"exit" not in said:
            found.append(conn)
    return found


def lease_as_a_link(wire: Wire) -> list[str]:
    allowed = ("connect\n", "linger ", "exit\n")
    return [text for _, text in _said(wire, "outbound", "standby") if not text.startswith(allowed)]


def other_apps(wire: Wire) -> list[str]:
    found = []
    for _, text in _said(wire):
        if text.startswith("sendmsg"):
            lines = dict(line.partition(": ")[::2] for line in text.split("\n")[1:])
            app = lines.get("execute-app-name")
            bare = app == "playback" and not lines.get("execute-app-arg")
            if lines.get("call-command") != "execute" or app not in SPOKEN or bare:
                found.append(text)
    return found


def _told(wire: Wire) -> Iterator[tuple[int, str, str]]:
    """(row, name, leg) of each event that the controller was told, and of each bridge that it ordered."""
    for at, row in enumerate(wire):
        if row.conn.startswith("inbound") and row.dir == "<" and b"text/event-json" in row.raw[:80]:
            event = json.loads(row.raw.partition(b"\n\n")[2].decode("utf-8", "replace"))
            yield at, event["Event-Name"], event.get("Unique-ID", "")
        elif row.conn.startswith("inbound") and row.dir == ">" and b"uuid_bridge " in row.raw:
            yield at, "", row.raw.decode().partition("uuid_bridge ")[2].strip()


def bridge_before_answer(wire: Wire) -> list[str]:
    answered = set()
    found = []
    for _, name, what in _told(wire):
        if name == "CHANNEL_ANSWER":
            answered.add(what)
        elif not name and not answered.issuperset(what.split()):
            found.append(what)
    return found


def double_bridge(wire: Wire) -> list[str]:
    """A caller is ordered to a second leg while the first order still stands."""
    refused = {x.at for x in exchanges(wire) if "uuid_bridge" in x.command and "-ERR" in x.reply}
    stands: dict[str, str] = {}
    found = []
    for at, name, what in _told(wire):
        if name in ("CHANNEL_HANGUP", "CHANNEL_UNBRIDGE"):
            stands = {caller: leg for caller, leg in stands.items() if what not in (caller, leg)}
        elif not name and at not in refused:
            caller, leg = what.split()
            if stands.setdefault(caller, leg) != leg:
                found.append(what)
    return found


def bridge_without_care(wire: Wire) -> list[str]:
    """A caller is joined whom the drop of our socket would tear out of the talk."""
    stays: dict[str, str] = {}
    found = []
    for _, text in _said(wire, "inbound"):
        if order := re.search(r"uuid_setvar\S* (\S+) .*?\bsocket_resume[= ](true|false)", text):
            stays[order[1]] = order[2]
        elif joined := re.search(r"uuid_bridge (\S+)", text):
            found += [text] if stays.get(joined[1]) != "false" else []
    return found


def careless_uuids(wire: Wire) -> list[str]:
    """An id given twice, one that is none, or one for several phones."""
    blocks = [found for _, text in _said(wire) if (found := ORIGINATE.search(text))]
    given = [re.search(r"origination_uuid=([^,]*)", block[1]) for block in blocks]
    ids = [one[1] if one else "" for one in given]
    twice = [one for one, times in Counter(ids).items() if times > 1]
    return twice + [one for one in ids if not UUID.fullmatch(one)] + [b[2] for b in blocks if "," in b[2]]


LINGERS = "every lease says `linger` as its second word"
NEVER_OURS: dict[str, Never] = {
    "06c": Never("hold is music that we play to the caller; no uuid_hold, so no silence", silent_hold),
    "13b": Never("socket_resume is turned off before each uuid_bridge, so that no death tears it", bridge_without_care),
    "13d": Never("callers and agents are joined by uuid_bridge, never by the bridge app", other_apps),
    "21c": Never("only a number that we spelt ourselves goes into an originate, never a name", names_passed_on),
    "32": Never("a leg is bridged only after its CHANNEL_ANSWER", bridge_before_answer),
    "33a": Never(LINGERS, without_linger),
    "33b": Never("a lease whose call is over is told `exit`", left_open),
    "33c": Never(LINGERS, without_linger),
    "34": Never("a lease carries connect, linger and exit; events come over the listening link", lease_as_a_link),
    "35": Never("the only apps are answer and playback of a sound, never without one", other_apps),
    "36": Never("a second agent is looked for only when the first one's leg is gone", double_bridge),
    "37": Never("each originate has one phone and a fresh UUID", careless_uuids),
}
"""Trace → what of it is never ours. Where the rest of a recording is a story of ours, it is among the stories too."""
