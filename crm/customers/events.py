"""What other programs are told of customers: that something happened, never what. They read it as far as they may."""

from collections.abc import Collection
from datetime import datetime

from crm.customers.models import Customer
from crm.events.services import event_tell, events_tell


def customer_told_added(customer: Customer, at: datetime) -> None:
    event_tell("customer.added", {"customer": customer.pk}, at=at, agent=_owner(customer))


def customer_told_changed(customer: Customer, at: datetime) -> None:
    customers_told_changed([customer], at)


def customers_told_added(keys: Collection[int], at: datetime) -> None:
    """By an import: they have no owner yet."""
    events_tell("customer.added", [("", {"customer": key}) for key in keys], at=at)


def customers_told_changed(customers: Collection[Customer], at: datetime) -> None:
    told = [(_owner(one), {"customer": one.pk, "version": one.version}) for one in customers]
    events_tell("customer.changed", told, at=at)


def customers_told_gone(keys: Collection[int], at: datetime) -> None:
    """Erased, or taken away again with the import that brought them."""
    events_tell("customer.erased", [("", {"customer": key}) for key in keys], at=at)


def _owner(customer: Customer) -> str:
    return customer.owner.username if customer.owner else ""
