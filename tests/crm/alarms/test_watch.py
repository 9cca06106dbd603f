"""What the watch finds, and that it clears what is over."""

from collections import namedtuple

import msgspec
import pytest

from crm import bus as buses
from crm.alarms.models import Alarm
from crm.alarms.tasks import watch as task
from crm.alarms.watch import watch
from crm.calls.models import DeadLetter
from crm.live.state import Saved, encode
from switchctl.contract.live import LiveView
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db
Room = namedtuple("Room", "total used free")


@pytest.fixture
def place(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    settings.CDR_DIR = tmp_path / "cdr"
    return tmp_path


def found(free: int = 50) -> list[tuple[str, str, str]]:
    watch(disk=lambda folder: Room(100, 100 - free, free))
    return sorted(Alarm.objects.filter(cleared_at=None).values_list("code", "subject", "severity"))


def daemon(bus, **links: bool) -> None:
    bus.set(MAIN.daemon, msgspec.json.encode({"pid": 1, "links": links}))


def test_nothing_is_wrong(bus, place):
    daemon(bus, fs1=True)
    assert found() == []


def test_a_daemon_that_is_away_and_comes_back(bus, place):
    assert found() == [("daemon_away", "", "critical")]
    daemon(bus, fs1=True)
    assert found() == []
    assert Alarm.objects.get().cleared_at


def test_links_are_judged_one_by_one_and_not_without_a_daemon(bus, place):
    daemon(bus, fs1=False, fs2=True)
    assert found() == [("link_down", "fs1", "critical")]
    bus.delete(MAIN.daemon)
    assert found() == [("daemon_away", "", "critical"), ("link_down", "fs1", "critical")]
    daemon(bus, fs1=True, fs2=False)
    assert found() == [("link_down", "fs2", "critical")]


def test_a_switch_that_was_emptied_may_be_away(bus, place):
    bus.set(MAIN.live, encode(Saved(view=LiveView(nodes={"fs1": "drained", "fs2": "draining"}))))
    daemon(bus, fs1=False, fs2=False)
    assert found() == [("link_down", "fs2", "critical")]


@pytest.mark.parametrize(("free", "severity"), [(10, None), (9, "warning"), (5, "warning"), (4, "critical")])
def test_the_disk(bus, place, free, severity):
    daemon(bus)
    assert found(free) == ([("disk_low", "", severity)] if severity else [])


def test_dead_letters_and_unreadable_switch_records(bus, place):
    daemon(bus)
    DeadLetter.objects.create(source="facts", entry="1-0", raw=b"x", reason="no fact")
    (place / "cdr/bad").mkdir(parents=True)
    (place / "cdr/bad/a.json").write_text("{")
    (place / "cdr/bad/a.json.reason").write_text("not whole")
    assert found() == [("cdr_bad", "", "warning"), ("dead_letters", "", "warning")]
    assert Alarm.objects.get(code="cdr_bad").params == {"n": 1}
    (place / "cdr/bad/a.json").unlink()
    DeadLetter.objects.all().delete()
    assert found() == []


def test_without_redis_the_rest_is_looked_at(place, settings, free_port, caplog):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    buses.client.cache_clear()
    try:
        assert found(4) == [("disk_low", "", "critical")]
    finally:
        buses.client.cache_clear()
    assert "Redis does not answer" in caplog.text


def test_the_task_looks_at_this_machine(bus, place):
    daemon(bus)
    task()
    assert not Alarm.objects.exclude(code="disk_low").exists()
