"""Changing those who are there already: only what the file says, and with what was there before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crm.customers.events import customers_told_changed
from crm.customers.fields.writing import values_put
from crm.customers.imports.lines import SAME, UPDATED, Line
from crm.customers.imports.writing import Writer, numbers_put
from crm.customers.models import Customer, CustomerNumber, Kind, Package, PackageCustomer

PLAIN = ("name", "level", "note")
_WRITTEN = [*PLAIN, "company", "employer", "values", "words", "version", "changed_at", "changed_by"]


def customers_change(package: Package, writer: Writer, lines: Sequence[Line], at: datetime) -> int:
    """Changes those of the rows that are UPDATED; rows that change nothing are SAME then. Returns how many companies
    came with them. Inside a transaction."""
    wanted = [line for line in lines if not line.faults and line.found == UPDATED]
    if not wanted:
        return 0
    held = Customer.objects.select_for_update(of=("self",)).select_related("owner")
    found = held.filter(pk__in=[line.customer for line in wanted])
    people = {one.pk: one for one in found.order_by("pk")}
    had: dict[int, set[str]] = {}
    for customer, number in CustomerNumber.objects.filter(customer__in=people).values_list("customer_id", "number"):
        had.setdefault(customer, set()).add(number)
    through = Customer.projects.through.objects
    inside = through.filter(project=package.project_id, customer__in=people) if package.project_id else through.none()
    theirs = set(inside.values_list("customer_id", flat=True))
    employers, named = writer.employers(wanted)
    if named:
        writer.companies(named, {line.company: line.row for line in reversed(wanted)}, at)
    changed, members, joined = [], [], []
    for line in wanted:
        one = people.get(line.customer)
        if one is None:  # taken away this very moment
            line.found = SAME
            continue
        before = _apply(one, line, employers)
        numbers = [number for number in line.numbers if number not in had.get(one.pk, ())]
        joins = bool(package.project_id) and one.pk not in theirs
        if not before and not numbers and not joins:
            line.found = SAME
            continue
        before["numbers"] = numbers_put([(one.pk, number) for number in numbers]) if numbers else []
        before["project"] = joins
        one.words = writer.words(one.values)
        one.version += 1
        one.changed_at, one.changed_by = at, package.owner
        before["version"] = one.version
        changed.append(one)
        members.append(PackageCustomer(package=package, customer=one, row=line.row, before=before))
        joined += [through.model(customer=one, project_id=package.project_id)] * joins
    Customer.objects.bulk_update(changed, _WRITTEN)
    through.bulk_create(joined)
    PackageCustomer.objects.bulk_create(members, ignore_conflicts=True)
    customers_told_changed(changed, at)
    return len(named)


def _apply(one: Customer, line: Line, employers: dict[str, tuple[int, str]]) -> dict[str, Any]:
    """Puts what the row says onto her; what it changed, as it was before."""
    before: dict[str, Any] = {}
    for name in PLAIN:
        said = getattr(line, name)
        if said and getattr(one, name) != said:
            before[name] = getattr(one, name)
            setattr(one, name, said)
    employer, company = employers.get(line.company, (None, ""))
    if company and one.kind == Kind.PERSON and one.employer_id != employer:
        before["company"] = [one.employer_id, one.company]
        one.employer_id, one.company = employer, company
    old = {code: one.values.get(code) for code in line.values}
    if values_put(one, line.values):
        before["values"] = {code: value for code, value in old.items() if value != one.values.get(code)}
    return before
