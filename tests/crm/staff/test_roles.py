"""Roles: what a plan changes for whom, and what is refused."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.access.holding import forget, may
from crm.accounts.models import Role, User
from crm.staff.plan import Plan, changes
from crm.staff.selectors.roles import matrix
from crm.staff.services.roles import role_remove, role_save


def plan(role_id=None, name="Alarm desk", scope="own", permissions=("alarms.see",), people=()) -> Plan:
    return Plan(role_id, name, "告警台", "", "", scope, frozenset(permissions), frozenset(user.pk for user in people))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_role_is_made_and_given(cast):
    made = role_save(actor=cast.ada, plan=plan(people=[cast.alice]))
    assert (made.code, made.permissions, made.scope) == ("alarm_desk", ["alarms.see"], "own")
    assert may(fresh(cast.alice), "alarms.see") and not may(fresh(cast.bob), "alarms.see")
    role_save(actor=cast.ada, plan=plan(made.pk, permissions=["switches.see"], people=[cast.bob]))
    assert not may(fresh(cast.alice), "alarms.see") and may(fresh(cast.bob), "switches.see")


def test_codes_of_names_without_latin_letters_differ(cast):
    codes = [role_save(actor=cast.ada, plan=plan(name=name)).code for name in ("夜班", "周末", "role")]
    assert codes == ["role", "role_2", "role_3"]


def test_the_summary_says_who_gains_or_loses_what(cast):
    both = ["alarms.see", "floor.watch"]
    made = role_save(actor=cast.ada, plan=plan(permissions=both, people=[cast.alice, cast.bob]))
    wish = plan(made.pk, scope="department", permissions=["floor.watch"], people=[cast.bob, cast.carol, cast.boris])
    told = {tuple(map(str, c.users)): (c.given, c.taken, c.gains, c.loses) for c in changes(wish, made)}
    assert told == {
        ("Alice",): (False, True, [], ["Watch the floor (own)", "See alarms"]),
        ("Bob",): (False, False, ["Watch the floor (own department)"], ["See alarms"]),
        ("Carol",): (True, False, ["Watch the floor (own department)"], []),
        ("Boris",): (True, False, [], []),  # his other role allows more already
    }
    assert changes(plan(made.pk, permissions=both, people=[cast.alice, cast.bob]), made) == []


def test_a_ready_made_role_stays_but_is_given(cast, role):
    agent = role("agent")
    role_save(actor=cast.ada, plan=plan(agent.pk, name="Mine", people=[cast.alice, cast.sofia]))
    agent.refresh_from_db()
    assert agent.name == "Agent" and "desk.use" in agent.permissions
    assert set(agent.users.values_list("username", flat=True)) == {"alice", "sofia"}
    with pytest.raises(PermissionDenied, match="Ready-made"):
        role_remove(actor=cast.ada, role=agent)


def test_removing_a_role_takes_it_from_its_holders(cast):
    made = role_save(actor=cast.ada, plan=plan(people=[cast.alice]))
    role_remove(actor=cast.ada, role=made)
    assert not may(fresh(cast.alice), "alarms.see") and may(fresh(cast.alice), "desk.use")


def test_names_are_needed_and_differ(cast):
    for name in ("", "  ", "agent"):
        with pytest.raises(ValidationError):
            role_save(actor=cast.ada, plan=plan(name=name))
    with pytest.raises(ValidationError, match="Unknown permission"):
        role_save(actor=cast.ada, plan=plan(permissions=["moon.see"]))


def test_without_the_permission_nothing(cast, role):
    for user in (cast.sofia, cast.alice):
        with pytest.raises(PermissionDenied):
            role_save(actor=user, plan=plan(people=[user]))
        with pytest.raises(PermissionDenied):
            role_remove(actor=user, role=role("agent"))


def test_nobody_lifts_herself_by_a_role(cast, leads, role):
    leads.permissions = ["roles.manage", "roles.see"]
    leads.save()
    cast.boris.roles.set([leads])
    forget(cast.boris)
    for wish in (
        plan(people=[cast.boris]),
        plan(leads.pk, name="Leads", scope="below", permissions=["roles.manage", "audit.see"], people=[cast.boris]),
        plan(role("administrator").pk, people=[cast.ada, cast.boris]),
    ):
        with pytest.raises(PermissionDenied, match="yourself"):
            role_save(actor=cast.boris, plan=wish)
    role_save(actor=cast.boris, plan=plan(people=[cast.alice]))


def test_an_administrator_is_left(cast, role):
    with pytest.raises(PermissionDenied, match="last administrator"):
        role_save(actor=cast.ada, plan=plan(role("administrator").pk))
    assert cast.ada.roles.filter(code="administrator").exists()


def test_the_matrix_shows_each_permission_of_each_role(cast):
    found = list(Role.objects.all())
    cells = {(line.permission.code, role.code): mark
             for _area, lines in matrix(found) for line in lines for role, mark, _words in line.cells}  # fmt: skip
    assert cells["calls.see", "supervisor"] == "below" and cells["calls.see", "agent"] == "own"
    assert cells["alarms.see", "supervisor"] == "yes" and cells["alarms.see", "agent"] == ""
    assert {code for (code, name), mark in cells.items() if name == "administrator" and mark} == {
        code for code, _name in cells
    }
