"""A campaign of Alice's, with Mei Zhang as its lead, and the daemon as far as the pages know it."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from crm.campaigns.models import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignDisposition,
    CampaignState,
    Lead,
    Mode,
    Verdict,
)
from crm.campaigns.running.members import members
from crm.customers.models import Customer
from crm.telephony.models import Disposition
from switchctl.contract import hopper
from switchctl.contract.names import MAIN
from tests.cast import Cast

MEI = "+8615401400001"
ALWAYS = [[["00:00", "24:00"]] for _day in range(7)]
SCRIPT = "Good day {name} of {company}, this is {agent}.\n\nYour contract ends on {f_ends}. {later}"


def campaign_of(cast: Cast, mode: str = Mode.PREVIEW, **fields: object) -> Campaign:
    """One that runs and calls at any hour; its outcomes: bought, later (callback), again, stop (do not call)."""
    made = Campaign.objects.create(
        **{"name": "Renewals", "mode": mode, "hours": ALWAYS, "holidays": False, "script": SCRIPT,
           "state": CampaignState.RUNNING, "number_per_day": 99, "person_per_day": 99} | fields
    )  # fmt: skip
    made.departments.set([cast.alice.department])
    for order, (code, verdict) in enumerate(
        {"bought": Verdict.SUCCESS, "later": Verdict.CALLBACK, "again": Verdict.AGAIN, "stop": Verdict.REFUSED}.items()
    ):
        one, _new = Disposition.objects.get_or_create(code=code, defaults={"name": code.title(), "order": 10 + order})
        CampaignDisposition.objects.create(campaign=made, disposition=one, verdict=verdict)
    assert cast.alice in members(made)
    return made


def lead_of(campaign: Campaign, customer: Customer, number: str = MEI, **fields: object) -> Lead:
    due = timezone.now() - timedelta(minutes=1)
    given = {"zone": "Asia/Shanghai", "due_at": due, "number": number}
    return Lead.objects.create(campaign=campaign, customer=customer, **given | fields)


def attempt_of(lead: Lead, agent, call_id: str = "c1", **fields: object) -> Attempt:
    """One that is dialled and talked in, unless ``fields`` say otherwise."""
    now = timezone.now()
    return Attempt.objects.create(
        **{"id": call_id, "campaign": lead.campaign, "lead": lead, "customer": lead.customer, "number": lead.number,
           "mode": lead.campaign.mode, "agent": agent, "state": AttemptState.DIALLED, "made_at": now,
           "handed_at": now, "dialled_at": now} | fields
    )  # fmt: skip


def daemon(bus) -> None:
    """Lives, and is the leader of term 1."""
    settled = hopper.Settled(journal="j", epoch=1, seq=0, until=round(datetime.now(UTC).timestamp() * 1_000_000))
    bus.set(MAIN.settled, hopper.encode(settled))
    bus.set(MAIN.daemon, b'{"links": {"n1": true}}')
