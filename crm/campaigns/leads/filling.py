"""Taking customers into campaigns, as it was ordered; and leads out of them, or opening them again (``deeds``).

In chunks by the ids of customers or leads, each in a transaction of its own that also notes how far it is: a worker
that dies leaves a whole chunk or none, and whoever comes next goes on behind it. What the owner may see is asked at
each chunk.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from crm.access.holding import may
from crm.alone import alone
from crm.campaigns.leads.deeds import deed_do, leads_of
from crm.campaigns.leads.numbers import choices
from crm.campaigns.models import CampaignState, Deed, Fill, FillState, Lead
from crm.customers.fields.selectors import fields_active
from crm.customers.filters import customers_asked, filters_said
from crm.customers.models import Customer, PackageCustomer

log = logging.getLogger(__name__)
LOCK = 0x66696C6C
CHUNK = 2000
WAITING = (FillState.WAITING, FillState.WORKING)


def fill_run(at: datetime, *, chunk: int = CHUNK, chunks: int = 0) -> int:
    """Carries out what was ordered, the oldest first; returns how many chunks. ``chunks``: not more than so many at a
    time, 0 for all. Nothing when another process is at it."""
    with alone(LOCK) as mine:
        done = 0
        while mine and (not chunks or done < chunks):
            fill = Fill.objects.filter(state__in=WAITING).order_by("asked_at", "pk").first()
            if fill is None:
                break
            try:
                fill_step(fill.pk, at, chunk=chunk)
            except (OperationalError, InterfaceError):
                raise  # the database went away: the next run goes on
            except Exception:
                log.exception("the fill %d could not be carried out", fill.pk)
                Fill.objects.filter(pk=fill.pk).update(state=FillState.FAILED, reason="error", done_at=at)
            done += 1
        return done


@transaction.atomic
def fill_step(fill_id: int, at: datetime, *, chunk: int = CHUNK) -> bool:
    """One chunk. Whether there may be more."""
    fill = Fill.objects.select_for_update(of=("self",)).select_related("campaign", "owner").get(pk=fill_id)
    if fill.state not in WAITING:
        return False
    reason = _refusal(fill)
    if reason:
        return _finish(fill, FillState.FAILED, at, reason)
    takes = fill.deed == Deed.TAKE
    found: QuerySet[Any] = customers_of(fill) if takes else leads_of(fill)
    if fill.state == FillState.WAITING:
        fill.state, fill.total = FillState.WORKING, found.count()
    ids = list(found.filter(pk__gt=fill.upto).order_by("pk").values_list("pk", flat=True)[:chunk])
    if not ids:
        return _finish(fill, FillState.DONE, at)
    fill.counts = dict(Counter(fill.counts) + (_take if takes else deed_do)(fill, ids, at))
    fill.upto = ids[-1]
    if len(ids) < chunk:
        return _finish(fill, FillState.DONE, at)
    fill.save(update_fields=["state", "total", "counts", "upto"])
    return True


def customers_of(fill: Fill) -> QuerySet[Customer]:
    """Whom the order means, as far as its owner may see them now."""
    found = customers_asked(fill.owner, filters_said(fill.filters, fields_active())).order_by()
    if fill.package_id is not None:
        return found.filter(pk__in=PackageCustomer.objects.filter(package=fill.package_id).values("customer"))
    return found.filter(pk__in=fill.customers) if fill.customers else found


def _take(fill: Fill, ids: Sequence[int], at: datetime) -> Counter[str]:
    """How many were taken, and why the others were not."""
    there = set(Lead.objects.filter(campaign=fill.campaign_id, customer__in=ids).values_list("customer_id", flat=True))
    counts: Counter[str] = Counter(already=len(there))
    leads = []
    for customer, choice in choices([one for one in ids if one not in there], at).items():
        if choice.why:
            counts[choice.why] += 1
        else:
            leads.append(
                Lead(
                    campaign_id=fill.campaign_id,
                    customer_id=customer,
                    fill=fill,
                    number=choice.number,
                    zone=choice.zone,
                    due_at=at,
                    priority=fill.priority,
                )  # fmt: skip
            )
    before = Lead.objects.filter(fill=fill.pk, customer__in=ids).count()
    Lead.objects.bulk_create(leads, ignore_conflicts=True)
    taken = Lead.objects.filter(fill=fill.pk, customer__in=ids).count() - before
    counts["taken"] = taken
    counts["already"] += len(leads) - taken
    return +counts


def _refusal(fill: Fill) -> str:
    if fill.campaign.state == CampaignState.ENDED:
        return "ended"
    allowed = fill.owner.is_active and may(fill.owner, "campaigns.manage") and may(fill.owner, "customers.see")
    return "" if allowed else "not_allowed"


def _finish(fill: Fill, state: str, at: datetime, reason: str = "") -> bool:
    fill.state, fill.reason, fill.done_at = state, reason, at
    fill.save(update_fields=["state", "reason", "done_at", "total", "counts", "upto"])
    return False
