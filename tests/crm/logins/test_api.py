"""Sessions for programs: whom their data scope reaches, they see and log out."""

from crm.accounts.models import Scope
from crm.audit.models import Entry
from tests.crm.logins.test_sessions import logged_in, row_of
from tests.crm.rest.conftest import programs

__all__ = ["programs"]


def test_sessions_are_listed_and_one_is_ended(programs, cast):
    keeper, alice, carol = programs("sessions.manage"), logged_in("alice"), logged_in("carol")
    listed = keeper.get("/sessions?limit=1").body
    assert listed["items"][0]["user"] == "carol" and keeper.get(listed["next"]).body["items"][0]["user"] == "alice"
    [told] = keeper.get("/sessions?user=alice").body["items"]
    assert (told["id"], told["address"], told["browser"]) == (row_of(alice).pk, "10.0.0.7", "Firefox 140 · Linux")
    assert alice.cookies["sessionid"].value not in str(told)
    path = f"/sessions/{told['id']}"
    tag = keeper.get(path)["ETag"]
    assert keeper.delete(path, if_match='"another"').status_code == 412
    assert alice.get("/profile/").status_code == 200
    assert [keeper.delete(path, if_match=tag).status_code for _ in range(2)] == [204, 404]
    assert alice.get("/profile/").status_code == 302 and carol.get("/profile/").status_code == 200
    ended = Entry.objects.filter(action="session.ended").latest("id")
    assert (ended.who, ended.door, ended.object) == ("app-billing", "api", str(cast.alice.pk))


def test_only_as_far_as_the_data_scope_reaches(programs, cast):
    carol = logged_in("carol")
    keeper = programs("sessions.manage", scope=Scope.DEPARTMENT, department=cast.alice.department, name="Support")
    path = f"/sessions/{row_of(carol).pk}"
    assert keeper.get("/sessions").body["items"] == []
    assert keeper.get(path).status_code == keeper.delete(path).status_code == 404
    assert programs("users.see", name="Other").get("/sessions").status_code == 403
    assert carol.get("/profile/").status_code == 200
