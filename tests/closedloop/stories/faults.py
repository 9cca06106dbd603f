"""What goes wrong without anybody dying: races, a missing file, a link that breaks, callers with hostile names."""

import json
from collections.abc import Iterable
from urllib.parse import quote_from_bytes

from switchctl.contract import facts as f
from tests.closedloop.compare import Event, events_of, named
from tests.closedloop.exchange import UUID
from tests.closedloop.stories.common import (
    Story,
    arrive,
    call,
    in_queue,
    leave,
    over,
    ready_phone,
    ring_for_long,
    settle,
    talk,
)
from tests.closedloop.stories.ends import caller_hangs_up, held_and_resumed
from tests.traces import Row, rows

WAITING, MISSING, NOWHERE = "4004", "4005", "4009"
"""Numbers that lead into the queue at once, to a greeting that does not exist, and to nothing."""


def leaves_before_the_bridge(stage) -> None:
    """The order to bridge is on its way when the caller hangs up."""
    stage.tap.hold("uuid_bridge")
    leg = arrive(stage, "alice")
    stage.until(lambda: stage.tap.held)
    stage.switch.sim(f"hangup {leg}")
    stage.fact(f.OfferEnded, call_id=leg, result="cancelled")
    stage.tap.release()
    over(stage, leg)


def agent_leaves_before_the_bridge(stage) -> None:
    """The order to bridge is on its way when the agent hangs up; the caller waits on and leaves later."""
    stage.tap.hold("uuid_bridge")
    ready_phone(stage, "alice")
    leg = call(stage, WAITING)
    agent = stage.fact(f.OfferMade, call_id=leg).offer
    stage.until(lambda: stage.tap.held)
    stage.until(lambda: stage.switch.channels()[agent]["application"] == "park")
    stage.switch.sim(f"hangup {agent}")
    stage.fact(f.OfferEnded, call_id=leg, result="rejected")
    stage.tap.release()
    stage.until(lambda: "-ERR Invalid uuid" in stage.tap.answer("uuid_bridge"))
    assert stage.switch.channels()[leg]["application"] == "playback"
    leave(stage, leg)


def leaves_the_music(stage) -> None:
    leg = call(stage, WAITING)
    in_queue(stage, leg)
    leave(stage, leg)


def leaves_the_talk(stage) -> None:
    ready_phone(stage, "alice")
    leg = call(stage, WAITING)
    stage.fact(f.TalkStarted, call_id=leg)
    leave(stage, leg)


def three_are_turned_away(stage) -> None:
    """Nothing but the lease's own words goes over their outbound sockets, and these are the recorded ones."""
    for number in ("13800000001", "13800000002", "13800000003"):
        over(stage, call(stage, NOWHERE, number))
    for lease in ("outbound-1", "outbound-2", "outbound-3"):
        stage.until(lambda lease=lease: _lease(stage.tap.rows, lease)[-1:] == ["<EOF>"])
        mine, theirs = (_lease(wire, lease) for wire in (stage.tap.rows, rows("34")))
        theirs = [text.replace("linger 2 seconds", "linger 5 seconds") for text in theirs if _of_a_lease(text)]
        assert mine == theirs


def _lease(wire: Iterable[Row], conn: str) -> list[str]:
    """What the switch said there after it named the channel. The notice that it lingers comes only if we are slow."""
    said = [UUID.sub("<uuid>", row.raw.decode()) for row in wire if row.conn == conn and row.dir == "<"]
    return [text for text in said[1:] if "Content-Disposition: linger" not in text]


def _of_a_lease(text: str) -> bool:
    words = ("text/disconnect-notice", "will linger", "+OK bye", "<EOF>")
    return "event-json" not in text and any(word in text for word in words)


def greeting_is_missing(stage) -> None:
    leg = call(stage, MISSING)
    in_queue(stage, leg)
    leave(stage, leg)


def hostile_callers(trace: str) -> Story:
    """Everybody of the recording calls, and leaves as soon as the call is answered, before any sound."""

    def story(stage) -> None:
        for event in named(events_of(rows(trace)), "CHANNEL_CREATE"):
            stage.tap.hold("execute-app-name: playback")
            leg = call(stage, WAITING, _spelt(event, "Caller-Caller-ID-Number"), _spelt(event, "Caller-Caller-ID-Name"))
            stage.until(lambda: stage.tap.held)
            stage.fact(f.CallAnswered, call_id=leg)
            stage.switch.sim(f"hangup {leg}")
            stage.until(lambda leg=leg: leg not in stage.switch.channels())
            stage.tap.release()
            stage.fact(f.CallEnded, call_id=leg)

    return story


def _spelt(event: Event, header: str) -> str:
    """A word that the simulation's console spells out again."""
    return quote_from_bytes(event.get(header, "").encode("utf-8", "surrogateescape"), safe="")


LISTED = (
    "direction", "state", "cid_num", "ip_addr", "application", "dialplan", "context", "read_codec", "read_rate",
    "read_bit_rate", "write_codec", "write_rate", "write_bit_rate", "secure", "presence_data", "accountcode",
    "callstate", "callee_direction", "initial_ip_addr", "initial_dialplan", "initial_context",
)  # fmt: skip
"""Columns of the listing whose value must be that of the recording; all must be there, in its order."""

OWN_VALUES = {
    "play_and_get_digits": "playback",  # the second caller is in a menu there and in the queue's music here
    "13800001111 for 2001": "13800002222",  # it is she for whom the second phone rings
}


def link_breaks(stage) -> None:
    """One call talks, for another a phone rings; the daemon loses both its links and reads what is up."""
    ring_for_long(stage)
    talking, _ = talk(stage, "alice")
    settle(stage, talking)
    stage.switch.sim("phone 1002 noanswer")
    stage.ready("bob")
    waiting = call(stage, WAITING, "13800002222")
    rings = stage.fact(f.OfferMade, call_id=waiting).offer
    stage.until(lambda: stage.switch.channels().get(rings, {}).get("callstate") == "RINGING")
    before = len(stage.tap.rows)
    stage.tap.cut()
    stage.until(lambda: "row_count" in stage.tap.answer("show channels as json", before))
    stage.until(lambda: stage.health()[0] == 200)
    mine = json.loads(stage.tap.answer("show channels as json", before).partition("\n\n")[2])
    theirs = json.loads(_recorded_listing())
    assert mine["row_count"] == theirs["row_count"] == 4
    for ours, recorded in zip(mine["rows"], theirs["rows"], strict=True):
        assert list(ours) == list(recorded)
        assert {name: ours[name] for name in LISTED} == {name: _own(recorded, name) for name in LISTED}
    leave_all(stage, talking, waiting)


def _recorded_listing() -> str:
    found = [row.raw.decode() for row in rows("23") if row.conn == "inbound-2" and b'"row_count":4' in row.raw]
    return found[0].partition("\n\n")[2]


def _own(recorded: dict[str, str], name: str) -> str:
    value = recorded[name]
    return OWN_VALUES.get(value, OWN_VALUES.get(f"{value} for {recorded['dest']}", value))


def leave_all(stage, *legs: str) -> None:
    for leg in legs:
        stage.switch.sim(f"hangup {leg}")
        stage.fact(f.CallEnded, call_id=leg)
    stage.until(lambda: not stage.switch.channels())


FAULTS: dict[str, Story] = {
    "04b": leaves_before_the_bridge,
    "06c": held_and_resumed,
    "21a": hostile_callers("21a"),
    "21b": hostile_callers("21b"),
    "25": caller_hangs_up,
    "23": link_breaks,
    "33a": leaves_the_music,
    "33b": leaves_the_music,
    "33c": leaves_the_talk,
    "34": three_are_turned_away,
    "35": greeting_is_missing,
    "36b": agent_leaves_before_the_bridge,
}
"""Trace → its story."""
