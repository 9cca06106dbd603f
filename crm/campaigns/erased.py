"""What campaigns keep of a person, for who takes it out or erases it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from crm.campaigns.callbacks.telling import callback_told
from crm.campaigns.evidence.exports.files import exports_erase
from crm.campaigns.leads.stepping import ERASED_LEAD
from crm.campaigns.models import (
    Attempt,
    Callback,
    CallbackState,
    ClosedNumber,
    Evidence,
    Fill,
    FillState,
    Lead,
    LeadState,
)
from crm.numbers import ERASED

BATCH = 500


def campaigns_told(customers: Collection[int], numbers: Collection[str]) -> dict[str, Any]:
    """Leads, attempts with their evidence, callbacks and closed numbers of these customers and numbers."""
    attempts = list(_hers(Attempt.objects.all(), customers, numbers).select_related("campaign").order_by("made_at"))
    kept: dict[str, list[dict[str, Any]]] = {}
    for row in Evidence.objects.filter(attempt__in=[one.pk for one in attempts]).order_by("seq"):
        said = {"kind": row.kind, "at": row.at, "facts": row.facts, "personal": row.personal}
        kept.setdefault(row.attempt, []).append(said)
    leads = _hers(Lead.objects.all(), customers, numbers).select_related("campaign").order_by("pk")
    callbacks = _hers(Callback.objects.all(), customers, numbers).select_related("campaign").order_by("due_at")
    closed = _hers(ClosedNumber.objects.all(), customers, numbers).order_by("at")
    return {
        "leads": [
            {"campaign": str(lead.campaign), "state": lead.state, "number": lead.number, "outcome": lead.outcome,
             "attempts": lead.attempts, "tried_at": lead.tried_at}
            for lead in leads
        ],
        "attempts": [
            {"id": one.pk, "campaign": str(one.campaign or ""), "number": one.number, "mode": one.mode,
             "made_at": one.made_at, "dialled_at": one.dialled_at, "rang_at": one.rang_at,
             "answered_at": one.answered_at, "ended_at": one.ended_at, "outcome": one.outcome, "verdict": one.verdict,
             "disposition": one.disposition, "evidence": kept.get(one.pk, [])}
            for one in attempts
        ],
        "callbacks": [
            {"campaign": str(one.campaign or ""), "number": one.number, "due_at": one.due_at, "note": one.note,
             "state": one.state, "made_at": one.made_at}
            for one in callbacks
        ],
        "closed_numbers": [{"number": one.number, "why": one.why, "at": one.at} for one in closed],
    }  # fmt: skip


def campaigns_know(numbers: Collection[str]) -> bool:
    """Whether anything is kept of one of these numbers."""
    return any(
        model.objects.filter(number__in=list(numbers)).exists()  # type: ignore[attr-defined]
        for model in (Attempt, Lead, Callback, ClosedNumber)
    )


def campaigns_numbers() -> set[str]:
    """All numbers that are kept."""
    found: set[str] = set()
    for model in (Attempt, Lead, Callback, ClosedNumber):
        rows = model.objects.exclude(number="").exclude(number__startswith=ERASED)  # type: ignore[attr-defined]
        found |= set(rows.order_by().values_list("number", flat=True).distinct())
    return found


def campaigns_erase(customers: Collection[int], tokens: Mapping[str, str], names: Iterable[str]) -> None:
    """Nothing says who she was: numbers become their tokens (``tokens``: number → token; of a number that has none
    nothing stays), notes go, nobody calls her again. Attempts, outcomes and moments stay, and so do figures. In small
    transactions that may be done again."""
    numbers = list(tokens)
    while attempts := list(_known(_hers(Attempt.objects.all(), customers, numbers)).order_by("pk")[:BATCH]):
        with transaction.atomic():
            for attempt in attempts:
                attempt.number = tokens.get(attempt.number, ERASED)
            Attempt.objects.bulk_update(attempts, ["number"])
            Evidence.objects.filter(attempt__in=[one.pk for one in attempts], personal__isnull=False).update(
                personal=None
            )
    Evidence.objects.filter(personal__number__in=numbers).update(personal=None)  # of attempts that are gone
    with transaction.atomic():
        _leads_erase(customers, tokens)
        _callbacks_erase(customers, tokens)
        _hers(ClosedNumber.objects.all(), customers, numbers).delete()
        _fills_erase({*numbers, *(name for name in names if name)})
    exports_erase()


def _leads_erase(customers: Collection[int], tokens: Mapping[str, str]) -> None:
    hers = Lead.objects.filter(customer__in=customers)
    hers.exclude(state=LeadState.CLOSED).update(state=LeadState.CLOSED, outcome=ERASED_LEAD)
    for number, token in tokens.items():
        Lead.objects.filter(number=number).update(number=token)
    _known(hers).update(number=ERASED)


def _callbacks_erase(customers: Collection[int], tokens: Mapping[str, str]) -> None:
    hers = _hers(Callback.objects.all(), customers, list(tokens))
    waiting = set(hers.filter(state=CallbackState.WAITING).values_list("pk", flat=True))
    hers.filter(pk__in=waiting).update(state=CallbackState.CANCELLED)
    for callback in list(hers):
        callback.number = callback.number if callback.number.startswith(ERASED) else tokens.get(callback.number, ERASED)
        callback.note, callback.touched = "", {}
        callback.save(update_fields=["number", "note", "touched"])
        if callback.pk in waiting:
            callback_told(callback, timezone.now())


def _fills_erase(said: set[str]) -> None:
    """Orders that are through no longer say for whom they asked."""
    over = Fill.objects.filter(state__in=[FillState.DONE, FillState.FAILED]).exclude(filters={})
    for fill in over:
        if any(one in str(fill.filters) for one in said):
            Fill.objects.filter(pk=fill.pk).update(filters={})


def _hers(rows: QuerySet[Any], customers: Collection[int], numbers: Collection[str]) -> QuerySet[Any]:
    return rows.filter(Q(customer__in=list(customers)) | Q(number__in=list(numbers)))


def _known(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those that still say a number."""
    return rows.exclude(number="").exclude(number__startswith=ERASED)
