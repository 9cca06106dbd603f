"""The tree of departments, and which logins and extensions can be."""

import pytest
from django.core.exceptions import ValidationError

from crm.accounts.models import Department
from crm.accounts.selectors import department_ids_below, login_of, names_of
from crm.accounts.services import user_create


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
