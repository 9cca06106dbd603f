"""An agent changes what she said of a call, after it was digested: the lead follows, and the evidence has both."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from crm.calls.models import CallRecord
from crm.calls.services import wrapup_save
from crm.campaigns.attempts.digest import digest
from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.leads.deeds import TAKEN_OUT
from crm.campaigns.models import Attempt, Callback, CampaignDisposition, ClosedNumber, Evidence, Lead
from crm.numberlists.selectors import verdict
from crm.telephony.models import Disposition
from tests.crm.campaigns.attempts.test_digest import HOUR, SECOND, after, handed, kinds, told
from tests.crm.campaigns.attempts.test_making import make
from tests.crm.campaigns.calls import call_told
from tests.crm.campaigns.people import AT, daemon_leads

__all__ = ["told"]
NOW = AT + 90 * SECOND


def spoken(campaign, disposition, *numbers) -> Attempt:
    """A call of Alice's after which she chose this."""
    attempt = handed(campaign, *numbers)
    call_told(attempt, AT, talk_s=60, disposition=disposition)
    digest(AT + 80 * SECOND)
    return after(attempt)[0]


def says(cast, attempt, disposition, who="alice", at=NOW) -> tuple[Attempt, Lead]:
    wrapup_save(call_id=attempt.pk, agent=getattr(cast, who), disposition=disposition, at=at)
    assert digest(at) == 1
    return after(attempt)


@pytest.mark.parametrize(
    ("before", "then", "state", "outcome"),
    [
        ("success", "again", "open", "again"), ("again", "success", "closed", "success"),
        ("again", "refused", "closed", "do_not_call"), ("wrong_party", "again", "open", "again"),
        ("success", "callback", "callback", "callback"), ("callback", "success", "closed", "success"),
        ("resolved", "wrong_party", "closed", "wrong_party"), ("success", "", "closed", "answered"),
    ],
)  # fmt: skip
def test_the_lead_follows_what_is_said_in_the_end(told, cast, before, then, state, outcome) -> None:
    attempt = spoken(told, before)
    now, lead = says(cast, attempt, then)
    assert (now.disposition, now.restated, lead.state, lead.outcome, lead.attempts) == (then, False, state, outcome, 1)
    assert verdict(attempt.number, "out").allowed is (then != "refused")
    assert ClosedNumber.objects.exists() is (then == "wrong_party")
    assert kinds(attempt) == ["allowed", "dialled", "ended", "verdict", "restated"]
    facts = Evidence.objects.get(attempt=attempt.pk, kind="restated").facts
    assert (facts["disposition_was"], facts["disposition"].get("code", "")) == (before, then)
    assert (facts["lead"], facts["by"]) == (state, cast.alice.pk if then else None)
    assert digest(NOW + SECOND) == 0


def test_a_slip_does_not_count_among_the_times_in_a_row(told, cast) -> None:
    told.retries = told.retries | {"again": {"after": 0, "times": 1, "then": "close"}}
    told.save()
    attempt = spoken(told, "again")
    assert says(cast, attempt, "success")[1].row == 0
    now, lead = says(cast, attempt, "again")
    assert (lead.state, lead.row) == ("open", 1)


def test_another_word_for_the_same_leaves_the_lead_alone(told, cast) -> None:
    attempt = spoken(told, "resolved")  # none of the campaign's own: finished
    Disposition.objects.create(code="other", name="Other")
    now, lead = says(cast, attempt, "other")
    assert (kinds(attempt)[-1], now.verdict, now.disposition) == ("restated", "done", "other")
    assert (lead.state, lead.outcome) == ("closed", "done")


def test_the_number_comes_back_that_was_closed_by_mistake(told, cast) -> None:
    attempt = spoken(told, "wrong_party", "+8613800000001", "+8613800000002")
    assert after(attempt)[1].number == "+8613800000002"
    _now, lead = says(cast, attempt, "again")
    assert (lead.number, ClosedNumber.objects.exists()) == ("+8613800000001", False)


def test_who_wanted_no_more_calls_stays_on_the_list(told, cast) -> None:
    attempt = spoken(told, "refused")
    says(cast, attempt, "success")
    assert not verdict(attempt.number, "out").allowed


def test_a_callback_that_was_agreed_is_taken_back_with_its_word(told, cast) -> None:
    attempt = spoken(told, "callback")
    callback_make(
        user=cast.alice, customer_id=attempt.customer_id, number=attempt.number, due_at=NOW + HOUR, agent=cast.alice,
        campaign=attempt.campaign, lead=attempt.lead, call_id=attempt.pk, at=NOW,
    )  # fmt: skip
    _now, lead = says(cast, attempt, "again")
    assert (Callback.objects.get().state, lead.state, lead.outcome) == ("cancelled", "open", "again")


def test_a_lead_that_went_on_is_left_alone(told, cast, leads) -> None:
    attempt = spoken(told, "again")
    Lead.objects.update(due_at=NOW)
    daemon_leads(leads, NOW)
    assert make(Lead.objects.get(pk=attempt.lead_id), at=NOW)
    now, lead = says(cast, attempt, "success")
    assert (now.verdict, lead.state) == ("success", "claimed")
    assert "lead" not in Evidence.objects.get(attempt=attempt.pk, kind="restated").facts


def test_a_lead_that_a_manager_took_out_stays_out(told, cast) -> None:
    attempt = spoken(told, "success")
    Lead.objects.filter(pk=attempt.lead_id).update(outcome=TAKEN_OUT)
    _now, lead = says(cast, attempt, "again")
    assert (lead.state, lead.outcome) == ("closed", TAKEN_OUT)


def test_a_change_while_the_first_word_is_digested_is_not_lost(told, cast) -> None:
    attempt = handed(told)
    call_told(attempt, AT, talk_s=60, disposition="success")
    wrapup_save(call_id=attempt.pk, agent=cast.alice, disposition="again", at=NOW)  # not digested yet
    assert Attempt.objects.get(pk=attempt.pk).restated
    Attempt.objects.filter(pk=attempt.pk).update(
        state="ended", outcome="answered", verdict="success", disposition="success", ended_at=AT + 70 * SECOND
    )
    digest(NOW)
    assert after(attempt)[0].verdict == "again"


def test_after_an_hour_only_supervisors_change_it(told, cast) -> None:
    attempt = spoken(told, "success")
    late = AT + 2 * HOUR
    with pytest.raises(PermissionDenied):
        wrapup_save(call_id=attempt.pk, agent=cast.alice, disposition="again", at=late)
    wrapup_save(
        call_id=attempt.pk, agent=cast.alice, disposition="success", note="what she wrote", at=late
    )  # unchanged
    assert CallRecord.objects.get(pk=attempt.pk).note == "what she wrote"
    now, lead = says(cast, attempt, "again", who="ada", at=late)
    assert (now.verdict, lead.state) == ("again", "open")
    assert Evidence.objects.get(attempt=attempt.pk, kind="restated").facts["by"] == cast.ada.pk


def test_a_supervisor_changes_it_on_the_page_of_the_call(told, cast, client) -> None:
    attempt = spoken(told, "success")
    client.force_login(cast.ada)
    page = client.get(f"/calls/{attempt.pk}/").content.decode()
    assert 'value="wrong_party"' in page
    assert 'value="resolved"' not in page  # the centre's, not the campaign's
    there = f"/calls/{attempt.pk}/note/"
    assert client.post(there, {"disposition": "callback", "note": ""}).status_code == 403  # when?
    due = (timezone.localtime() + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")
    assert client.post(there, {"disposition": "callback", "note": "x", "due": due}).status_code == 302
    digest(NOW)
    agreed = Callback.objects.get()
    assert (agreed.agent, agreed.state, after(attempt)[1].state) == (cast.alice, "waiting", "callback")
    assert client.post(there, {"disposition": "callback", "note": "y"}).status_code == 302  # only the note
    assert Callback.objects.get().state == "waiting"
    CampaignDisposition.objects.filter(disposition__code="callback").delete()  # it is not offered any more
    assert 'value="callback" selected' in client.get(f"/calls/{attempt.pk}/").content.decode(), "the note keeps it"
