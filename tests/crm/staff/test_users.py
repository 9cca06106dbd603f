"""Who may make, change and end whom."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError

from crm.access.holding import forget, held
from crm.accounts.models import SkillGroup, User
from crm.staff.filters import Filters
from crm.staff.person import Handling, Person
from crm.staff.selectors.people import people_named, users_found, within_sight
from crm.staff.services.users import password_made, password_reset, user_add, user_change, user_end, user_return
from crm.telephony.selectors import directory_snapshot


def person(department, *roles, **fields) -> Person:
    return Person(display_name="Lena", department=department, roles=frozenset(roles), **fields)


def add(actor, department, *roles, login: str = "lena", **fields) -> User:
    return user_add(actor=actor, username=login, person=person(department, *roles, **fields), password=password_made())


def as_she_is(user, **changed) -> Person:
    profile = getattr(user, "agent_profile", None)
    same = {
        "display_name": user.display_name, "department": user.department, "extension": user.extension or "",
        "roles": frozenset(user.roles.all()), "agent": Handling() if profile else None, "dialling": user.dialling,
    }  # fmt: skip
    return Person(**(same | changed))


def test_a_new_agent_is_whole(cast, role):
    group = SkillGroup.objects.create(name="English")
    made = add(
        cast.ada, cast.alice.department, role("agent"), extension="2010", work_number="77", dialling="list",
        allowed_numbers=("021*",), agent=Handling(wrap_up_s=9, wrap_up_extend_s=45, wrap_up_extensions=1),
        queues={cast.support: 2}, skills={group: 8},
    )  # fmt: skip
    [agent] = [agent for agent in directory_snapshot(1).agents if agent.id == "lena"]
    assert (agent.extension, agent.wrap_up_s, agent.department) == ("2010", 9, "Support")
    assert (agent.wrap_up_extend_s, agent.wrap_up_extensions) == (45, 1)
    assert dict(made.memberships.values_list("queue__code", "tier")) == {"support": 2}
    assert dict(made.skills.values_list("group__name", "level")) == {"English": 8}
    assert made.must_change_password and "desk.use" in held(made)


def test_who_takes_calls_no_more_leaves_her_queues(cast):
    user_change(actor=cast.ada, user=cast.alice, person=as_she_is(cast.alice, agent=None))
    assert [agent.id for agent in directory_snapshot(1).agents] == ["bob", "carol"]
    assert not cast.alice.memberships.exists()


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"extension": "2001"}, "extension"),
        ({"extension": "20a1"}, "extension"),
        ({"agent": Handling()}, "extension"),
        ({"agent": Handling(ring_s=1), "extension": "2050"}, "ring_s"),
        ({"caller_number": "=1+1"}, "caller_number"),
        ({"allowed_numbers": ("*",)}, "allowed_numbers"),
        ({"dialling": "moon"}, "dialling"),
        ({"email": "no"}, "email"),
    ],
)
def test_what_is_malformed_or_taken_is_refused_at_its_field(cast, role, fields, column):
    with pytest.raises(ValidationError) as refused:
        add(cast.ada, None, role("agent"), **fields)
    assert column in refused.value.message_dict
    assert not User.objects.filter(username="lena").exists()


class TestReach:
    def test_only_departments_within_reach(self, cast, max_, night, role):
        add(max_, night, role("agent"))
        for place in (cast.carol.department, None):
            with pytest.raises(PermissionDenied, match="reach"):
                add(max_, place, role("agent"), login="other")

    def test_nobody_is_moved_out_of_reach(self, cast, max_):
        with pytest.raises(PermissionDenied, match="reach"):
            user_change(actor=max_, user=cast.alice, person=as_she_is(cast.alice, department=cast.carol.department))

    def test_others_are_not_hers(self, cast, max_, night):
        for deed in (
            lambda: user_change(actor=max_, user=cast.carol, person=as_she_is(cast.carol)),
            lambda: user_end(actor=max_, user=cast.carol),
            lambda: password_reset(actor=max_, user=cast.carol),
        ):
            with pytest.raises(PermissionDenied):
                deed()
        user_end(actor=max_, user=User.objects.get(username="nina"))

    def test_without_the_permission_nothing(self, cast, role):
        with pytest.raises(PermissionDenied):
            add(cast.sofia, cast.sofia.department, role("agent"))
        with pytest.raises(PermissionDenied):
            password_reset(actor=cast.alice, user=cast.alice)

    def test_the_list_shows_no_others(self, cast, max_, night):
        names = {user.username for user in users_found(max_, Filters())}
        assert names == {"alice", "bob", "sofia", "max", "nina"}
        assert not users_found(cast.alice, Filters()).exists()
        assert within_sight(cast.ada).count() == User.objects.count()


class TestNobodyIsLifted:
    def test_only_roles_that_allow_no_more_than_her_own(self, cast, max_, night, role):
        add(max_, night, role("expert"))
        for code in ("supervisor", "administrator", "data_specialist"):
            with pytest.raises(PermissionDenied, match="give or take"):
                add(max_, night, role(code), login="other")

    def test_nor_may_she_take_such_a_role_away(self, cast, max_):
        with pytest.raises(PermissionDenied, match="may not change Sofia"):
            user_change(actor=max_, user=cast.sofia, person=as_she_is(cast.sofia, roles=frozenset()))

    def test_nor_become_somebody_above_by_a_new_password(self, cast, max_):
        with pytest.raises(PermissionDenied):
            password_reset(actor=max_, user=cast.sofia)

    def test_not_herself_either(self, cast, max_, role):
        with pytest.raises(PermissionDenied):
            user_change(actor=max_, user=max_, person=as_she_is(max_, roles=frozenset({role("manager")})))
        cast.ada.roles.set([role("manager"), role("agent")])
        forget(cast.ada)
        with pytest.raises(PermissionDenied):
            lifted = as_she_is(cast.ada, roles=frozenset({role("administrator")}))
            user_change(actor=cast.ada, user=cast.ada, person=lifted)

    def test_who_manages_roles_gives_any_but_not_to_herself(self, cast, role, leads):
        leads.permissions = ["roles.manage", "users.manage", "users.see"]
        leads.scope = "all"
        leads.save()
        chief = User.objects.create(username="chief", display_name="Chief")
        chief.roles.add(leads)
        user_change(actor=chief, user=cast.bob, person=as_she_is(cast.bob, roles=frozenset({role("administrator")})))
        with pytest.raises(PermissionDenied, match="yourself"):
            user_change(actor=chief, user=chief, person=as_she_is(chief, roles=frozenset({role("administrator")})))

    def test_her_own_department_only_when_nothing_depends_on_it(self, cast, max_, night):
        with pytest.raises(PermissionDenied, match="Somebody else"):
            user_change(actor=max_, user=max_, person=as_she_is(max_, department=night))
        user_change(actor=cast.ada, user=cast.ada, person=as_she_is(cast.ada, department=night))
        cast.ada.refresh_from_db()
        assert cast.ada.department == night

    def test_what_she_may_dial_is_for_others_to_say(self, cast, max_):
        for wish in ({"dialling": "international"}, {"allowed_numbers": ("00*",)}):
            with pytest.raises(PermissionDenied, match="may dial"):
                user_change(actor=max_, user=max_, person=as_she_is(max_, **wish))
        user_change(actor=max_, user=cast.alice, person=as_she_is(cast.alice, dialling="international"))
        user_change(actor=cast.ada, user=cast.ada, person=as_she_is(cast.ada, dialling="international"))

    def test_a_superuser_is_nobodys(self, cast, max_):
        User.objects.filter(pk=cast.bob.pk).update(is_superuser=True)
        cast.bob.refresh_from_db()
        with pytest.raises(PermissionDenied):
            password_reset(actor=cast.ada, user=cast.bob)


class TestTheEnd:
    def test_history_keeps_her_and_her_extension_is_free(self, cast, client, role):
        user_end(actor=cast.ada, user=cast.alice)
        gone = User.objects.get(username="alice")
        assert not gone.is_active and gone.extension is None and gone.roles.exists()
        assert "alice" not in [agent.id for agent in directory_snapshot(1).agents]
        add(cast.ada, None, role("agent"), extension="2001", agent=Handling())
        assert [u.username for u in users_found(cast.ada, Filters(state="ended"))] == ["alice"]

    def test_she_is_out_at_once(self, cast, client):
        client.force_login(cast.alice)
        assert client.get("/calls/").status_code == 200
        user_end(actor=cast.ada, user=cast.alice)
        assert client.get("/calls/").status_code == 302

    def test_taken_back_with_a_new_password(self, cast):
        user_end(actor=cast.ada, user=cast.alice)
        password = user_return(actor=cast.ada, user=User.objects.get(username="alice"))
        back = authenticate(username="alice", password=password)
        assert back and back.must_change_password and "desk.use" in held(back)

    def test_nobody_above_is_taken_back(self, cast, max_):
        user_end(actor=cast.ada, user=cast.sofia)
        with pytest.raises(PermissionDenied):
            user_return(actor=max_, user=User.objects.get(username="sofia"))

    def test_not_herself_and_not_the_last_administrator(self, cast, role, leads):
        with pytest.raises(PermissionDenied, match="yourself"):
            user_end(actor=cast.ada, user=cast.ada)
        leads.permissions, leads.scope = ["roles.manage", "users.manage"], "all"
        leads.save()
        cast.boris.roles.add(leads)
        with pytest.raises(PermissionDenied, match="last administrator"):
            user_end(actor=cast.boris, user=cast.ada)
        with pytest.raises(PermissionDenied, match="last administrator"):
            user_change(actor=cast.boris, user=cast.ada, person=as_she_is(cast.ada, roles=frozenset()))
        assert User.objects.get(username="ada").is_active and cast.ada.roles.count() == 1
        cast.bob.roles.add(role("administrator"))
        user_end(actor=cast.boris, user=cast.ada)


def test_a_new_password_works_once_shown_and_ends_her_sessions(cast, client):
    with pytest.raises(PermissionDenied, match="own password"):
        password_reset(actor=cast.ada, user=cast.ada)
    client.force_login(cast.alice)
    password = password_reset(actor=cast.ada, user=cast.alice)
    assert authenticate(username="alice", password=password).must_change_password
    assert client.get("/calls/").status_code == 302


def test_people_are_found_by_what_they_are_called(cast, night):
    User.objects.filter(username="alice").update(work_number="1001", display_name="Alice Wu")
    found = people_named(User.objects.all(), "1001, nobody\nBOB；90\nAlice Wu\n2003 1001")
    assert {user.username for user in found.users} == {"alice", "bob", "nina", "carol"}
    assert found.unknown == ["nobody"]
