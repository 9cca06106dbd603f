"""Who sees and changes which customers: by owner, by department, and by who calls."""

import pytest

from crm.accounts.models import Role, Scope, User
from crm.calls.models import CallRecord
from crm.customers.models import CallerChoice
from crm.customers.sight import customers_visible

UNOWNED = {"Mei Zhang", "林晓"}


def seen(user: User, permission: str = "customers.see") -> set[str]:
    fresh = User.objects.get(pk=user.pk)
    return set(customers_visible(fresh, permission).filter(kind="person").values_list("name", flat=True))


@pytest.mark.parametrize(
    ("who", "others"),
    [("alice", {"Alice's Own"}), ("bob", {"Bob's Own"}), ("sofia", {"Alice's Own", "Bob's Own"}),
     ("boris", {"Carol's Own"}), ("ada", {"Alice's Own", "Bob's Own", "Carol's Own"})],
)  # fmt: skip
def test_by_owner_and_department_and_those_of_nobody(cast, town, bus, who, others):
    assert seen(getattr(cast, who)) == seen(getattr(cast, who), "customers.edit") == UNOWNED | others


def test_who_may_not_see_customers_sees_none(cast, town, bus):
    Role.objects.filter(code="agent").update(permissions=["desk.use"])
    assert seen(cast.alice) == set()


def test_whose_calls_she_took_and_who_rings_now(cast, town, bus, ringing):
    assert "Bob's Own" not in seen(cast.alice)
    ringing("alice", "15401402222")
    assert "Bob's Own" in seen(cast.alice) and "Bob's Own" not in seen(cast.carol)
    bus.flushall()
    CallRecord.objects.create(call_id="c1", agent="alice", customer=town["Carol's Own"])
    assert seen(cast.alice) - UNOWNED == {"Alice's Own", "Carol's Own"}


def test_whom_she_said_the_caller_to_be(cast, town, ringing):
    ringing("alice", "")
    CallerChoice.objects.create(call_id="c1", customer=town["Bob's Own"])
    assert "Bob's Own" in seen(cast.alice)


def test_the_scope_is_the_roles(cast, town, bus):
    Role.objects.filter(code="agent").update(scope=Scope.ALL)
    assert seen(cast.alice) == set(town) - {"~7"}
