"""Callbacks as people make, move, hand over and cancel them, and what comes of their calls."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import may, reach, refusal, require
from crm.accounts.models import User
from crm.campaigns.callbacks.selectors import OPEN, callbacks_of
from crm.campaigns.callbacks.telling import callback_told
from crm.campaigns.callbacks.touched import touched_now
from crm.campaigns.models import Attempt, Callback, CallbackState, Campaign, CampaignState, Lead, LeadState
from crm.campaigns.running.members import members
from crm.campaigns.running.sight import campaigns_within
from crm.customers.models import Customer
from crm.customers.sight import customers_visible
from crm.numbers import e164

FURTHEST = timedelta(days=366)
LATE = timedelta(minutes=5)
"""So long ago the time may lie: who types it is slower than the clock."""
AGAIN = timedelta(seconds=30)
PAUSES = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
"""After a call in vain, until the next; then it is given up."""
MANAGE = "callbacks.manage"


@transaction.atomic
def callback_make(
    *, user: User, customer_id: int, number: str, due_at: datetime, agent: User | None = None,
    campaign: Campaign | None = None, lead: Lead | None = None, note: str = "", untouched: bool = False,
    call_id: str = "", at: datetime | None = None,
) -> Callback:  # fmt: skip
    """A call to be made at ``due_at``: by ``agent``, or by any of the campaign without one. It replaces what waits for
    the same customer in the same campaign and with the same agent. ``untouched``: only if nothing happens with the
    customer until then. ``number`` in any form; ``call_id``: the call in which it was agreed.

    Raises PermissionDenied for a customer, a lead, a campaign or an agent out of her reach, ValidationError with a
    sentence.
    """
    now = at or timezone.now()
    customer = _customer(user, customer_id)
    whole = e164(number)
    if not whole:
        raise ValidationError({"number": _("“%(number)s” is not a telephone number.") % {"number": number}})
    if lead is not None:
        lead = Lead.objects.select_for_update().select_related("campaign").get(pk=lead.pk)
        campaign = lead.campaign
        if lead.customer_id != customer.pk:
            raise PermissionDenied
    if campaign is None and agent is None:
        raise ValidationError({"agent": _("Say who is to call: without a campaign there is nobody else.")})
    if campaign is not None:
        _campaign_fits(user, campaign)
    if agent is not None:
        _agent_fits(user, agent)
    if campaign is not None and campaign.ends_at is not None and due_at >= campaign.ends_at:
        raise ValidationError({"due_at": _("The campaign ends before that: choose an earlier time.")})
    made = Callback(
        campaign=campaign, lead=lead, customer=customer, number=whole, agent=agent, due_at=_moment(due_at, now),
        note=note.strip(), untouched=untouched, made_by=user, call_id=call_id,
    )  # fmt: skip
    made.clean_fields(exclude=["touched", "next_at"])
    if untouched:
        made.touched = touched_now(made)
    same = Callback.objects.filter(customer=customer, campaign=campaign, agent=agent, state=CallbackState.WAITING)
    replaced = list(same.select_related("agent").select_for_update(of=("self",)))
    for other in replaced:
        other.state = CallbackState.CANCELLED
        other.save(update_fields=["state"])
        callback_told(other, now)
    made.save()
    callback_told(made, now, made=True)
    _lead_waits(made)
    return made


@transaction.atomic
def callback_move(*, user: User, callback_id: int, due_at: datetime, at: datetime | None = None) -> Callback:
    """To another time; one that was given up is tried again then. Raises PermissionDenied and ValidationError."""
    callback = _taken(user, callback_id, (CallbackState.WAITING, CallbackState.FAILED, CallbackState.DROPPED))
    if callback.campaign is not None and callback.campaign.state == CampaignState.ENDED:
        raise ValidationError(_("The campaign has ended."))
    if callback.campaign is not None and callback.campaign.ends_at is not None and due_at >= callback.campaign.ends_at:
        raise ValidationError({"due_at": _("The campaign ends before that: choose an earlier time.")})
    callback.due_at, callback.next_at, callback.why = _moment(due_at, at or timezone.now()), None, ""
    callback.state, callback.tries_made = CallbackState.WAITING, 0
    if callback.untouched:
        callback.touched = touched_now(callback)  # she who moves it has seen what there is
    callback.save(update_fields=["due_at", "next_at", "why", "state", "tries_made", "touched"])
    callback_told(callback, at or timezone.now())
    _lead_waits(callback)
    return callback


@transaction.atomic
def callback_cancel(*, user: User, callback_id: int, at: datetime | None = None) -> Callback:
    """It will not be made; its lead goes back to the campaign. Raises PermissionDenied and ValidationError."""
    callback = _taken(user, callback_id, (CallbackState.WAITING,))
    callback_end(callback, CallbackState.CANCELLED, at or timezone.now())
    return callback


@transaction.atomic
def callback_hand_over(*, user: User, callback_id: int, agent: User | None) -> Callback:
    """To another agent, or to the pool of its campaign. Takes ``callbacks.manage`` over both.

    Raises PermissionDenied and ValidationError.
    """
    require(user, MANAGE)
    callback = _taken(user, callback_id, (CallbackState.WAITING,))
    if agent is None and callback.campaign_id is None:
        raise ValidationError(_("Say who is to call: without a campaign there is nobody else."))
    if agent is not None:
        _agent_fits(user, agent)
    callback.agent, callback.next_at, callback.why = agent, None, ""
    callback.save(update_fields=["agent", "next_at", "why"])
    callback_told(callback, timezone.now())
    return callback


@transaction.atomic
def callback_tried(callback_id: int, attempt: Attempt, reached: bool, at: datetime) -> None:
    """What came of an attempt to make it. One that was not dialled (``handed_at`` without ``dialled_at``) does not
    count; after the last pause it is given up, and its lead goes back to the campaign."""
    callback = Callback.objects.select_for_update().filter(pk=callback_id, state=CallbackState.CALLED).first()
    if callback is None:
        return
    if reached:
        callback_end(callback, CallbackState.DONE, at)
        return
    callback.state = CallbackState.WAITING
    if attempt.dialled_at is None:
        callback.next_at, callback.why = at + AGAIN, "not_dialled"
    elif callback.tries_made < len(PAUSES):
        callback.next_at, callback.why = at + PAUSES[callback.tries_made], "not_reached"
        callback.tries_made += 1
    else:
        callback.tries_made += 1
        callback_end(callback, CallbackState.FAILED, at, why="given_up")
        return
    callback.save(update_fields=["state", "next_at", "why", "tries_made"])
    callback_told(callback, at)
    _lead_waits(callback)


def callback_end(callback: Callback, state: str, at: datetime, why: str = "") -> None:
    """Its last state; a lead that waited for nothing else may be called again from now on."""
    callback.state, callback.why = state, why
    callback.save(update_fields=["state", "why", "tries_made"])
    callback_told(callback, at)
    others = Callback.objects.filter(lead=callback.lead_id, state__in=OPEN)
    if callback.lead_id and state != CallbackState.DONE and not others.exists():
        waiting = Lead.objects.filter(pk=callback.lead_id, state=LeadState.CALLBACK)
        waiting.update(state=LeadState.OPEN, due_at=at)


def callbacks_over(campaign: Campaign, at: datetime) -> int:
    """Their campaign ends: those that wait are cancelled, and say why. How many."""
    waiting = Callback.objects.filter(campaign=campaign, state=CallbackState.WAITING)
    leads = list(waiting.exclude(lead=None).values_list("lead_id", flat=True))
    number = waiting.update(state=CallbackState.CANCELLED, why="over")
    Lead.objects.filter(pk__in=leads, state=LeadState.CALLBACK).update(state=LeadState.OPEN, due_at=at)
    return number


def _lead_waits(callback: Callback) -> None:
    """Its campaign does not call her besides."""
    if callback.lead_id:
        Lead.objects.filter(pk=callback.lead_id, state=LeadState.OPEN).update(state=LeadState.CALLBACK)


def _taken(user: User, callback_id: int, states: tuple[str, ...]) -> Callback:
    callback = callbacks_of(user).filter(pk=callback_id).select_for_update(of=("self",)).first()
    if callback is None:
        raise PermissionDenied(refusal(MANAGE))
    if callback.state == CallbackState.CALLED:
        raise ValidationError(_("She is being called just now."))
    if callback.state not in states:
        raise ValidationError(_("This callback is over: %(state)s.") % {"state": callback.get_state_display()})
    return callback


def _customer(user: User, customer_id: int) -> Customer:
    """Whom she sees, or whom a campaign gave her."""
    given = Attempt.objects.filter(agent=user, customer=customer_id).values("customer_id")
    found = customers_visible(user).filter(pk=customer_id).first() or Customer.objects.filter(pk__in=given).first()
    if found is None:
        raise PermissionDenied(refusal("customers.see"))
    return found


def _agent_fits(user: User, agent: User) -> None:
    if agent.pk != user.pk and not reach(user, MANAGE).covers(agent):
        raise PermissionDenied(refusal(MANAGE))
    if not agent.is_active or not agent.extension:
        raise ValidationError({"agent": _("%(agent)s has no phone to call with.") % {"agent": agent}})


def _campaign_fits(user: User, campaign: Campaign) -> None:
    """One that she works for, or that she sees and may manage."""
    if campaign.state == CampaignState.ENDED:
        raise ValidationError(_("The campaign has ended."))
    held = [code for code in (MANAGE, "campaigns.manage") if may(user, code)]
    if any(campaigns_within(user, code).filter(pk=campaign.pk).exists() for code in held):
        return
    tried = Attempt.objects.filter(agent=user, campaign=campaign)
    if not tried.exists() and not members(campaign).filter(pk=user.pk).exists():
        raise PermissionDenied(_("You do not work for this campaign."))


def _moment(due_at: datetime, now: datetime) -> datetime:
    if due_at < now - LATE:
        raise ValidationError({"due_at": _("This time is over.")})
    if due_at > now + FURTHEST:
        raise ValidationError({"due_at": _("Choose a time within a year.")})
    return due_at
