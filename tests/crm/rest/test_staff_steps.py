"""Other programs end and take back users, help them to log in, and take out the audit."""

from datetime import timedelta

from django.utils import timezone

from crm.accounts.models import Role, User
from crm.audit.models import Entry
from crm.integrations.services import NEVER
from crm.logins import lockout


def test_users_end_return_and_log_in_again(programs, cast):
    held = {"users.manage", *Role.objects.get(code="agent").permissions} - NEVER
    keeper = programs(*held)
    path = f"/users/{cast.alice.pk}/steps"
    assert keeper.post(path, {"step": "end"}).body["active"] is False
    back = keeper.post(path, {"step": "return"}, key="r1")
    assert back.status_code == 200, back.body
    alice = User.objects.get(username="alice")
    assert back.body["active"] and alice.check_password(back.body["password"]) and alice.must_change_password
    assert keeper.post(path, {"step": "return"}, key="r1").body == back.body
    anew = keeper.post(path, {"step": "password"}).body["password"]
    assert anew != back.body["password"] and User.objects.get(username="alice").check_password(anew)
    assert keeper.post(path, {"step": "remove-factor"}).status_code == 200
    above = f"/users/{cast.ada.pk}/steps"
    for step in ("password", "return", "remove-factor", "end"):
        assert keeper.post(above, {"step": step}).status_code == 403, step
    items = [{"login": "zoe", "display_name": "Zoe"}, {"login": "zoe", "display_name": "Zoe"}, {"login": "x y"}]
    said = keeper.post("/users/bulk", {"items": items}).body
    assert [line["done"] for line in said["items"]] == [True, False, False]
    assert User.objects.filter(username="zoe").exists()


def test_who_failed_too_often_is_let_in_again(programs, cast):
    now = timezone.now()
    times = {"counted_at": now, "locked_until": now + timedelta(hours=1)}
    lockout.Tries.objects.create(kind=lockout.ACCOUNT, key=lockout.account_key("alice"), **times)
    keeper = programs("sessions.manage")
    (told,) = keeper.get("/lockouts").body["items"]
    assert (told["user"], told["address"]) == ("alice", None)
    assert keeper.post("/lockouts/unlock", {"user": "alice"}).body == {"unlocked": True}
    assert keeper.post("/lockouts/unlock", {"user": "alice"}).body == {"unlocked": False}
    assert keeper.post("/lockouts/unlock", {"address": "192.0.2.7"}).body == {"unlocked": False}
    for said in ({}, {"user": "alice", "address": "192.0.2.7"}, {"user": "nobody"}):
        assert keeper.post("/lockouts/unlock", said).body["errors"][0]["field"] == "user", said
    near = programs("sessions.manage", scope="department", department=cast.carol.department, name="Sales")
    assert near.post("/lockouts/unlock", {"address": "192.0.2.7"}).status_code == 403
    assert near.post("/lockouts/unlock", {"user": "alice"}).status_code == 400


def test_the_audit_as_a_file(programs, cast):
    keeper = programs("audit.export")
    answer = keeper.get("/audit/file/csv?kind=accounts_user")
    assert answer.status_code == 200 and b"accounts" not in next(iter(answer.streaming_content))[:10]
    assert Entry.objects.filter(action="audit.exported", who="app-billing").exists()
    assert keeper.get("/audit/file/pdf").status_code == 404 and keeper.get("/audit").status_code == 403
