"""Companies and who works for them. The only place that writes ``employer`` and the text beside it."""

import zlib
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.customers.events import customer_told_added
from crm.customers.models import Customer, Kind
from crm.customers.sight import customers_known
from crm.numbers import ERASED

LOCK = 0x636F6D70
_NAMED = """
SELECT asked, found.id, found.name FROM unnest(%s::text[]) AS asked CROSS JOIN LATERAL (
    SELECT id, name FROM customers_customer
    WHERE kind = 'company' AND upper(name) = upper(asked) AND name NOT LIKE %s ORDER BY id LIMIT 1
) AS found
"""


def company_named(name: str) -> Customer | None:
    """The record of this company however it is capitalised, the oldest of several; None when there is none."""
    return customers_known().filter(kind=Kind.COMPANY, name__iexact=name).order_by("id").first()


def employer_put(customer: Customer, name: str, actor: User | None = None) -> None:
    """She works for the company of this name, which becomes a record if it is none yet; "" for none. The customer is
    not saved. Inside a transaction: of two who name a new company at once the second finds the first's."""
    name = " ".join(name.split())
    if not name or customer.kind == Kind.COMPANY:
        customer.employer, customer.company = None, ""
        return
    if name.startswith(ERASED):
        raise ValidationError({"company": _("A name does not begin with %(sign)s.") % {"sign": ERASED}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, zlib.crc32(name.upper().encode()) - 2**31])
    company = company_named(name)
    if company is None:
        company = Customer(kind=Kind.COMPANY, name=name, changed_by=actor)
        try:
            company.full_clean(validate_unique=False)
        except ValidationError as error:
            raise ValidationError({"company": error.messages}) from error
        company.save()
        customer_told_added(company, timezone.now())
    customer.employer, customer.company = company, company.name


def companies_named(names: Collection[str]) -> dict[str, tuple[int, str]]:
    """Of many names at once: as given → id and name of the record; those of nobody are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [list(names), f"{ERASED}%"])
        return {asked: (id_, name) for asked, id_, name in cursor.fetchall()}


def names_hold(names: Collection[str]) -> None:
    """Holds these names, in one order, until the transaction ends: of two who name a new company at once the second
    finds the first's."""
    keys = sorted({zlib.crc32(name.upper().encode()) - 2**31 for name in names})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, k) FROM unnest(%s::int[]) AS k", [LOCK, keys])


def company_renamed(company: Customer) -> None:
    """Her people say her new name."""
    company.people.exclude(company=company.name).update(company=company.name)


def kind_allowed(customer: Customer, kind: str) -> None:
    """A company with people stays one. Raises ValidationError."""
    if kind != Kind.COMPANY and customer.pk and customer.people.exists():
        raise ValidationError({"kind": _("People belong to this company. Give them another one first.")})
