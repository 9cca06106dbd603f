"""A call that is made for a campaign: what the desk says of it, its own outcomes, and the callback that is agreed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.calls.models import CallRecord, Offer
from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.models import Attempt, AttemptState, Callback, CallbackState, LeadState, Verdict
from crm.customers.models import CustomerField
from crm.customers.services import customer_add
from crm.desk.campaigns import MEANINGS
from crm.desk.times import field

from .campaign import MEI, attempt_of, campaign_of, lead_of


@pytest.fixture
def made(cast):
    """Alice talked with Mei on c1, of a campaign that tried her once before."""
    lead = lead_of(campaign_of(cast), cast.caller, state=LeadState.CLAIMED)
    before = timezone.now() - timedelta(hours=3)
    attempt_of(lead, cast.bob, "c0", state=AttemptState.ENDED, outcome="busy", made_at=before, dialled_at=before)
    attempt = attempt_of(lead, cast.alice)
    CallRecord.objects.create(
        call_id="c1", agent="alice", number=MEI, number_e164=MEI, direction="outbound", arrived_at=timezone.now()
    )
    Offer.objects.create(offer="o1", call_id="c1", agent="alice")
    return attempt


def work(client, call: str = "c1", language: str = "en") -> str:
    return client.get(f"/desk/work/{call}/", headers={"accept-language": language}).content.decode()


def note(client, call: str = "c1", **fields):
    return client.post(f"/desk/notes/{call}/", fields, headers={"accept-language": "en"})


def waiting() -> list[Callback]:
    return list(Callback.objects.filter(state=CallbackState.WAITING))


def test_the_card_says_for_which_campaign_and_what_was_before(client, cast, made):
    client.force_login(cast.alice)
    page = work(client)
    for expected in ("Renewals", "attempt 2", "last time: busy", "dialled for campaign Renewals", "Mei Zhang"):
        assert expected in page


def test_the_script_is_read_with_her_name_and_is_only_text(client, cast, made):
    CustomerField.objects.create(code="ends", name="Contract ends", kind="date")
    cast.caller.values = {"ends": "2026-12-31"}
    cast.caller.name = "<b>Mei</b>"
    cast.caller.save()
    client.force_login(cast.alice)
    page = work(client)
    assert "Good day &lt;b&gt;Mei&lt;/b&gt; of Harbour Books, this is Alice." in page
    assert "2026-12-31" in page and "{later}" in page and "<b>Mei" not in page


def test_the_customer_is_whom_the_campaign_called_though_two_have_the_number(client, cast, made):
    customer_add(name="Li Zhang", numbers=["154 0140 0001"])
    client.force_login(cast.alice)
    page = work(client)
    assert 'data-caller="Mei Zhang"' in page and "Several customers" not in page


def test_it_offers_the_campaigns_outcomes_with_what_they_mean(client, cast, made):
    client.force_login(cast.alice)
    page = work(client)
    assert [page.index(f'value="{code}"') for code in ("bought", "later", "again", "stop")]
    assert 'value="resolved"' not in page and "do-not-call list" in page and 'data-asking="later"' in page
    assert note(client, disposition="resolved").status_code == 400
    assert note(client, disposition="bought").status_code == 200


def test_any_other_call_has_the_centres_outcomes_and_no_script(client, cast, made):
    CallRecord.objects.create(call_id="c9", agent="alice", number=MEI, number_e164=MEI)
    client.force_login(cast.alice)
    page = work(client, "c9")
    assert 'value="resolved"' in page and "do-not-call list" not in page and 'id="campaign"' not in page
    assert 'id="agree"' not in page and note(client, "c9", disposition="resolved").status_code == 200


def test_a_campaign_without_outcomes_of_its_own_has_the_centres(client, cast, made):
    made.campaign.meanings.all().delete()
    client.force_login(cast.alice)
    assert 'value="resolved"' in work(client) and note(client, disposition="resolved").status_code == 200


def test_a_callback_is_agreed_with_the_outcome_and_changed_with_it(client, cast, made):
    client.force_login(cast.alice)
    first, second = (field(timezone.now() + timedelta(hours=hours)) for hours in (2, 30))
    assert note(client, disposition="later", note="asks for an offer", due=first, whose="mine").status_code == 200
    [agreed] = waiting()
    assert (agreed.agent, agreed.campaign, agreed.lead, agreed.number) == (cast.alice, made.campaign, made.lead, MEI)
    assert (field(agreed.due_at), agreed.note, agreed.call_id) == (first, "asks for an offer", "c1")
    note(client, disposition="later", note="asks for two offers", due=second, whose="mine")
    [moved] = waiting()
    assert (moved.pk, field(moved.due_at), moved.note) == (agreed.pk, second, "asks for two offers")
    note(client, disposition="later", note="asks for two offers", due=second, whose="pool")
    [pooled] = waiting()
    assert pooled.agent is None and field(pooled.due_at) == second
    note(client, disposition="bought", note="bought after all")
    assert not waiting()


def test_said_again_it_stays_one_and_what_was_carried_out_is_not_made_anew(client, cast, made):
    client.force_login(cast.alice)
    due = field(timezone.now() + timedelta(hours=2))
    for text in ("a", "ab", "abc"):
        note(client, disposition="later", note=text, due=due, whose="mine")
    assert Callback.objects.count() == 1
    Callback.objects.update(state=CallbackState.DONE)
    assert note(client, disposition="later", note="abcd", due=due, whose="mine").status_code == 200
    assert Callback.objects.count() == 1


@pytest.mark.parametrize("due", ["", "nonsense", "2026-02-31T10:00", "2001-01-01T10:00"])
def test_a_callback_without_a_time_to_come_is_refused_and_nothing_is_kept(client, cast, made, due):
    client.force_login(cast.alice)
    answer = note(client, disposition="later", due=due, whose="mine")
    assert answer.status_code == 400 and answer.json()["error"]
    assert not waiting() and CallRecord.objects.get(call_id="c1").disposition is None


def test_nobody_agrees_in_the_call_of_another(client, cast, made):
    client.force_login(cast.bob)
    due = field(timezone.now() + timedelta(hours=2))
    assert note(client, disposition="later", due=due).status_code == 403
    assert not waiting()


def test_a_callback_without_a_campaign_says_what_was_agreed(client, cast):
    agreed = callback_make(
        user=cast.alice, customer_id=cast.caller.pk, number=MEI, due_at=timezone.now(), agent=cast.alice,
        note="about the <i>invoice</i>",
    )  # fmt: skip
    Attempt.objects.create(
        id="c2", callback=agreed, customer=cast.caller, number=MEI, mode="manual", agent=cast.alice,
        state=AttemptState.DIALLED, made_at=timezone.now(),
    )  # fmt: skip
    CallRecord.objects.create(call_id="c2", agent="alice", number=MEI, number_e164=MEI, direction="outbound")
    client.force_login(cast.alice)
    page = work(client, "c2")
    assert "Agreed for" in page and "about the &lt;i&gt;invoice" in page and 'value="resolved"' in page


def test_each_meaning_has_its_words():
    assert set(MEANINGS) == set(Verdict)
