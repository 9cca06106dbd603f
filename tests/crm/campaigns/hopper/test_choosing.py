"""Which leads are next."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.campaigns.hopper.choosing import leads_next
from crm.campaigns.hopper.shelves import Shelf, leads_due, shelves
from crm.campaigns.models import Attempt, ClosedNumber, Lead
from tests.crm.campaigns.people import AT, campaign_of, lead_of

MINUTE = timedelta(minutes=1)
LONDON, DAKAR = "+442079460001", "+221338000001"


@pytest.fixture
def campaign(db):
    return campaign_of()


def test_the_shelves_are_those_that_are_not_empty(campaign) -> None:
    for number, priority in ((LONDON, 0), ("+8613800000001", 5), ("+8613800000002", 5), ("+8613800000003", -1)):
        lead_of(campaign, number, priority=priority)
    lead_of(campaign, LONDON, at=AT - MINUTE)
    lead_of(campaign, "+8613800000004", priority=9, state="closed")
    lead_of(campaign_of(), "+8613800000005", priority=7)
    assert shelves(campaign.pk) == [
        Shelf("Asia/Shanghai", 5, AT), Shelf("Asia/Shanghai", -1, AT), Shelf("Europe/London", 0, AT - MINUTE),
    ]  # fmt: skip
    assert shelves(campaign_of().pk) == []


def test_first_by_priority_then_by_moment_whatever_the_zone(campaign) -> None:
    late = lead_of(campaign, at=AT - MINUTE)
    early = lead_of(campaign, at=AT - 5 * MINUTE)
    dear = lead_of(campaign, at=AT, priority=3)
    far = lead_of(campaign, "+81312345678", at=AT - 3 * MINUTE)  # in Tokyo it is eleven
    lead_of(campaign, at=AT + MINUTE, priority=9)
    lead_of(campaign, LONDON, priority=9)  # there it is two at night
    assert leads_due(campaign, AT, 10) == [dear.pk, early.pk, far.pk, late.pk]
    assert leads_due(campaign, AT, 2) == [dear.pk, early.pk]


def test_nothing_is_next_of_a_campaign_that_does_not_run(campaign) -> None:
    lead_of(campaign)
    assert leads_due(campaign, AT, 5)
    campaign.state = "paused"
    assert leads_due(campaign, AT, 5) == []


def test_whom_the_guard_refuses_goes_on_and_others_take_the_place(campaign) -> None:
    used, closed, good = (lead_of(campaign, at=AT - minute * MINUTE) for minute in (3, 2, 1))
    Attempt.objects.bulk_create(
        Attempt(id=f"a{n}", customer=used.customer, number="+8613899999999", state="ended", made_at=AT, mode="manual")
        for n in range(3)
    )
    ClosedNumber.objects.create(number=closed.number, customer=closed.customer, why="invalid")
    with transaction.atomic():
        said = leads_next(campaign, AT, 1)
    assert [one.wanted.lead_id for one in said] == [good.pk]
    used.refresh_from_db()
    closed.refresh_from_db()
    assert (used.state, used.due_at) == ("open", AT + 23 * 60 * MINUTE)
    assert (closed.state, closed.outcome) == ("closed", "invalid")


def test_where_many_are_refused_as_many_more_are_looked_at(campaign) -> None:
    """And whoever was refused is not met again by the next who chooses."""
    leads = [lead_of(campaign, at=AT - minute * MINUTE, priority=minute % 2) for minute in range(60)]
    order = sorted(leads, key=lambda lead: (-lead.priority, lead.due_at))
    for lead in order[:25]:
        ClosedNumber.objects.create(number=lead.number, customer=lead.customer, why="invalid")
    capped = order[25:29]
    Attempt.objects.bulk_create(
        Attempt(id=f"{one.pk}-{n}", customer=one.customer, number=one.number, state="ended", made_at=AT, mode="manual")
        for one in capped
        for n in range(3)
    )
    for first in (29, 39):
        with transaction.atomic():
            said = leads_next(campaign, AT, 10)
        assert [one.wanted.lead_id for one in said] == [lead.pk for lead in order[first : first + 10]]
        Lead.objects.filter(pk__in=[one.wanted.lead_id for one in said]).update(state="claimed")
        assert Lead.objects.filter(state="closed").count() == 25
        assert not set(leads_due(campaign, AT, 99)) & {lead.pk for lead in order[: first + 10]}


def test_rows_of_closed_zones_are_not_walked_through(campaign) -> None:
    """However many sleep: the work of choosing is that of the few who may be called."""
    one = lead_of(campaign)
    asleep = lead_of(campaign, LONDON, at=AT - MINUTE)
    Lead.objects.bulk_create(
        Lead(
            campaign=campaign,
            customer=lead_of(campaign_of()).customer,
            number=LONDON,
            zone=asleep.zone,
            due_at=AT - MINUTE,
            priority=place % 2,
        )  # fmt: skip
        for place in range(30)
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert leads_due(campaign, AT, 5) == [one.pk]
    assert len(asked) == 3  # holidays, shelves, one walk
    assert "Europe/London" not in asked[-1]["sql"]
