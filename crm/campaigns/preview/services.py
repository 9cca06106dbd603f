"""Showing an agent one lead at a time, and what she does with it.

Theory of operation. A lead that is shown is claimed by an attempt in the state shown, hers until ``expires_at``: nobody
else can get it meanwhile, and she gets no other. Accepting asks hours, lists and caps again and hands the attempt over
for dialling in the same transaction. Skipping, and saying nothing until the time is over, frees the lead for others.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.attempts.handing import hand_to_agent
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.callbacks.services import callback_tried
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.guard.words import WHY
from crm.campaigns.hopper.choosing import held, wanted_of
from crm.campaigns.hopper.shelves import leads_due
from crm.campaigns.leads.stepping import leads_refused
from crm.campaigns.models import Attempt, AttemptState, Campaign, Lead, LeadState, Mode
from crm.campaigns.preview.returning import attempt_return
from crm.campaigns.preview.selectors import campaigns_of, leads_not_passed_on
from crm.campaigns.preview.words import SKIPS
from crm.customers.models import Customer

AT_ONCE = 20
LOOKED_AT = 200
"""Among so many due ones those are looked for that she did not pass on."""
ROUNDS = 10
"""So many chunks of leads are looked at for one that may be called; the next asking goes on behind them."""
EXPIRES_AT_MOST = 200


@dataclass(frozen=True)
class Preview:
    """What is shown: the attempt's id, and the lead until ``until``. ``number`` is E.164: mask it by role."""

    attempt: str
    campaign: Campaign
    lead: Lead
    customer: Customer
    number: str
    until: datetime


def preview_shown(user: User, at: datetime | None = None) -> Preview | None:
    """What she is looking at."""
    return _preview(_shown(user, at or timezone.now()))


def lead_next(user: User, at: datetime | None = None) -> Preview | None:
    """Her next lead of the preview campaigns, the one she has if she has one; None when there is none that may be
    called now, or while one of hers is being dialled. Raises PermissionDenied."""
    require(user, "desk.use")
    now = at or timezone.now()
    for campaign in (None, *campaigns_of(user, now, (Mode.PREVIEW,))):
        for _round in range(ROUNDS):
            with transaction.atomic():
                _alone(user)
                if attempt := _shown(user, now):
                    return _preview(attempt)
                if campaign is None and _dialled(user):
                    return None
                if campaign is None or not _claimed(user, campaign, now):
                    break
    return None


def lead_call(user: User, lead_id: int, at: datetime | None = None) -> Attempt:
    """Of a manual campaign: calls the lead that she chose, at once. Raises PermissionDenied for a lead of a campaign
    that is not hers, ValidationError with a sentence, SwitchAway."""
    require(user, "desk.use")
    now = at or timezone.now()
    lead = Lead.objects.select_related("campaign").filter(pk=lead_id).first()
    hers = {one.pk: one for one in campaigns_of(user, now, (Mode.MANUAL,))}
    if lead is None or lead.campaign_id not in hers:
        raise PermissionDenied(_("You do not work for this campaign."))
    with transaction.atomic():
        _alone(user)
        if _shown(user, now) or _dialled(user):
            raise ValidationError(_("Finish the call that you have first."))
        if lead.state != LeadState.OPEN or lead.due_at > now:
            raise ValidationError(_("Somebody else calls her, or she is not to be called yet."))
        said = rulings([Wanted(hers[lead.campaign_id], lead.customer_id, lead.number, lead.pk)], now)[0]
        if not said.allowed:
            raise ValidationError(WHY[said.why], code=said.why)
        made = attempts_make([said], mode=Mode.MANUAL, state=AttemptState.SHOWN, at=now, agent=user)
        if not made:
            raise ValidationError(_("Somebody else calls her, or she is not to be called yet."))
        return hand_to_agent(made[0], user, now)


def lead_accept(user: User, attempt_id: str, at: datetime | None = None) -> Attempt:
    """She wants it: it is dialled for her, if it still may be called; else it goes back.

    Raises PermissionDenied for what is not shown to her, ValidationError with a sentence, SwitchAway (it stays hers
    while nothing was sent).
    """
    require(user, "desk.use")
    now = at or timezone.now()
    attempt = Attempt.objects.filter(pk=attempt_id, agent=user).first()
    if attempt is None:
        raise PermissionDenied(_("This call is not yours."))
    try:
        return hand_to_agent(attempt, user, now)
    except ValidationError as refused:
        with transaction.atomic():
            mine = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
            if mine.state == AttemptState.SHOWN:
                over = mine.expires_at is not None and mine.expires_at <= now
                attempt_return(mine, "expired" if over else "refused", now, cause=refused.code or "", skipped=over)
        raise


@transaction.atomic
def lead_skip(user: User, attempt_id: str, why: str, at: datetime | None = None) -> None:
    """She passes it on, for a reason of ``words.SKIPS``; others get it at once, she not for half an hour. Raises
    PermissionDenied for what is not shown to her, ValidationError with a sentence."""
    require(user, "desk.use")
    if why not in SKIPS:
        raise ValidationError(_("Say why you pass it on."))
    attempt = Attempt.objects.select_for_update(of=("self",)).filter(pk=attempt_id, agent=user).first()
    if attempt is None:
        raise PermissionDenied(_("This call is not yours."))
    if attempt.state != AttemptState.SHOWN:
        raise ValidationError(_("This call is not yours to pass on any more."))
    attempt_return(attempt, "skipped", at or timezone.now(), cause=why, skipped=True)


def shown_expire(at: datetime) -> int:
    """Attempts at which somebody looked for too long go back; returns how many. Each in a transaction of its own."""
    over = Attempt.objects.filter(state=AttemptState.SHOWN, expires_at__lte=at).order_by("expires_at")
    return sum(_expire(key, at) for key in over.values_list("pk", flat=True)[:EXPIRES_AT_MOST])


@transaction.atomic
def _expire(key: str, at: datetime) -> bool:
    found = Attempt.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key, state=AttemptState.SHOWN)
    attempt = found.first()
    if attempt is None:
        return False
    if attempt.callback_id:
        callback_tried(attempt.callback_id, attempt, False, at)
    attempt_return(attempt, "expired", at, cause="time_out", skipped=not attempt.callback_id)
    return True


def _alone(user: User) -> None:
    """Two tabs of hers do not get two leads."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


def _shown(user: User, now: datetime) -> Attempt | None:
    mine = Attempt.objects.filter(agent=user, state=AttemptState.SHOWN, expires_at__gt=now, callback=None)
    return mine.select_related("campaign", "lead", "customer").first()


def _dialled(user: User) -> bool:
    return Attempt.objects.filter(agent=user, state__in=(AttemptState.HANDED, AttemptState.DIALLED)).exists()


def _preview(attempt: Attempt | None) -> Preview | None:
    if attempt is None or attempt.lead is None or attempt.campaign is None or attempt.customer is None:
        return None
    assert attempt.expires_at is not None
    return Preview(attempt.pk, attempt.campaign, attempt.lead, attempt.customer, attempt.number, attempt.expires_at)


def _claimed(user: User, campaign: Campaign, now: datetime) -> bool:
    """Whether it is worth to look again. The first lead that may be called is now shown to her, unless others have
    them all in their hands at this moment; those that may not go on."""
    ids = list(leads_not_passed_on(user, leads_due(campaign, now, LOOKED_AT), now))
    found = Lead.objects.in_bulk(ids)
    order = [found[pk] for pk in ids if pk in found][:AT_ONCE]
    said = dict(zip(order, rulings([wanted_of(campaign, lead) for lead in order], now), strict=True))
    refused = {lead.pk: ruling for lead, ruling in said.items() if not ruling.allowed}
    mine = held(list(refused), now, AT_ONCE)
    same = [(lead, refused[lead.pk]) for lead in mine if lead.number == refused[lead.pk].wanted.number]
    leads_refused(campaign, same, now)
    allowed = {lead.pk: ruling for lead, ruling in said.items() if ruling.allowed}
    first = next(iter(held(list(allowed), now, 1)), None)
    if first is None or first.number != allowed[first.pk].wanted.number:
        return bool(refused)
    made = {"mode": Mode.PREVIEW, "state": AttemptState.SHOWN, "life_s": campaign.preview_s}
    return bool(attempts_make([allowed[first.pk]], at=now, agent=user, **made)) or bool(refused)
