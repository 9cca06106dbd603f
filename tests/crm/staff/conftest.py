"""A tree below the cast's departments, and Max, who manages the people of support and below."""

import pytest
from django.utils import translation

from crm.access.holding import forget
from crm.accounts.models import Department, Role, User
from crm.accounts.services import user_create
from tests.cast import PASSWORD


@pytest.fixture(autouse=True)
def english():
    """Sentences are looked for in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def night(cast) -> Department:
    """Support's night shift; Nina works there."""
    made = Department.objects.create(name="Night", name_zh="夜班", parent=cast.sofia.department)
    user_create(username="nina", password=PASSWORD, display_name="Nina", department=made, work_number="90")
    return made


@pytest.fixture
def leads(db) -> Role:
    """A role that manages people of the own department and below, but no roles."""
    codes = ["lists.mark", "users.see",
             "users.manage", "departments.manage", "skills.see", "skills.manage", "desk.use", "calls.see",
             "calls.note", "calls.dial", "calls.export", "floor.watch", "numbers.open", "customers.see",
             "customers.find", "customers.add", "customers.edit", "reports.see", "reports.export"]  # fmt: skip
    return Role.objects.create(code="leads", name="Leads people", scope="below", permissions=sorted(codes))


@pytest.fixture
def max_(cast, leads) -> User:
    made = user_create(username="max", password=PASSWORD, roles=["leads"], department=cast.sofia.department)
    forget(made)
    return made


@pytest.fixture
def role():
    """``role("agent")`` by its code."""
    return lambda code: Role.objects.get(code=code)
