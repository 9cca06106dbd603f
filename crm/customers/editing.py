"""What people change of customers: allowed by a role, customer by customer, and nobody overwrites another unseen."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import reach, refusal, require
from crm.accounts.models import User
from crm.customers.companies import company_renamed, employer_put, kind_allowed
from crm.customers.events import customer_told_changed
from crm.customers.models import Customer, CustomerNumber, Kind, NumberLabel, Project
from crm.customers.services import customer_add, customer_number_add, customer_values_put
from crm.customers.sight import customers_visible
from crm.customers.telling import customer_told
from crm.numbers import ERASED

FIELDS = ("kind", "name", "company", "level", "owner", "note")
MOST_NUMBERS = 20


class Stale(Exception):
    """Somebody changed the customer in between; ``customer`` is as she is now."""

    def __init__(self, customer: Customer) -> None:
        super().__init__(str(customer))
        self.customer = customer


@transaction.atomic
def customer_create(
    *,
    actor: User,
    fields: Mapping[str, Any],
    numbers: Sequence[str],
    projects: Collection[Project] = (),
    values: Mapping[str, Any] | None = None,
) -> Customer:
    """A new customer. ``fields``: some of FIELDS; ``values``: code of a field of the centre → what was typed. Raises
    PermissionDenied, and ValidationError by field."""
    require(actor, "customers.add")
    _owner_allowed(actor, "customers.add", fields.get("owner"))
    _name_allowed(fields.get("name", ""))
    company = fields.get("company", "")
    made = customer_add(**{"name": "", **fields, "company": "", "numbers": []})
    employer_put(made, company, actor)
    made.projects.set(projects)
    customer_values_put(customer=made, typed=values or {}, user=actor, required=values is not None)
    made.changed_by, made.changed_at = actor, timezone.now()
    made.save()
    _numbers_add(made, numbers)
    customer_told(made)
    return made


@transaction.atomic
def customer_change(
    *,
    actor: User,
    customer_id: int,
    version: int | None,
    fields: Mapping[str, Any] | None = None,
    numbers: Sequence[str] = (),
    removed: Collection[int] = (),
    labels: Mapping[int, str] | None = None,
    main: int | None = None,
    projects: Collection[Project] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Customer:
    """Changes some of FIELDS, adds ``numbers`` in any form, takes those with the ids ``removed`` away, labels others
    (id → label) and makes one the ``main`` one; sets her projects, and ``values`` of the centre's fields (code → what
    was typed; None: none are touched, nor asked for).

    ``version``: of the customer as the actor saw her; None for what cannot clash (a number more). Raises Stale,
    PermissionDenied also for one whom she does not see, and ValidationError by field.
    """
    allowed = customers_visible(actor, "customers.edit").filter(pk=customer_id).exists()
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first() if allowed else None
    if customer is None:
        raise PermissionDenied(refusal("customers.edit"))
    if version is not None and version != customer.version:
        raise Stale(customer)
    wanted = {name: value for name, value in (fields or {}).items() if getattr(customer, name) != value}
    if wanted.get("owner"):
        _owner_allowed(actor, "customers.edit", wanted["owner"])
    _name_allowed(wanted.get("name", ""))
    kind_allowed(customer, wanted.get("kind", customer.kind))
    company = wanted.pop("company", customer.company)
    for name, value in wanted.items():
        setattr(customer, name, value)
    customer.full_clean(validate_unique=False)
    if company != customer.company or wanted.get("kind") == Kind.COMPANY:
        employer_put(customer, company, actor)
        wanted["company"] = customer.company
    moved = projects is not None and {one.pk for one in projects} != set(customer.projects.values_list("pk", flat=True))
    if projects is not None and moved:
        customer.projects.set(projects)
    written = values is not None and customer_values_put(customer=customer, typed=values, user=actor)
    gone = customer.numbers.filter(pk__in=removed)
    named = _numbers_name(customer, labels or {}, main)
    if wanted or moved or written or numbers or named or gone.exists():
        customer.version += 1
        customer.changed_by, customer.changed_at = actor, timezone.now()
        customer.save()
        customer_told_changed(customer, customer.changed_at)
    if "name" in wanted and customer.kind == Kind.COMPANY:
        company_renamed(customer)
    for number in gone:
        number.delete()
    _numbers_add(customer, numbers)
    customer_told(customer)
    return customer


def _numbers_name(customer: Customer, labels: Mapping[int, str], main: int | None) -> bool:
    """Labels her numbers, and puts the main one first; whether that changed anything."""
    changed, rows = [], list(customer.numbers.all())
    if main is not None and main not in {row.pk for row in rows}:
        raise ValidationError({"main": _("This is no number of hers.")})
    if rows and rows[0].pk == main:
        main = None  # as it is
    for row in rows:
        label = labels.get(row.pk, row.label)
        place = row.place if main is None else 0 if row.pk == main else 1
        if label in NumberLabel.values and (label, place) != (row.label, row.place):
            row.label, row.place = label, place
            changed.append(row)
    CustomerNumber.objects.bulk_update(changed, ["label", "place"])
    return bool(changed)


def _numbers_add(customer: Customer, numbers: Sequence[str]) -> None:
    wrong = []
    for number in numbers:
        try:
            customer_number_add(customer=customer, number=number)
        except ValidationError as error:
            wrong += error.messages
    if wrong:
        raise ValidationError({"numbers": wrong})
    if customer.numbers.count() > MOST_NUMBERS:
        raise ValidationError({"numbers": _("A customer has at most %(n)s numbers.") % {"n": MOST_NUMBERS}})


def _name_allowed(name: str) -> None:
    if name.startswith(ERASED):
        raise ValidationError({"name": _("A name does not begin with %(sign)s.") % {"sign": ERASED}})


def _owner_allowed(actor: User, permission: str, owner: User | None) -> None:
    if owner is not None and not reach(actor, permission).covers(owner):
        raise ValidationError({"owner": _("You cannot give customers to %(who)s.") % {"who": owner}})
