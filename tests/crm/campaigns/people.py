"""What stories of campaigns begin with."""

from datetime import UTC, datetime, timedelta
from itertools import count

from crm.campaigns.attempts.terms import micros
from crm.campaigns.hours.zones import zone_of
from crm.campaigns.models import Campaign, CampaignState, Lead
from crm.customers.models import Customer, CustomerNumber
from switchctl.contract.hopper import Settled, encode
from switchctl.contract.names import MAIN

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Shanghai."""
_COUNT = count(1)


def campaign_of(**rules) -> Campaign:
    """One that runs."""
    known = {"name": f"campaign {next(_COUNT)}", "state": CampaignState.RUNNING, "mode": "progressive"}
    return Campaign.objects.create(**known | rules)


def customer_of(*numbers: str) -> Customer:
    customer = Customer.objects.create(name=f"Customer {next(_COUNT)}")
    CustomerNumber.objects.bulk_create(
        CustomerNumber(customer=customer, number=number, place=place) for place, number in enumerate(numbers)
    )
    return customer


def lead_of(campaign: Campaign, *numbers: str, at: datetime = AT, customer: Customer | None = None, **more) -> Lead:
    """A customer of hers with these numbers, or one of her own."""
    numbers = numbers or (f"+861380{next(_COUNT):07}",)
    known = {"number": numbers[0], "zone": zone_of(numbers[0]), "due_at": at}
    customer = customer or customer_of(*numbers)
    return Lead.objects.create(campaign=campaign, customer=customer, **known | more)


def daemon_leads(redis, at: datetime = AT, *, journal: str = "d1", epoch: int = 1, since: int = 0, seq: int = 0,
                 committed: int = 0,
                 until: datetime | None = None) -> None:  # fmt: skip
    """What a daemon that leads says of itself, and how far its facts are rows."""
    said = Settled(
        journal=journal, epoch=epoch, since=since or epoch, seq=seq, until=micros(until or at - timedelta(seconds=1))
    )
    redis.set(MAIN.settled, encode(said))
    redis.hset(MAIN.committed, journal, committed)
