"""A person is taken out or erased: what campaigns keep of her, too."""

import json
import zipfile
from datetime import timedelta

import pytest

from crm.audit.models import Entry
from crm.calls.erased.tokens import erased
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.evidence.check import check
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.models import (
    Attempt,
    AttemptState,
    Callback,
    CallbackState,
    ClosedNumber,
    Evidence,
    Fill,
    Lead,
    LeadState,
)
from crm.customers.models import Customer
from crm.privacy import tasks
from crm.privacy.asking import erasure_ask
from crm.privacy.export import person_export
from crm.privacy.selectors import person_of
from tests.crm.campaigns.people import AT, campaign_of, lead_of

NUMBER, OTHER, NAME = "+8615409876543", "+8615409870000", "Wu Xiaolan"


@pytest.fixture
def her(cast, bus, tmp_path, settings):
    """A campaign shows her to Alice, who promised to call again; another customer is on the same list."""
    settings.CDR_DIR, settings.ERASURES, settings.EXPORTS_DIR = tmp_path, tmp_path / "erasures.jsonl", tmp_path
    erased.forget()
    campaign = campaign_of(name="Spring")
    lead, beside = lead_of(campaign, NUMBER), lead_of(campaign, OTHER)
    Customer.objects.filter(pk=lead.customer_id).update(name=NAME)
    for one in (lead, beside):
        said = rulings([Wanted(campaign, one.customer_id, one.number, one.pk)], AT)
        attempts_make(said, mode="preview", state=AttemptState.SHOWN, at=AT, agent=cast.alice)
    callback_make(
        user=cast.ada, customer_id=lead.customer_id, number=NUMBER, due_at=AT + timedelta(hours=1), agent=cast.alice,
        at=AT, note=f"{NAME} wants to hear of it", untouched=True,
    )  # fmt: skip
    ClosedNumber.objects.create(number=NUMBER, customer_id=lead.customer_id, why="invalid")
    Fill.objects.create(campaign=campaign, filters={"q": [NAME]}, owner=cast.ada, state="done")
    return person_of(f"c{lead.customer_id}")


def test_what_is_kept_of_her_is_taken_out(cast, her) -> None:
    with zipfile.ZipFile(person_export(user=cast.ada, person=her)) as archive:
        told = json.loads(archive.read("campaigns.json"))
        assert "campaigns.json" in archive.read("README.txt").decode()
    assert [lead["campaign"] for lead in told["leads"]] == ["Spring"]
    (attempt,) = told["attempts"]
    assert (attempt["number"], attempt["evidence"][0]["personal"]["number"]) == (NUMBER, NUMBER)
    assert told["callbacks"][0]["note"] == f"{NAME} wants to hear of it"
    assert told["closed_numbers"][0]["why"] == "invalid"
    assert OTHER not in json.dumps(told)


def test_nothing_of_her_is_left_and_the_chain_holds(cast, her) -> None:
    before = check().blanked
    erasure_ask(user=cast.ada, person=her, reason="Her letter")
    tasks.erasures()
    rows = [
        list(model.objects.values())
        for model in (Lead, Attempt, Callback, ClosedNumber, Fill)
    ]  # fmt: skip
    kept = [*rows, list(Evidence.objects.values("facts", "personal"))]
    trail = list(Entry.objects.values_list("label", "before", "after"))
    for said in (NUMBER, NUMBER[3:], NAME):
        assert said not in str(kept)
        assert said not in str(trail)
    assert OTHER in str(kept)
    verdict = check()
    assert (verdict.first, verdict.blanked) == (None, before + 1)


def test_nobody_calls_her_any_more_and_figures_stay(cast, her) -> None:
    attempts = Attempt.objects.count()
    erasure_ask(user=cast.ada, person=her, reason="Her letter")
    tasks.erasures()
    lead = Lead.objects.get(customer=her.customer)
    assert (lead.state, lead.outcome) == (LeadState.CLOSED, "erased")
    assert Callback.objects.get().state == CallbackState.CANCELLED
    assert Attempt.objects.count() == attempts
    assert Lead.objects.exclude(pk=lead.pk).get().state == LeadState.CLAIMED
