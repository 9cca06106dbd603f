"""Callbacks as people make, move, hand over and cancel them, and whose they are."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.campaigns.callbacks.selectors import callbacks_due, callbacks_hers, callbacks_of
from crm.campaigns.callbacks.services import (
    callback_cancel,
    callback_hand_over,
    callback_make,
    callback_move,
    callback_tried,
)
from crm.campaigns.models import Attempt, Callback, CallbackState, CampaignState, LeadState
from tests.crm.campaigns.floor import works_for
from tests.crm.campaigns.people import AT, campaign_of, lead_of

HOUR = timedelta(hours=1)
NUMBER = "154 0140 0001"


@pytest.fixture
def hers(cast) -> Callback:
    """Alice promised Mei to call in an hour."""
    return callback_make(
        user=cast.alice, customer_id=cast.caller.pk, number=NUMBER, due_at=AT + HOUR, agent=cast.alice, at=AT,
        note="about the order",
    )  # fmt: skip


def test_it_is_kept_as_it_was_agreed(cast, hers) -> None:
    hers.refresh_from_db()
    assert (hers.number, hers.agent, hers.state) == ("+8615401400001", cast.alice, CallbackState.WAITING)
    assert list(callbacks_hers(cast.alice)) == [hers]
    assert list(callbacks_due(AT)) == []
    assert list(callbacks_due(AT + HOUR)) == [hers]


def test_another_agreement_replaces_it(cast, hers) -> None:
    again = {"number": NUMBER, "due_at": AT + 2 * HOUR, "agent": cast.alice, "at": AT}
    new = callback_make(user=cast.alice, customer_id=cast.caller.pk, **again)
    hers.refresh_from_db()
    assert (hers.state, list(callbacks_hers(cast.alice))) == (CallbackState.CANCELLED, [new])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": "nobody"}, "not a telephone number"),
        ({"due_at": AT - HOUR}, "is over"),
        ({"due_at": AT + timedelta(days=400)}, "within a year"),
        ({"agent": None}, "who is to call"),
    ],
)
def test_what_makes_no_sense_is_said(cast, wrong, said) -> None:
    right = {"number": NUMBER, "due_at": AT + HOUR, "agent": cast.alice}
    with pytest.raises(ValidationError, match=said):
        callback_make(user=cast.alice, customer_id=cast.caller.pk, at=AT, **(right | wrong))


def test_agents_promise_only_for_themselves(cast) -> None:
    said = {"customer_id": cast.caller.pk, "number": NUMBER, "due_at": AT + HOUR, "at": AT}
    with pytest.raises(PermissionDenied):
        callback_make(user=cast.alice, agent=cast.bob, **said)
    assert callback_make(user=cast.sofia, agent=cast.bob, **said).agent == cast.bob
    with pytest.raises(PermissionDenied):
        callback_make(user=cast.sofia, agent=cast.carol, **said)


def test_only_about_customers_whom_she_sees(cast) -> None:
    cast.caller.owner = cast.carol
    cast.caller.save()
    said = {"customer_id": cast.caller.pk, "number": NUMBER, "due_at": AT + HOUR, "at": AT}
    with pytest.raises(PermissionDenied):
        callback_make(user=cast.alice, agent=cast.alice, **said)
    Attempt.objects.create(
        id="a-1", customer=cast.caller, agent=cast.alice, number="+8615401400001", mode="preview", state="ended",
        made_at=AT,
    )  # fmt: skip
    assert callback_make(user=cast.alice, agent=cast.alice, **said)


def test_of_a_campaign_by_who_works_for_it(cast) -> None:
    campaign = campaign_of()
    works_for(campaign, cast.alice)
    lead = lead_of(campaign)
    said = {"customer_id": lead.customer_id, "number": lead.number, "due_at": AT + HOUR, "at": AT, "lead": lead}
    with pytest.raises(PermissionDenied):
        callback_make(user=cast.bob, **said)
    made = callback_make(user=cast.alice, **said)
    lead.refresh_from_db()
    assert (made.campaign, made.agent, lead.state) == (campaign, None, LeadState.CALLBACK)
    campaign.state = CampaignState.ENDED
    campaign.save()
    with pytest.raises(ValidationError, match="ended"):
        callback_make(user=cast.alice, **said)


def test_a_lead_is_not_mixed_with_another_customer(cast) -> None:
    lead = lead_of(campaign_of())
    with pytest.raises(PermissionDenied):
        callback_make(
            user=cast.ada,
            customer_id=cast.caller.pk,
            number=NUMBER,
            due_at=AT + HOUR,
            lead=lead,
            agent=cast.alice,
            at=AT,
        )


def test_whose_they_are(cast, hers) -> None:
    assert [list(callbacks_of(user)) for user in (cast.alice, cast.sofia, cast.ada)] == [[hers]] * 3
    assert [list(callbacks_of(user)) for user in (cast.bob, cast.carol, cast.boris)] == [[]] * 3


@pytest.mark.parametrize("who", ["bob", "carol", "boris"])
def test_others_do_nothing_with_it(cast, hers, who) -> None:
    user = getattr(cast, who)
    for deed in (
        lambda: callback_move(user=user, callback_id=hers.pk, due_at=AT + HOUR, at=AT),
        lambda: callback_cancel(user=user, callback_id=hers.pk, at=AT),
        lambda: callback_hand_over(user=user, callback_id=hers.pk, agent=user),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    hers.refresh_from_db()
    assert (hers.state, hers.agent) == (CallbackState.WAITING, cast.alice)


def test_it_is_moved_and_cancelled(cast, hers) -> None:
    assert callback_move(user=cast.alice, callback_id=hers.pk, due_at=AT + 3 * HOUR, at=AT).due_at == AT + 3 * HOUR
    assert callback_cancel(user=cast.alice, callback_id=hers.pk, at=AT).state == CallbackState.CANCELLED
    with pytest.raises(ValidationError, match="is over"):
        callback_cancel(user=cast.alice, callback_id=hers.pk, at=AT)


def test_a_supervisor_hands_it_over_within_her_reach(cast, hers) -> None:
    with pytest.raises(PermissionDenied):
        callback_hand_over(user=cast.alice, callback_id=hers.pk, agent=cast.bob)
    assert callback_hand_over(user=cast.sofia, callback_id=hers.pk, agent=cast.bob).agent == cast.bob
    with pytest.raises(PermissionDenied):
        callback_hand_over(user=cast.sofia, callback_id=hers.pk, agent=cast.carol)
    with pytest.raises(ValidationError, match="nobody else"):
        callback_hand_over(user=cast.sofia, callback_id=hers.pk, agent=None)


def called(callback: Callback) -> Attempt:
    Callback.objects.filter(pk=callback.pk).update(state=CallbackState.CALLED)
    return Attempt(id="a-1", callback=callback, number=callback.number, agent=callback.agent)


def test_reached_it_is_done(hers) -> None:
    callback_tried(hers.pk, called(hers), True, AT + HOUR)
    hers.refresh_from_db()
    assert hers.state == CallbackState.DONE


def test_not_dialled_does_not_count(hers) -> None:
    callback_tried(hers.pk, called(hers), False, AT + HOUR)
    hers.refresh_from_db()
    assert (hers.state, hers.tries_made, hers.why) == (CallbackState.WAITING, 0, "not_dialled")
    assert hers.next_at == AT + HOUR + timedelta(seconds=30)


def test_in_vain_it_is_tried_again_and_then_given_up(cast) -> None:
    campaign = campaign_of()
    works_for(campaign, cast.alice)
    lead = lead_of(campaign)
    said = {"customer_id": lead.customer_id, "number": lead.number, "due_at": AT + HOUR, "at": AT, "lead": lead}
    made = callback_make(user=cast.alice, agent=cast.alice, **said)
    pauses = []
    for _try in range(4):
        attempt = called(made)
        attempt.dialled_at = AT + HOUR
        callback_tried(made.pk, attempt, False, AT + HOUR)
        made.refresh_from_db()
        pauses.append(made.next_at - AT - HOUR)
    assert pauses[:3] == [timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2)]
    lead.refresh_from_db()
    assert (made.state, made.why, lead.state) == (CallbackState.FAILED, "given_up", LeadState.OPEN)


def test_what_is_over_is_told_once(hers) -> None:
    callback_tried(hers.pk, called(hers), True, AT)
    callback_tried(hers.pk, Attempt(id="a-2"), False, AT)
    hers.refresh_from_db()
    assert hers.state == CallbackState.DONE
