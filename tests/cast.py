"""The people of our stories."""

from dataclasses import dataclass

from django.db import transaction

from crm.accounts.models import Department, User
from crm.accounts.services import user_create
from crm.customers.models import Customer, CustomerNumber
from crm.customers.services import customer_add
from crm.events.models import Pending
from crm.telephony.models import AgentProfile, Disposition, Extension, PauseReason, Queue, QueueMember, Route
from crm.telephony.numbers import route_set
from crm.telephony.services import agent_set, queue_members_set, queue_set
from tests.kept import Again

PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Cast:
    """Alice and Bob answer calls in support, Carol in sales; Sofia supervises support, Boris sales; Ada runs it all.

    Mei Zhang is a customer who calls from 154 0140 0001.
    """

    alice: User
    bob: User
    carol: User
    sofia: User
    boris: User
    ada: User
    caller: Customer
    support: Queue
    sales: Queue


@transaction.atomic  # one change of the directory, not one for each step
def cast_made() -> Cast:
    """Makes them, their queues, the route 4001 and the codes they choose from."""
    support = Department.objects.create(name="Support", name_zh="客服部")
    sales = Department.objects.create(name="Sales", name_zh="销售部")

    def person(name: str, department: Department | None, extension: str = "", role: str = "agent") -> User:
        user = user_create(
            username=name, password=PASSWORD, display_name=name.title(), roles=[role], department=department,
            extension=extension, language="en",
        )  # fmt: skip
        if role == "agent":
            agent_set(user=user)
        return user

    alice, bob, carol = person("alice", support, "2001"), person("bob", support, "2002"), person("carol", sales, "2003")
    queues = queue_set(code="support", name="Support", name_zh="客服"), queue_set(code="sales", name="Sales")
    queue_members_set(queue=queues[0], tiers={alice: 1, bob: 1})
    queue_members_set(queue=queues[1], tiers={carol: 1})
    route_set(number="4001", queue=queues[0])
    PauseReason.objects.create(code="break", name="Break", name_zh="小休")
    Disposition.objects.create(code="resolved", name="Resolved", name_zh="已解决")
    return Cast(
        alice=alice,
        bob=bob,
        carol=carol,
        sofia=person("sofia", support, role="supervisor"),
        boris=person("boris", sales, role="supervisor"),
        ada=person("ada", None, role="administrator"),
        caller=customer_add(name="Mei Zhang", company="Harbour Books", numbers=["154 0140 0001"], level="gold"),
        support=queues[0],
        sales=queues[1],
    )


cast_of = Again(
    cast_made,
    (
        Department,
        User,
        AgentProfile,
        Queue,
        QueueMember,
        Route,
        PauseReason,
        Disposition,
        Customer,
        CustomerNumber,
        Pending,
        Extension,
    ),  # fmt: skip
)
"""The cast, in an instant."""
