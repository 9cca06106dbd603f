"""What roles allow, and whose data they reach."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from crm import switch
from crm.access.holding import forget, held, may, reach, require
from crm.access.permissions import AREAS, BY_CODE, PERMISSIONS
from crm.access.ready import READY, roles_ready_made
from crm.accounts.models import Department, Role, Scope, User
from crm.accounts.services import user_create


def logins(users) -> set[str]:
    return {user.username for user in users}


def holder(login: str, *roles: str, department: Department | None = None) -> User:
    return user_create(username=login, password="correct-horse", roles=roles, department=department)


@pytest.fixture
def tree(cast):
    """Support and Sales are parts of the centre."""
    root = Department.objects.create(name="Centre")
    Department.objects.exclude(pk=root.pk).update(parent=root)
    return root


def test_whom_one_watches(cast):
    assert not reach(cast.alice, "floor.watch") and not reach(cast.alice, "floor.watch").users()
    assert logins(reach(cast.alice, "calls.see").users()) == {"alice"}
    assert logins(reach(cast.sofia, "floor.watch").users()) == {"alice", "bob", "sofia"}
    assert logins(reach(cast.boris, "floor.watch").users()) == {"carol", "boris"}
    assert logins(reach(cast.ada, "floor.watch").users()) == {"alice", "bob", "carol", "sofia", "boris", "ada"}


def test_a_supervisor_reaches_the_departments_below_hers_and_a_team_leader_does_not(cast, tree):
    above = holder("above", "supervisor", department=tree)
    leader = holder("leader", "team_leader", department=tree)
    assert logins(reach(above, "floor.watch").users()) >= {"alice", "bob", "carol", "sofia", "boris"}
    assert logins(reach(leader, "floor.watch").users()) == {"above", "leader"}


def test_without_a_department_one_reaches_only_oneself(cast):
    stray = holder("stray", "supervisor")
    other = User(username="other")
    assert logins(reach(stray, "floor.watch").users()) == {"stray"}
    assert reach(stray, "floor.watch").covers(stray) and not reach(stray, "floor.watch").covers(other)


def test_of_several_roles_the_widest_counts_permission_by_permission(cast):
    both = holder("both", "agent", "data_specialist", department=cast.alice.department)
    assert held(both)["calls.see"] == Scope.ALL
    assert held(both)["calls.note"] == Scope.OWN
    assert not may(both, "floor.watch")


def test_a_role_taken_away_counts_at_once_for_the_next_request(cast):
    assert may(cast.alice, "desk.use")
    cast.alice.roles.clear()
    forget(cast.alice)
    assert not may(cast.alice, "desk.use")


def test_who_left_may_nothing_and_a_superuser_all(cast):
    cast.ada.is_active = False
    assert not held(cast.ada)
    assert held(User(username="root", is_superuser=True)).keys() == BY_CODE.keys()


def test_a_code_that_no_longer_exists_allows_nothing(cast):
    Role.objects.create(code="old", name="Old", permissions=["gone.do", "calls.see"])
    assert held(holder("veteran", "old")) == {"calls.see": Scope.OWN}


def test_refusals_say_what_is_refused(cast):
    with translation.override("en"), pytest.raises(PermissionDenied, match="Drain and return switches"):
        require(cast.sofia, "switches.manage")
    require(cast.ada, "switches.manage")
    require(cast.sofia, "calls.see", of=cast.alice)
    with pytest.raises(PermissionDenied):
        require(cast.sofia, "calls.see", of=cast.carol)


def test_who_may_command_whom(cast):
    def commanded(user: User) -> set[str]:
        return {other.username for other in User.objects.all() if switch.may_command(user, other)}

    assert commanded(cast.sofia) == {"alice", "bob"}
    assert commanded(cast.alice) == set()
    assert commanded(cast.ada) >= {"alice", "carol", "sofia", "boris"}


def test_every_centre_has_the_ready_made_roles_and_a_migration_mends_them(cast):
    assert {ready.code for ready in READY} == set(Role.objects.filter(ready_made=True).values_list("code", flat=True))
    Role.objects.filter(code="agent").update(permissions=["roles.manage"], name_zh="")
    roles_ready_made()
    assert Role.objects.get(code="agent").permissions == sorted(READY[0].permissions)
    assert may(User.objects.get(username="alice"), "desk.use")


def test_the_table_of_permissions_is_sound():
    assert len(BY_CODE) == len(PERMISSIONS)
    assert {permission.area for permission in PERMISSIONS} == set(AREAS)
    assert all(set(ready.permissions) <= BY_CODE.keys() and ready.name_zh for ready in READY)
