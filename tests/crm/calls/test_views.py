"""Saved views and chosen columns: whose they are, who sees them, and what they never keep."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.accounts.models import Role
from crm.calls.filters import filters
from crm.calls.lists.columns import COLUMNS, USUAL
from crm.calls.lists.saved import columns_choose, view_begin, view_remove, view_save, views_offered
from crm.calls.models import CallChoice, CallView

from .calls import call


def save(user, name="Missed", asked=None, **more):
    return view_save(user=user, name=name, asked=filters(asked or {"outcome": "answered"}), columns=["queue"], **more)


def names(user) -> list[str]:
    return [view.name for view in views_offered(user)]


def test_it_is_her_own_and_saved_again_it_is_changed(cast):
    save(cast.alice)
    save(cast.alice, asked={"queue": "support"})
    assert CallView.objects.get().filters == {"queue": "support"}
    assert (names(cast.alice), names(cast.bob)) == (["Missed"], [])


def test_shared_with_a_role_its_holders_see_it_and_only_its_owner_removes_it(cast):
    agents = str(Role.objects.get(code="agent").pk)
    view = save(cast.sofia, roles=[agents])
    assert names(cast.alice) == names(cast.sofia) == ["Missed"] and names(cast.boris) == []
    assert not view_remove(user=cast.alice, view_id=view.pk)
    assert view_begin(user=cast.alice, view_id=view.pk) and not view_begin(user=cast.boris, view_id=view.pk)
    assert view_remove(user=cast.sofia, view_id=view.pk)
    assert CallChoice.objects.get(user=cast.alice).view is None


def test_sharing_takes_a_permission(cast):
    with pytest.raises(PermissionDenied):
        save(cast.alice, roles=[str(Role.objects.get(code="agent").pk)])
    assert not CallView.objects.exists()


@pytest.mark.parametrize("asked", [{"number": "15401400001"}, {"note": "Mei Zhang"}])
def test_it_keeps_nothing_of_a_person(cast, asked):
    with pytest.raises(ValidationError):
        save(cast.alice, asked={"queue": "support"} | asked)
    assert not CallView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "\x00"])
def test_it_has_a_name(cast, name):
    with pytest.raises(ValidationError):
        save(cast.alice, name=name)


def test_her_list_begins_with_it(client, cast):
    call("a", agent="alice", queue="support", talk_ms=1)
    call("b", agent="alice", queue="support")
    save(cast.alice, begin=True)
    client.force_login(cast.alice)
    answer = client.get("/calls/")
    assert [one.call_id for one, _cells in answer.context["rows"]] == ["a"]
    assert [column.code for column in answer.context["columns"]] == ["queue"]
    every = client.get("/calls/?all=1")
    assert [one.call_id for one, _cells in every.context["rows"]] == ["b", "a"]
    assert [column.code for column in every.context["columns"]] == list(USUAL)


def test_a_view_shows_each_what_she_may_see(client, cast):
    call("a", agent="alice", queue="support", talk_ms=1)
    call("c", agent="carol", queue="sales", talk_ms=1)
    view = save(cast.ada, roles=[str(role.pk) for role in Role.objects.all()])
    for user, found in ((cast.ada, ["a", "c"]), (cast.carol, ["c"]), (cast.sofia, ["a"])):
        client.force_login(user)
        rows = client.get(f"/calls/?view={view.pk}").context["rows"]
        assert sorted(one.call_id for one, _cells in rows) == found


def test_a_view_of_others_is_no_view(client, cast):
    view = save(cast.boris)
    client.force_login(cast.alice)
    assert client.get(f"/calls/?view={view.pk}").context["view"] is None
    for deed in ("remove", "begin"):
        assert client.post(f"/calls/views/{view.pk}/{deed}/").status_code == 404
    assert CallView.objects.filter(pk=view.pk).exists()


def test_columns_are_kept_for_her_in_the_tables_order(client, cast):
    call("a", agent="alice", queue="support", hangup_cause="NORMAL_CLEARING")
    client.force_login(cast.alice)
    assert client.post("/calls/columns/", {"columns": ["cause", "arrived", "x"], "back": "?queue=support"}).url == (
        "/calls/?queue=support"
    )
    answer = client.get("/calls/", headers={"accept-language": "en"})
    assert [column.code for column in answer.context["columns"]] == ["arrived", "cause"]
    assert "hung up normally" in answer.content.decode()
    client.post("/calls/columns/", {"usual": "1"})
    assert [column.code for column in client.get("/calls/").context["columns"]] == list(USUAL)


def test_every_column_can_be_shown_in_both_languages(client, cast):
    columns_choose(user=cast.ada, codes=[column.code for column in COLUMNS])
    call("a", agent="alice", queue="support", talk_ms=5000, wait_ms=1, hold_ms=0, wrap_ms=None, customer=cast.caller)
    call("b", direction="outbound", number="", dial_result="busy")
    client.force_login(cast.ada)
    for language in ("en", "zh-hans"):
        answer = client.get("/calls/", headers={"accept-language": language})
        assert answer.status_code == 200 and len(answer.context["rows"][0][1]) == len(COLUMNS)


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/audit/", "?x\r\nSet-Cookie: a=b"])
def test_back_leads_to_the_list_only(client, cast, evil):
    client.force_login(cast.alice)
    assert client.post("/calls/columns/", {"back": evil}).url == "/calls/"


def test_the_list_takes_few_queries(client, cast, django_assert_max_num_queries):
    for n in range(60):
        call(f"c{n}", n, agent=("alice", "bob")[n % 2], queue="support", customer=cast.caller)
    columns_choose(user=cast.sofia, codes=[column.code for column in COLUMNS])
    client.force_login(cast.sofia)
    with django_assert_max_num_queries(30):
        assert client.get("/calls/?queue=support&agent=alice&outcome=abandoned_in_greeting").status_code == 200
