"""Laws that hold whatever died when: what breaks one is mended, and said."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from crm.campaigns.attempts.seen import seen
from crm.campaigns.attempts.steps import OPEN
from crm.campaigns.attempts.telling import ANSWERED, attempt_tell, call_seen, nobody_knows
from crm.campaigns.leads.stepping import lead_returned
from crm.campaigns.models import Attempt, AttemptState, Callback, CallbackState, Campaign, Lead, LeadState

log = logging.getLogger(__name__)
ENDLESS = timedelta(days=1)
"""No call is so long."""


def laws_check(at: datetime) -> dict[str, int]:
    """How often each was broken: ``claimed`` (a lead that nobody works at is free again), ``endless`` (an attempt that
    has no end counts as dialled), ``given_back`` (one that was given back and has a call all the same counts, too)."""
    broken = {"claimed": _claimed(at), "endless": _endless(at), "given_back": _given_back(at)}
    for law, times in broken.items():
        if times:
            log.error("attempts: the law %r was broken %d times; mended", law, times)
    return broken


def callbacks_reopen(at: datetime) -> int:
    """A lead whose callback was agreed, but not made, or is over: open again when its day is over. How many."""
    waiting = Callback.objects.filter(lead=OuterRef("pk"), state__in=[CallbackState.WAITING, CallbackState.CALLED])
    due = Lead.objects.filter(campaign__in=_campaigns(), state=LeadState.CALLBACK, due_at__lte=at)
    return due.exclude(Exists(waiting)).update(state=LeadState.OPEN, due_at=at)


def _claimed(at: datetime) -> int:
    """Leads that are claimed without an attempt that is open or waits for the agent's word."""
    unsaid = Q(state=AttemptState.ENDED, outcome=ANSWERED, verdict="")
    worked = Attempt.objects.filter(Q(state__in=OPEN) | unsaid, lead=OuterRef("pk"))
    lost = Lead.objects.filter(~Exists(worked), campaign__in=_campaigns(), state=LeadState.CLAIMED)
    mended = 0
    for pk in list(lost.values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever claims it writes the attempt in the same transaction: asked again when the row is held.
            free = Lead.objects.select_for_update(skip_locked=True, of=("self",)).select_related("campaign")
            held = free.filter(pk=pk, state=LeadState.CLAIMED).first()
            if held is not None and not worked_at(held):
                lead_returned(held, at)
                mended += 1
    return mended


def worked_at(lead: Lead) -> bool:
    """Whether an attempt of it is open, or waits for the agent's word."""
    hers = Attempt.objects.filter(lead=lead.pk)
    return hers.filter(Q(state__in=OPEN) | Q(state=AttemptState.ENDED, outcome=ANSWERED, verdict="")).exists()


def _endless(at: datetime) -> int:
    old = Attempt.objects.filter(
        state__in=[AttemptState.HANDED, AttemptState.DIALLED], made_at__lt=at - ENDLESS, expires_at__lt=at - ENDLESS
    )
    return sum(attempt_tell(pk, at, nobody_knows) for pk in list(old.values_list("pk", flat=True)))


def _given_back(at: datetime) -> int:
    given = Attempt.objects.filter(state=AttemptState.RETURNED, made_at__gte=at - 2 * ENDLESS, handed_at__isnull=False)
    ids = list(given.filter(outcome="expired", campaign__in=_campaigns()).values_list("pk", flat=True))
    calls = {pk: call for pk, call in seen(ids, at - 2 * ENDLESS).items() if not call.not_dialled}
    return sum(attempt_tell(pk, at, call_seen(call)) for pk, call in calls.items())


def _campaigns() -> list[int]:
    """All: the index of leads begins with theirs."""
    return list(Campaign.objects.order_by().values_list("pk", flat=True))
