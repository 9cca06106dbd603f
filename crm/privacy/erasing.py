"""The erasure itself: in small transactions, each of which finds what is still there, so that it may die anywhere.

Rows stay and keep their times, queues, agents and outcomes; numbers become tokens, names and notes go. So every figure
is what it was. The order matters: first the digests (what arrives late from now on is erased as it comes), then the
rows, then files and streams, last the audit, which has noted the names once more while the rows were changed.
"""

import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.alone import alone
from crm.audit.models import Entry
from crm.audit.redaction import redact
from crm.calls.erased.scrub import Scrub
from crm.calls.erased.tokens import erased, token_give
from crm.calls.exports.files import exports_erase
from crm.calls.models import CallDetail, CallRecord, DeadLetter, Fact
from crm.campaigns.erased import campaigns_erase
from crm.customers.erased import customer_blank
from crm.customers.events import customers_told_gone
from crm.customers.exports.files import exports_erase as customer_exports_erase
from crm.customers.imports.files import packages_erase
from crm.customers.models import CallerChoice, Customer, CustomerNumber
from crm.events.erased import events_erase
from crm.integrations.erased import answers_erase
from crm.numberlists.services import numbers_erase
from crm.numbers import ERASED
from crm.privacy.book import note
from crm.privacy.leftovers import files_scrub, streams_scrub
from crm.privacy.models import Erasure
from crm.reports.files.orders import files_erase
from crm.reports.lost.services import settled_erase
from crm.reports.services import callers_forget
from crm.telephony.speeddial import speed_dials_erase

log = logging.getLogger(__name__)
BATCH = 200
LOCK = 0x65726173


def erasure_run(erasure_id: int) -> bool:
    """Does what is left of it; False when there is nothing left, or another process is at it."""
    with alone(LOCK, erasure_id) as mine:
        erasure = Erasure.objects.filter(pk=erasure_id, finished_at__isnull=True).first() if mine else None
        if erasure is not None:
            _run(erasure)
        return erasure is not None


def _run(erasure: Erasure) -> None:
    numbers, names = erasure.pending["numbers"], frozenset(erasure.pending["names"])
    scrub = Scrub({number: token_give(number, erasure.asked_at) for number in numbers}, names)
    erased.forget()
    while calls := _calls_left(erasure, numbers, scrub):
        with transaction.atomic():
            _calls_scrub(calls, scrub)
            erasure.calls += len(calls)
            erasure.save(update_fields=["calls"])
    callers_forget(numbers=numbers)
    numbers_erase(numbers=numbers)
    speed_dials_erase(numbers=numbers)
    campaigns_erase(erasure.customers, scrub.tokens, names)
    _refusals_scrub(scrub)
    _letters_scrub(scrub)
    _customers_scrub(erasure)
    erasure.files += files_scrub(scrub)
    exports_erase()
    customer_exports_erase()
    packages_erase(erasure.customers, timezone.now())
    files_erase()
    streams_scrub(scrub)
    answers_erase(erasure.asked_at)
    erasure.entries = redact(erasure.pk, [*_objects(erasure, scrub), _listed(numbers), _speed_dialled(numbers)])
    note(erasure, numbers)
    erasure.pending, erasure.finished_at = {}, timezone.now()
    erasure.save(update_fields=["files", "entries", "pending", "finished_at"])
    log.info("erasure %d is through: %d calls, %d files", erasure.pk, erasure.calls, erasure.files)


def _calls_left(erasure: Erasure, numbers: list[str], scrub: Scrub) -> list[CallRecord]:
    said = ~Q(caller_name="") | ~Q(note="") | (~Q(number="") & ~Q(number__startswith=ERASED))
    hers = Q(number_e164__in=numbers) | Q(customer__in=erasure.customers) & said
    until = Q(arrived_at__lt=erasure.asked_at) | Q(arrived_at__isnull=True)
    return list(CallRecord.objects.filter(hers & until).order_by("call_id")[:BATCH])


def _calls_scrub(calls: list[CallRecord], scrub: Scrub) -> None:
    ids = [call.call_id for call in calls]
    for call in calls:
        token = scrub.tokens.get(call.number_e164, "")
        call.number = token or (f"{ERASED}" if call.number else "")
        call.number_e164 = token
        call.caller_name = call.note = ""
    CallRecord.objects.bulk_update(calls, ["number", "number_e164", "caller_name", "note"])
    facts = list(Fact.objects.filter(call_id__in=ids))
    for fact in facts:
        fact.payload = _nameless(scrub.value(fact.payload))
    Fact.objects.bulk_update(facts, ["payload"])
    details = list(CallDetail.objects.filter(call_id__in=ids))
    for detail in details:
        detail.payload = scrub.hers(detail.payload)
    CallDetail.objects.bulk_update(details, ["payload"])
    settled_erase(ids)
    events_erase(ids, scrub)


def _nameless(payload: dict) -> dict:
    """A fact's ``name`` is what the caller sent, its ``keys`` what she pressed; her other numbers are not known, so
    what is no token goes, too."""
    for what in ("name", "keys"):
        if payload.get(what):
            payload[what] = ""
    if payload.get("number") and not payload["number"].startswith(ERASED):
        payload["number"] = ERASED
    return payload


def _refusals_scrub(scrub: Scrub) -> None:
    """Refused orders to dial quote the number, and belong to no call."""
    for fact in Fact.objects.filter(kind="CommandRefused", call_id="").exclude(agent="").iterator(BATCH):
        clean = scrub.value(fact.payload)
        if clean != fact.payload:
            Fact.objects.filter(pk=fact.pk).update(payload=clean)


def _letters_scrub(scrub: Scrub) -> None:
    for letter in DeadLetter.objects.iterator(BATCH):
        clean = scrub.raw(bytes(letter.raw))
        if clean != bytes(letter.raw):
            DeadLetter.objects.filter(pk=letter.pk).update(raw=clean, reason=scrub.text(letter.reason))


@transaction.atomic
def _customers_scrub(erasure: Erasure) -> None:
    for customer in Customer.objects.filter(pk__in=erasure.customers).select_for_update():
        customer_blank(customer, name=f"{ERASED}{erasure.pk}")
    customers_told_gone(erasure.customers, timezone.now())
    CustomerNumber.objects.filter(customer__in=erasure.customers).delete()
    # A record that is still to come would bring the number of that call back to her.
    choices = CallerChoice.objects.filter(customer__in=erasure.customers)
    choices.exclude(call_id__in=CallRecord.objects.values("call_id")).delete()


def _listed(numbers: list[str]) -> tuple[str, list[str]]:
    """Lines of the lists that named one of her numbers at any time."""
    kind = "numberlists_listednumber"
    told = Q(after__first__in=numbers) | Q(before__first__in=numbers)
    return kind, list(Entry.objects.filter(told, kind=kind).values_list("object", flat=True).distinct())


def _speed_dialled(numbers: list[str]) -> tuple[str, list[str]]:
    """Codes that led to one of her numbers at any time: their names said who she is."""
    kind = "telephony_speeddial"
    told = Q(after__number__in=numbers) | Q(before__number__in=numbers)
    return kind, list(Entry.objects.filter(told, kind=kind).values_list("object", flat=True).distinct())


def _objects(erasure: Erasure, scrub: Scrub) -> list[tuple[str, list[str]]]:
    """Tables and keys of which the audit may have told who she was."""
    hers = Q(number_e164__in=list(scrub.tokens.values())) | Q(customer__in=erasure.customers)
    calls = CallRecord.objects.filter(hers).values_list("pk", flat=True)
    customers = [str(pk) for pk in erasure.customers]
    about = Q(after__customer_id__in=erasure.customers) | Q(before__customer_id__in=erasure.customers)

    def told(kind: str) -> list[str]:
        return list(Entry.objects.filter(about, kind=kind).values_list("object", flat=True).distinct())

    return [
        ("customers_customer", customers),
        ("customers_customernumber", told("customers_customernumber")),
        ("customers_customerfile", told("customers_customerfile")),
        ("customers_customer_projects", told("customers_customer_projects")),
        ("customers_callerchoice", told("customers_callerchoice")),
        ("campaigns_callback", told("campaigns_callback")),
        ("calls_callrecord", list(calls)),
        ("reports_settledcall", list(calls)),
    ]
