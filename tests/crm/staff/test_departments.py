"""The tree: within reach, without loops, removed only when empty."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.access.holding import forget
from crm.accounts.models import Department, Role
from crm.staff.selectors.departments import tree
from crm.staff.services.departments import department_add, department_move, department_remove, department_rename


def names(actor) -> list[tuple[str, int, int, int]]:
    return [(row.department.name, row.depth, row.here, row.whole) for row in tree(actor)]


def test_heads_are_counted_here_and_below(cast, night, max_):
    assert names(cast.ada) == [("Sales", 0, 2, 2), ("Support", 0, 4, 5), ("Night", 1, 1, 1)]
    assert names(max_) == [("Support", 0, 4, 5), ("Night", 1, 1, 1)]


def test_no_loops_at_any_distance(cast, night):
    deep = department_add(actor=cast.ada, parent=night, name="Weekend")
    support = cast.sofia.department
    for target in (support, night, deep):
        with pytest.raises(ValidationError, match="itself or below it"):
            department_move(actor=cast.ada, department=support, parent=target)
    department_move(actor=cast.ada, department=deep, parent=None)
    department_move(actor=cast.ada, department=support, parent=deep)
    assert names(cast.ada)[1:] == [("Weekend", 0, 0, 4), ("Support", 1, 3, 4), ("Night", 2, 1, 1)]


def test_only_an_empty_one_is_removed(cast, night):
    support = cast.sofia.department
    with pytest.raises(ValidationError, match="3 users, 1 department below it"):
        department_remove(actor=cast.ada, department=support)
    night.users.update(is_active=False)
    with pytest.raises(ValidationError, match="1 ended user"):
        department_remove(actor=cast.ada, department=night)
    night.users.update(department=None)
    department_remove(actor=cast.ada, department=night)
    assert not Department.objects.filter(name="Night").exists()


def test_within_reach_only(cast, night, max_):
    support, sales = cast.sofia.department, cast.carol.department
    weekend = department_add(actor=max_, parent=night, name="Weekend")
    department_move(actor=max_, department=weekend, parent=support)
    department_rename(actor=max_, department=support, name="Service", name_zh="服务部")
    for deed in (
        lambda: department_add(actor=max_, parent=None, name="Mine"),
        lambda: department_add(actor=max_, parent=sales, name="Mine"),
        lambda: department_rename(actor=max_, department=sales, name="Mine"),
        lambda: department_move(actor=max_, department=sales, parent=night),
        lambda: department_move(actor=max_, department=support, parent=sales),
        lambda: department_move(actor=max_, department=weekend, parent=sales),
        lambda: department_remove(actor=max_, department=sales),
        lambda: department_add(actor=cast.sofia, parent=support, name="Mine"),
    ):
        with pytest.raises(PermissionDenied):
            deed()


def test_nobody_moves_below_herself_what_she_could_not_see(cast, night, max_, leads):
    manages = Role.objects.create(code="tree", name="Tree", scope="all", permissions=["departments.manage"])
    max_.roles.add(manages)
    forget(max_)
    sales = cast.carol.department
    with pytest.raises(PermissionDenied, match="show you more"):
        department_move(actor=max_, department=sales, parent=night)
    department_move(actor=max_, department=night, parent=sales)


def test_two_of_a_name_in_one_place_are_refused(cast, night):
    with pytest.raises(ValidationError, match="already"):
        department_add(actor=cast.ada, parent=cast.sofia.department, name="night")
    with pytest.raises(ValidationError):
        department_add(actor=cast.ada, parent=None, name="  ")
    department_add(actor=cast.ada, parent=cast.carol.department, name="Night")
