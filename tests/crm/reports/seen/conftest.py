"""The worked half-hour, recorded and counted, with its queues and agents."""

import pytest
from django.utils import translation

from crm.accounts.services import user_create
from crm.telephony.services import agent_set, queue_members_set, queue_set
from tests.crm.calls.rows import record
from tests.crm.reports.example import facts


@pytest.fixture
def example(cast, roll_up):
    """A1 to A3 work in sales and serve its queue."""
    sales = cast.carol.department
    people = [
        user_create(username=name, password="never-typed-anywhere", display_name=name.upper(), roles=["agent"],
                    department=sales, extension=f"20{number}", language="en")
        for number, name in enumerate(("a1", "a2", "a3"), start=10)
    ]  # fmt: skip
    for one in people:
        agent_set(user=one)
    queue_members_set(queue=queue_set(code="sales", name="Sales"), tiers=dict.fromkeys(people, 1))
    record(facts())
    roll_up()
    return cast


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield
