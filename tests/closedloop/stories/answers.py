"""What the switch answers to our daemon's own orders, good and bad."""

import json

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.closedloop.compare import Event, events_of, named
from tests.closedloop.exchange import exchanges, recorded_answers
from tests.closedloop.stories.common import Story, arrive, over, settle, talk
from tests.closedloop.stories.faults import leaves_before_the_bridge
from tests.daemon.switch import SECRET
from tests.traces import Row, rows


def refused(stage) -> None:
    """Each order that finds its leg gone, because the caller hung up while it was on its way."""
    _gone_before_a_word(stage)
    leaves_before_the_bridge(stage)
    leg, _ = talk(stage)
    settle(stage, leg)
    stage.order(c.Hold, "alice")
    stage.fact(f.HoldStarted, call_id=leg)
    stage.tap.hold("uuid_break")
    stage.order(c.Resume, "alice")
    stage.until(lambda: stage.tap.held)
    stage.switch.sim(f"hangup {leg}")
    stage.until(lambda: leg not in stage.switch.channels())
    stage.tap.release()
    over(stage, leg)
    expected = {"api uuid_setvar_multi", "sendmsg", "api uuid_bridge", "api uuid_break"}
    stage.until(lambda: {x.verb for x in _refusals(stage)} >= expected)
    for refusal in _refusals(stage):
        assert refusal.shape in recorded_answers()[refusal.verb], refusal


def _gone_before_a_word(stage) -> None:
    stage.tap.hold("uuid_setvar_multi")
    leg = arrive(stage)
    stage.until(lambda: stage.tap.held)
    stage.switch.sim(f"hangup {leg}")
    stage.until(lambda: leg not in stage.switch.channels())
    stage.tap.release()
    over(stage, leg)


def _refusals(stage):
    return [x for x in exchanges(stage.tap.rows) if "-ERR" in x.reply and not x.conn.startswith("watch")]


def jobs(stage) -> None:
    """An originate goes out with our own Job-UUID, and the job's end is told in an event of that id."""
    leg = arrive(stage, "alice", phone="noanswer")
    offer = stage.fact(f.OfferEnded, call_id=leg, result="rna").offer
    stage.switch.sim(f"hangup {leg}")
    over(stage, leg)
    order = next(x for x in exchanges(stage.tap.rows) if x.command.startswith("bgapi originate"))
    assert order.command.endswith(f"\nJob-UUID: {offer}\n\n")
    assert order.shape in recorded_answers()["bgapi"]
    mine = _job(stage.tap.rows, "inbound-2", "-ERR NO_ANSWER")
    theirs = _job(rows("22b"), "inbound", "-ERR NO_ANSWER")
    assert list(mine) == list(theirs)
    equal = ("Event-Name", "Job-Command", "Content-Length", "_body")
    assert [mine[name] for name in equal] == [theirs[name] for name in equal]
    assert mine["Job-UUID"] == offer


def _job(wire: list[Row], conn: str, body: str) -> Event:
    return next(job for job in named(events_of(wire, conn), "BACKGROUND_JOB") if job["_body"].startswith(body))


def wrong_secret(stage) -> None:
    """A daemon with a wrong secret is turned away; with the right one it is let in."""
    stage.kill_daemon()
    right = stage.environment["FREESWITCH_NODES"]
    stage.environment["FREESWITCH_NODES"] = right.replace(SECRET, "a-wrong-one")
    before = len(stage.tap.rows)
    stage.start_daemon(healthy=False)
    stage.until(lambda: _heard(stage.tap.rows[before:], b"auth a-wrong-one")[-1:] == [b"<EOF>"])
    recorded = _heard(rows("22c"), b"auth wrong")
    assert _heard(stage.tap.rows[before:], b"auth a-wrong-one") == recorded
    assert json.loads(stage.get("/healthz")[1])["reasons"]
    stage.kill_daemon()
    stage.environment["FREESWITCH_NODES"] = right
    before = len(stage.tap.rows)
    stage.start_daemon()
    let_in = _heard(rows("22c"), b"auth ClueCon", last=True)[:2]
    assert _heard(stage.tap.rows[before:], f"auth {SECRET}".encode())[:2] == let_in


def _heard(wire: list[Row], said: bytes, last: bool = False) -> list[bytes]:
    """All that the switch said on the connection on which this was said."""
    conns = [row.conn for row in wire if row.dir == ">" and row.raw.startswith(said)]
    return [row.raw for row in wire if conns and row.conn == conns[-1 if last else 0] and row.dir == "<"]


ANSWERS: dict[str, Story] = {"22a": refused, "22b": jobs, "22c": wrong_secret}
"""Trace → the story that compares our daemon's own exchanges with it."""
