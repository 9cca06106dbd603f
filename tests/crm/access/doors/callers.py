"""What agents call for, at the doors of the desk: a campaign of each way, a lead, and what is each agent's alone."""

from datetime import timedelta

from django.utils import timezone

from crm.accounts.models import Department, User
from crm.campaigns.models import Attempt, AttemptState, Callback, Campaign, CampaignState, Lead, Mode
from crm.customers.models import Customer


def campaigns_of(department: Department, customer: Customer) -> dict[str, int]:
    """A manual campaign for which everybody there works, and a lead of it: their ids by kind."""
    manual = Campaign.objects.create(name="Manual", mode=Mode.MANUAL, state=CampaignState.RUNNING)
    manual.departments.set([department])
    lead = Lead.objects.create(
        campaign=manual, customer=customer, number="+8615409990000", zone="Asia/Shanghai", due_at=timezone.now()
    )
    return {"desk_campaign": manual.pk, "desk_lead": lead.pk}


def shown_to(user: User, customer: Customer) -> str:
    """A lead that she looks at."""
    now = timezone.now()
    return Attempt.objects.create(
        id=f"shown-{user.username}", customer=customer, number="+8615409990000", mode=Mode.PREVIEW, agent=user,
        state=AttemptState.SHOWN, made_at=now, expires_at=now + timedelta(minutes=5),
    ).pk  # fmt: skip


def callback_of(user: User, customer: Customer) -> int:
    """One that she is to make."""
    return Callback.objects.create(
        customer=customer, number="+8615409990000", agent=user, made_by=user, due_at=timezone.now()
    ).pk
