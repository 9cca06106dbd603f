"""Alarms for programs."""

from crm.accounts.models import Scope
from crm.alarms.services import alarm_clear, alarm_raise
from tests.crm.rest.conftest import programs

__all__ = ["programs"]


def test_an_alarm_is_read_and_acknowledged_once(programs, cast):
    alarm = alarm_raise("node_down", "node1", severity="critical", text="It cannot be reached.")
    watcher = programs("alarms.see", "alarms.handle")
    [told] = watcher.get("/alarms").body["items"]
    assert (told["id"], told["subject"], told["severity"], told["acknowledged_by"]) == (
        alarm.pk, "node1", "critical", None,
    )  # fmt: skip
    path = f"/alarms/{alarm.pk}/acknowledge"
    assert programs("alarms.see").post(path).status_code == programs("alarms.handle").post(path).status_code == 403
    assert watcher.post(path).body["acknowledged_by"] == "app-billing"
    assert watcher.post(path).status_code == 409 and watcher.post("/alarms/999999/acknowledge").status_code == 404
    alarm_clear("node_down", "node1")
    assert watcher.get("/alarms").body["items"] == []
    assert [one["id"] for one in watcher.get("/alarms?state=past").body["items"]] == [alarm.pk]
    assert watcher.get("/alarms?state=all").status_code == 400


def test_of_the_floor_it_sees_what_the_data_scope_reaches(programs, cast):
    said = {"severity": "warning", "text": "%(queue)s", "params": {"queue": "sales"}}
    path = f"/alarms/{alarm_raise('longest_wait', 'sales', **said).pk}/acknowledge"
    codes, scope = ("alarms.see", "alarms.handle", "floor.watch"), Scope.DEPARTMENT
    support = programs(*codes, scope=scope, department=cast.alice.department, name="Support")
    assert support.get("/alarms").body["items"] == [] and support.post(path).status_code == 404
    sales = programs(*codes, scope=scope, department=cast.carol.department, name="Sales")
    assert [one["sentence"] for one in sales.get("/alarms").body["items"]] == ["Sales"]
