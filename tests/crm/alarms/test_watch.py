"""What the looks find."""

import json
import re
from collections import namedtuple
from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.alarms.looks import disks, log, rows, stream, switchfiles
from crm.alarms.looks.daemons import Sight, daemons, each, fences, journals, leader, switches
from crm.alarms.looks.metrics import Answer
from crm.calls.models import DeadLetter
from crm.events.models import Mark
from crm.events.services import event_tell
from crm.live.state import Saved, encode
from switchctl.contract import facts as f
from switchctl.contract.live import LiveView
from switchctl.contract.names import MAIN, RECORD_GROUP
from tests.crm.calls.rows import record
from tests.stories import SECOND, numbered

Room = namedtuple("Room", "total used free")


def found(findings, *codes: str) -> list[tuple[str, str, str]]:
    """(code, subject, severity) of each finding."""
    return sorted((code, one.subject, str(one.severity)) for code, many in findings.items() for one in many)


@pytest.fixture
def alone(settings):
    """Nothing is asked over HTTP, and no switch is probed."""
    settings.ALARM_DAEMONS, settings.FREESWITCH_ADDRESSES = [], {}


def daemon(bus, **links: bool) -> None:
    bus.set(MAIN.daemon, msgspec.json.encode({"pid": 1, "links": links}))


def answer(role: str = "leader", status: str = "ok", reasons=(), **gauges: float) -> Answer:
    return Answer({"role": role, "status": status, "reasons": list(reasons)}, {"fs1": True}, gauges)


def test_nothing_is_wrong(bus, alone):
    daemon(bus, fs1=True)
    told = daemons({})
    assert found(told) == []
    assert {"daemon_away", "link_down", "node_down"} <= told.keys() and "fence_lost" not in told


def test_a_daemon_that_is_away(bus, alone):
    assert found(daemons({})) == [("daemon_away", "", "critical")]


def test_links_are_judged_one_by_one_and_not_without_a_daemon(bus, alone):
    daemon(bus, fs1=False, fs2=True)
    assert found(daemons({})) == [("link_down", "fs1", "critical")]
    bus.delete(MAIN.daemon)
    assert "link_down" not in daemons({})


def test_a_switch_that_was_emptied_may_be_away(bus, alone):
    bus.set(MAIN.live, encode(Saved(view=LiveView(nodes={"fs1": "drained", "fs2": "draining"}))))
    daemon(bus, fs1=False, fs2=False)
    assert found(daemons({})) == [("link_down", "fs2", "critical")]


def test_a_switch_that_is_down_is_told_from_a_link_that_is(bus, alone, settings, free_port, redis_url):
    listening = int(redis_url.rpartition(":")[2].partition("/")[0])
    settings.FREESWITCH_ADDRESSES = {"fs1": ("127.0.0.1", free_port()), "fs2": ("127.0.0.1", listening)}
    daemon(bus, fs1=False, fs2=False)
    assert found(daemons({})) == [("link_down", "fs2", "critical"), ("node_down", "fs1", "critical")]


def test_without_redis_the_daemons_themselves_are_asked(alone, settings, free_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert "daemon_away" not in daemons({}), "nobody can be asked"
    silent = f"127.0.0.1:{free_port()}"
    settings.ALARM_DAEMONS = [silent]
    assert found(daemons({})) == [("daemon_away", "", "critical")]


STATUS = {"epoch": 7, "role": "leader", "links": {"fs1": True, "fs2": True}}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (answer(), answer("standby"), []),
        (answer(), None, [("daemon_silent", "b", "warning")]),
        (answer(), answer(), [("two_leaders", "", "critical")]),
        (answer("standby"), answer("standby"), []),
    ],
)
def test_leader_and_standby(one, two, expected):
    sight = Sight(True, STATUS, {"a": one, "b": two})
    assert found({**leader(sight), **each(sight)}) == expected


def test_standbys_without_a_leader():
    sight = Sight(True, None, {"a": answer("standby"), "b": None})
    assert found({**leader(sight), **each(sight)}) == [("daemon_away", "", "critical")]
    assert "none of them leads" in leader(sight)["daemon_away"][0].text


def test_a_daemon_that_cannot_serve_says_why():
    stalled = answer(status="failed", reasons=["The link to switch fs1 is down: timeout.", "The engine is busy."])
    assert each(Sight(True, STATUS, {"a": stalled}))["daemon_unwell"][0].params["reasons"] == "The engine is busy."
    away = answer(status="failed", reasons=["The link to switch fs1 is down: timeout."])
    assert found(each(Sight(True, STATUS, {"a": away}))) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abc:7:12", ""),
        ("", ""),
        ("none:6:0", "Nobody holds"),
        ("new:7:0", "Nobody holds"),
        ("other:8:3", "is held by the daemon"),
        ("abc:6:3", "is held by the daemon"),
    ],
)
def test_fences(value, text):
    told = fences(Sight(True, STATUS | {"fences": {"fs1": "abc:7:1", "fs2": value}}))["fence_lost"]
    assert [(one.subject, text in one.text) for one in told] == ([("fs2", True)] if text else [])


def test_the_fence_of_a_switch_that_is_away_is_not_judged():
    status = STATUS | {"links": {"fs1": True, "fs2": False}, "fences": {"fs1": "a:7:1", "fs2": "b:9:1"}}
    sight = Sight(True, status)
    assert found(fences(sight)) == [] and found(switches(sight))[0][:2] in (("link_down", "fs2"), ("node_down", "fs2"))


@pytest.mark.parametrize(
    ("mb", "was", "severity"),
    [
        (255, None, ""), (256, None, "warning"), (240, "warning", "warning"), (229, "warning", ""),
        (2048, "warning", "critical"), (1900, "critical", "critical"), (1800, "critical", "warning"),
    ],
)  # fmt: skip
def test_the_journal_and_its_slack(mb, was, severity):
    sight = Sight(True, STATUS, {"a": answer(journal_bytes=mb * 1e6, journal_pending_facts=5)})
    told = found(journals(sight, {("journal_growth", "a"): was} if was else {}))
    assert told == ([("journal_growth", "a", severity)] if severity else [])


@pytest.mark.parametrize(
    ("free", "was", "severity"), [(10, "", ""), (9, "", "warning"), (5, "", "warning"), (4, "", "critical"),
                                  (10.5, "warning", "warning"), (11, "warning", "")],
)  # fmt: skip
def test_the_disk(settings, tmp_path, free, was, severity):
    settings.ALARM_DISKS = [tmp_path, tmp_path / "gone"]
    (tmp_path / "beside").mkdir()
    settings.ALARM_DISKS.append(tmp_path / "beside")  # the same disk: told once
    told = disks.disks({("disk_low", str(tmp_path)): was} if was else {}, lambda _: Room(100, 100 - free, free))
    assert found(told) == ([("disk_low", str(tmp_path), severity)] if severity else [])


def test_dead_letters_and_unreadable_switch_records(db, settings, tmp_path):
    settings.CDR_DIR = tmp_path
    DeadLetter.objects.create(source="facts", entry="1-0", raw=b"x", reason="no fact")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/a.json").write_text("{")
    (tmp_path / "bad/a.json.reason").write_text("not whole")
    assert found(rows.rows({})) == [("dead_letters", "", "warning")]
    assert switchfiles.cdr({})["cdr_bad"][0].params == {"n": 1}
    (tmp_path / "bad/a.json").unlink()
    DeadLetter.objects.all().delete()
    assert found(rows.rows({})) == found(switchfiles.cdr({})) == []


def test_repairs_of_the_last_minutes_are_counted(db):
    now = round(timezone.now().timestamp() * SECOND)
    old = [f.CallRepaired(at=now - 700 * SECOND, node="fs1", call_id="c0", leg="c0", reason="old") for _ in range(20)]
    new = [f.CallRepaired(at=now - n, node="fs2", call_id="c1", leg="c1", reason=f"lost {n}") for n in range(1, 10)]
    record(numbered(old + new))
    assert found(rows.rows({})) == []
    record(numbered([f.CallRepaired(at=now, node="fs2", call_id="c1", leg="c1", reason="the newest")], "j2"))
    told = rows.rows({})["repairs"]
    assert told[0].params == {"n": 10, "node": "fs2", "reason": "the newest"}


def test_a_switch_that_came_up_as_another_core(db):
    now = round((timezone.now() - timedelta(minutes=5)).timestamp() * SECOND)
    ups = [("fs1", "core-a", 900), ("fs2", "core-x", 900), ("fs1", "core-b", 0), ("fs2", "core-x", 0)]
    record(numbered(f.LinkChanged(at=now - ago * SECOND, node=node, up=True, core=core) for node, core, ago in ups))
    assert found(rows.rows({})) == [("node_restarted", "fs1", "warning")]


def test_questions_about_facts_do_not_read_them_all(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            rows.rows({})
        of_facts = [query["sql"] for query in asked if '"calls_fact"' in query["sql"]]
        assert len(of_facts) >= 3
        cursor.execute("SELECT relid::text FROM pg_partition_tree('fact_watch') WHERE isleaf")
        known = {name for (name,) in cursor.fetchall()}
        for statement in of_facts:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
            used = set(re.findall(r'"Index Name": "(\w+)"|"Node Type": "(Seq Scan)"', json.dumps(cursor.fetchone()[0])))
            assert used and {index or scan for index, scan in used} <= known, statement


@pytest.mark.django_db
def test_the_log_of_events(bus):
    assert found(log.events({})) == [], "nothing was ever told"
    seconds, _micros = bus.time()
    old, new = f"{(seconds - 400) * 1000}-0", f"{(seconds - 40) * 1000}-0"
    bus.xadd(MAIN.facts, {"f": b"1"}, id=old)
    assert log.events({})["events_lag"][0].text.startswith("Nothing has ever")
    Mark.objects.create(cursor="0-0")
    bus.xadd(MAIN.facts, {"f": b"2"}, id=new)
    assert found(log.events({})) == [("events_lag", "", "critical")]
    Mark.objects.update(cursor=old)
    assert found(log.events({})) == [("events_lag", "", "warning")]
    Mark.objects.update(cursor=new)
    assert found(log.events({})) == []
    event_tell("customer.added", {"customer": 1}, at=timezone.now() - timedelta(seconds=40))
    assert found(log.events({})) == [("events_lag", "", "warning")]


def test_the_recorder(bus, settings):
    assert found(stream.recorder({})) == [], "no stream yet"
    seconds, _micros = bus.time()
    old, new = f"{(seconds - 400) * 1000}-0", f"{(seconds - 40) * 1000}-0"
    bus.xadd(MAIN.facts, {"f": b"1"}, id=old)
    assert stream.recorder({})["recorder_lag"][0].text.startswith("Nothing has ever")
    bus.xgroup_create(MAIN.facts, RECORD_GROUP, id="0")
    bus.xadd(MAIN.facts, {"f": b"2"}, id=new)
    assert found(stream.recorder({})) == [("recorder_lag", "", "critical")]
    bus.xreadgroup(RECORD_GROUP, "r1", {MAIN.facts: ">"}, count=1)
    told = stream.recorder({})["recorder_lag"][0]
    assert (told.severity, told.params["facts"]) == ("critical", 2), "read and not acknowledged is not a row"
    bus.xack(MAIN.facts, RECORD_GROUP, old)
    assert found(stream.recorder({})) == [("recorder_lag", "", "warning")]
    entries = bus.xreadgroup(RECORD_GROUP, "r1", {MAIN.facts: ">"})
    assert entries
    bus.xack(MAIN.facts, RECORD_GROUP, new)
    assert found(stream.recorder({})) == []
