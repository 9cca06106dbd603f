"""What the CRM changes is told to other programs: in the transaction of the change, with the fields of the table."""

from datetime import timedelta

import pytest
from django.db import transaction

from crm.accounts.models import SkillGroup, SkillMember
from crm.calls.models import CallRecord
from crm.calls.services import wrapup_save
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.attempts.telling import attempt_tell, nobody_knows
from crm.campaigns.callbacks.services import callback_cancel, callback_make, callback_move
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.models import AttemptState
from crm.campaigns.running import services as campaigns
from crm.customers.editing import customer_change, customer_create
from crm.events.kinds import KINDS
from crm.events.models import Event, Pending
from crm.numberlists.services import entries_add, entries_remove
from crm.numberlists.typed import typed_number
from tests.crm.calls.rows import record
from tests.crm.campaigns.people import AT, campaign_of, daemon_leads, lead_of
from tests.crm.events.story import publish, stream
from tests.stories import Story, hour_of_calls, numbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast, bus):
    """What was told since: (kind, whose, data) of each; all as the table of kinds says."""
    Pending.objects.all().delete()

    def since() -> list[tuple]:
        rows = list(Pending.objects.order_by("pk"))
        Pending.objects.all().delete()
        assert all(row.data.keys() == KINDS[row.kind].fields.keys() for row in rows)
        return [(row.kind, row.agent, row.data) for row in rows]

    return since


def test_every_event_of_a_fact_has_the_fields_that_the_table_names(bus):
    stream(bus, numbered(fact for story in hour_of_calls(10) for fact in story.facts))
    publish(bus)
    for event in Event.objects.all():
        assert event.data.keys() == KINDS[event.kind].fields.keys(), event.kind


def test_customers(cast, told):
    made = customer_create(
        actor=cast.ada, fields={"name": "Li Na", "company": "New Firm", "owner": cast.alice}, numbers=[]
    )
    (first, whose, data), company = told()
    assert (first, whose, data, company[0]) == ("customer.added", "alice", {"customer": made.pk}, "customer.added")
    for note in ("regular", "regular"):  # the second time nothing changed
        customer_change(actor=cast.ada, customer_id=made.pk, version=None, fields={"note": note})
    assert told() == [("customer.changed", "alice", {"customer": made.pk, "version": 2})]


def test_nothing_is_told_of_what_was_taken_back(cast, told):
    with pytest.raises(RuntimeError), transaction.atomic():
        customer_create(actor=cast.ada, fields={"name": "Li Na"}, numbers=[])
        raise RuntimeError
    assert told() == []


def test_an_outcome_is_told_when_it_is_written(cast, told, bus):
    record(numbered(Story("c1").greeted().queued().offered_to("alice").answered().hung_up().facts))
    wrapup_save(call_id="c1", agent=cast.alice, note="wants")
    wrapup_save(call_id="c1", agent=cast.alice, note="wants to know", disposition="resolved")
    assert told() == [("call.noted", "alice", {"disposition": "resolved", "note": True})]
    assert CallRecord.objects.get().note == "wants to know"


def test_campaigns(cast, told, bus):
    group = SkillGroup.objects.create(name="Renewals")
    SkillMember.objects.create(group=group, user=cast.alice)
    made = campaigns.campaign_make(user=cast.ada, fields={"name": "May", "skill_group": group, "mode": "progressive"})
    campaigns.campaign_start(user=cast.ada, campaign_id=made.pk, at=AT)
    campaigns.campaign_end(user=cast.ada, campaign_id=made.pk, at=AT)
    assert [(kind, data["previous"], data["state"]) for kind, _whose, data in told()] == [
        ("campaign.state", "draft", "running"), ("campaign.state", "running", "ended"),
    ]  # fmt: skip


def test_attempts(cast, told, bus):
    daemon_leads(bus)
    campaign = campaign_of()
    lead = lead_of(campaign)
    said = rulings([Wanted(campaign, lead.customer_id, lead.number, lead.pk)], AT)
    made = attempts_make(said, mode="progressive", state=AttemptState.HANDED, at=AT, agent=cast.alice)[0]
    assert attempt_tell(made.pk, AT, nobody_knows)
    data = {"attempt": made.pk, "lead": lead.pk, "customer": lead.customer_id, "result": "unknown"}
    assert told() == [("attempt.ended", "alice", data)]


def test_callbacks(cast, told):
    def make():
        return callback_make(
            user=cast.alice, customer_id=cast.caller.pk, number="154 0140 0001", due_at=AT + timedelta(hours=1),
            agent=cast.alice, at=AT,
        )  # fmt: skip

    first, second = make(), make()
    callback_move(user=cast.alice, callback_id=second.pk, due_at=AT + timedelta(hours=2), at=AT)
    callback_cancel(user=cast.alice, callback_id=second.pk, at=AT)
    said = [(kind, data["callback"], data["state"], data["due_at"][11:16]) for kind, _whose, data in told()]
    assert said == [
        ("callback.made", first.pk, "waiting", "03:00"), ("callback.changed", first.pk, "cancelled", "03:00"),
        ("callback.made", second.pk, "waiting", "03:00"), ("callback.changed", second.pk, "waiting", "04:00"),
        ("callback.changed", second.pk, "cancelled", "04:00"),
    ]  # fmt: skip


def test_lists(cast, told):
    fields = {"list": "black", "way": "both", "reason": "x", "evidence": ""}
    lines = [(typed_number(f"1380013800{n}"), fields) for n in range(3)]
    made = entries_add(user=cast.ada, lines=lines)
    entries_remove(user=cast.ada, entry_ids=[made[0].pk])
    assert [data for _kind, _whose, data in told()] == [
        {"list": "black", "change": "added", "entries": 3}, {"list": "black", "change": "removed", "entries": 1},
    ]  # fmt: skip


def test_a_kind_is_told_by_facts_or_by_the_crm():
    """What is documented is told somewhere, and what is told is documented."""
    crm = {"call.noted", "campaign.state", "attempt.ended", "list.changed"}
    crm |= {f"customer.{what}" for what in ("added", "changed", "erased")} | {"callback.made", "callback.changed"}
    assert {code for code, kind in KINDS.items() if not kind.facts} == crm
