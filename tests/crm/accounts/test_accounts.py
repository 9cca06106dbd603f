"""Who is whose supervisor, and which logins and extensions can be."""

import pytest
from django.core.exceptions import ValidationError

from crm.accounts.models import Department, Role, User
from crm.accounts.selectors import department_ids_below, login_of, may_supervise, names_of, users_supervised
from crm.accounts.services import user_create


def logins(users) -> set[str]:
    return {user.username for user in users}


def test_whom_one_supervises(cast):
    assert logins(users_supervised(cast.alice)) == {"alice"}
    assert logins(users_supervised(cast.sofia)) == {"alice", "bob", "sofia"}
    assert logins(users_supervised(cast.boris)) == {"carol", "boris"}
    assert logins(users_supervised(cast.ada)) == {"alice", "bob", "carol", "sofia", "boris", "ada"}


def test_a_supervisor_sees_the_departments_below_hers(cast):
    root = Department.objects.create(name="Centre")
    Department.objects.exclude(pk=root.pk).update(parent=root)
    cast.sofia.department = root
    assert logins(users_supervised(cast.sofia)) >= {"alice", "bob", "carol"}
    assert may_supervise(cast.sofia, cast.carol)
    assert not may_supervise(cast.boris, cast.alice)


def test_a_supervisor_without_department_supervises_nobody(cast):
    cast.sofia.department = None
    assert logins(users_supervised(cast.sofia)) == {"sofia"}
    assert not may_supervise(cast.sofia, User(username="stray", role=Role.AGENT))


def test_a_loop_of_departments_ends(db):
    one = Department.objects.create(name="One")
    two = Department.objects.create(name="Two", parent=one)
    Department.objects.filter(pk=one.pk).update(parent=two)
    assert department_ids_below(one) == {one.pk, two.pk}


@pytest.mark.parametrize(
    ("login", "extension"),
    [("Alice", ""), ("a b", ""), ("a\n", ""), ("", ""), ("x" * 33, ""), ("ok", "12x4"), ("ok", "1"), ("ok", "2001"),
     ("alice", "")],
)  # fmt: skip
def test_logins_and_extensions_that_cannot_be(cast, login, extension):
    with pytest.raises(ValidationError):
        user_create(username=login, password="correct-horse", extension=extension)


def test_names(cast):
    assert names_of({"alice", "nobody"}) == {"alice": "Alice"}
    assert (login_of("2002"), login_of("bob"), login_of("9999")) == ("bob", "bob", "9999")


def test_labels_follow_the_language(cast):
    from django.utils import translation

    with translation.override("zh-hans"):
        assert str(cast.support) == "客服"
        assert str(cast.sales) == "Sales"
    with translation.override("en"):
        assert str(cast.support) == "Support"
