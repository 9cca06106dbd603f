"""Undoing a package: those it added go, those it changed are as they were, unless somebody touched them since."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.audit import services as audit
from crm.calls.models import CallRecord
from crm.customers.events import customer_told_changed, customers_told_gone
from crm.customers.fields.selectors import fields_active
from crm.customers.fields.writing import values_put, words_of
from crm.customers.models import CallerChoice, Customer, CustomerNumber, Package, PackageCustomer, PackageState
from crm.customers.telling import numbers_told
from crm.numbers import ERASED

CHUNK = 250
OWN = (CustomerNumber, PackageCustomer, Customer.projects.through)
"""Rows that came with the customer: they go with her, and do not show that anybody touched her."""
KEPT = ("kept_calls", "kept_used", "kept_edits")


def package_unmake(package: Package, between: Callable[[Package], None] | None = None) -> None:
    """May die anywhere and be begun anew: what is undone is no member any more. Companies that only rows named come
    last, when their people are gone."""
    package.counts = {name: n for name, n in package.counts.items() if name not in KEPT}
    members = PackageCustomer.objects.filter(package=package)
    package.total, package.done = members.count() + package.counts.get("removed", 0), package.counts.get("removed", 0)
    for named in (False, True):
        last = 0
        while chunk := list(members.filter(named=named, pk__gt=last).order_by("pk")[:CHUNK]):
            last = chunk[-1].pk
            with transaction.atomic():
                counts = Counter(package.counts)
                numbers = _undo(package, chunk, counts)
                package.counts = dict(counts)
                package.done += len(chunk)
                package.save(update_fields=["counts", "done", "total"])
            numbers_told(numbers)
            if between:
                between(package)
    with transaction.atomic():
        rows = package.counts["rows"]
        over = {"state": PackageState.UNDONE, "finished_at": timezone.now(), "done": rows, "total": rows}
        Package.objects.filter(pk=package.pk).update(**over)
        audit.event("import.undone", about=package, details=package.counts)


def _undo(package: Package, chunk: list[PackageCustomer], counts: Counter[str]) -> list[str]:
    """Counts what became of them; the numbers that nobody has now, or others have."""
    ids = [member.customer_id for member in chunk]
    people = {one.pk: one for one in Customer.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    added = [member for member in chunk if member.before is None and member.customer_id in people]
    touched = _touched(package, {member.customer_id: people[member.customer_id] for member in added})
    gone = [member.customer_id for member in added if member.customer_id not in touched]
    counts.update(touched.values())
    numbers = list(CustomerNumber.objects.filter(customer__in=gone).values_list("number", flat=True))
    Customer.objects.filter(pk__in=gone).delete()
    customers_told_gone(gone, timezone.now())
    counts["removed"] += len(gone)
    for member in chunk:
        one = people.get(member.customer_id)
        if member.before is None or one is None:
            continue
        if one.version != member.before.get("version") or one.name.startswith(ERASED):
            counts["kept_edits"] += 1
            continue
        _restore(package, one, member.before)
        member.delete()
        counts["restored"] += 1
    return numbers


def _touched(package: Package, people: dict[int, Customer]) -> dict[int, str]:
    """Id → how it shows that somebody has to do with her now: kept_edits, kept_calls, kept_used."""
    found = {id_: "kept_edits" for id_, one in people.items() if one.version > 1 or one.name.startswith(ERASED)}
    left = people.keys() - found.keys()
    calls = CallRecord.objects.filter(customer__in=left, arrived_at__gte=package.asked_at)
    found |= dict.fromkeys(_ids(calls), "kept_calls")
    found |= dict.fromkeys(_ids(CallerChoice.objects.filter(customer__in=left)), "kept_calls")
    for model, column in _others():
        left = people.keys() - found.keys()
        used = model._base_manager.filter(**{f"{column}__in": left}).order_by().values_list(column, flat=True)
        found |= dict.fromkeys(used.distinct(), "kept_used")
    return found


def _others() -> Iterable[tuple[Any, str]]:
    """All that may name a customer, whichever part of the programs it belongs to: model and column."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        if model not in (*OWN, CallRecord, CallerChoice):
            yield model, relation.field.attname


def _ids(rows: Any) -> Iterable[int]:
    return rows.order_by().values_list("customer_id", flat=True).distinct()


def _restore(package: Package, one: Customer, before: dict[str, Any]) -> None:
    for name in ("name", "level", "note"):
        if name in before:
            setattr(one, name, before[name])
    if "company" in before:
        employer, company = before["company"]
        there = Customer.objects.filter(pk=employer).exists() if employer else False
        one.employer_id, one.company = (employer, company) if there else (None, "")
    if values_put(one, before.get("values", {})):
        one.words = words_of(one, fields_active())
    one.version += 1
    one.changed_at = timezone.now()
    one.save()
    customer_told_changed(one, one.changed_at)
    CustomerNumber.objects.filter(pk__in=before.get("numbers", []), customer=one).delete()
    if before.get("project"):
        one.projects.remove(package.project_id)
