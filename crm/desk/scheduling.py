"""Calls that somebody wants made at a moment: of one customer, or of those who were ticked in the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from crm.access.holding import reach
from crm.accounts.models import User
from crm.campaigns.callbacks.services import callback_make
from crm.customers.models import Customer, CustomerNumber
from crm.customers.sight import customers_visible

MOST = 200
"""Customers in one request."""


@dataclass(frozen=True)
class Wish:
    """A customer and which of her numbers is to be called; ``wrong``: why that could not be set, once it was tried."""

    customer: Customer
    numbers: tuple[CustomerNumber, ...]
    chosen: str
    wrong: str = ""

    @property
    def several(self) -> bool:
        return len(self.numbers) > 1


def wishes(user: User, customers: Iterable[int], lines: Iterable[int] = ()) -> list[Wish]:
    """Of those of the customers whom she sees, by name; ``lines``: ids of the numbers that she chose, else the main
    ones."""
    ids = list(dict.fromkeys(customers))[:MOST]
    found = customers_visible(user).filter(pk__in=ids).prefetch_related("numbers").order_by("name", "id")
    wanted = set(lines)
    return [_wish(one, tuple(one.numbers.all()), wanted) for one in found]


def _wish(customer: Customer, numbers: tuple[CustomerNumber, ...], wanted: set[int]) -> Wish:
    chosen = next((one for one in numbers if one.pk in wanted), numbers[0] if numbers else None)
    return Wish(customer, numbers, chosen.number if chosen else "")


def callers(user: User) -> list[User]:
    """Who may be told to call: herself, and with ``callbacks.manage`` whom it covers, if they have a phone."""
    people = reach(user, "callbacks.manage").users() | User.objects.filter(pk=user.pk, is_active=True)
    return list(people.filter(extension__isnull=False).exclude(extension="").distinct().order_by("display_name"))


def calls_schedule(
    *, user: User, wanted: list[Wish], due_at: datetime, agent: User, note: str, untouched: bool
) -> tuple[int, list[Wish]]:
    """Sets a call for each that can have one; how many there are, and those that have none, each with the reason."""
    made, failed = 0, []
    for wish in wanted:
        try:
            with transaction.atomic():
                callback_make(
                    user=user, customer_id=wish.customer.pk, number=wish.chosen, due_at=due_at, agent=agent, note=note,
                    untouched=untouched,
                )  # fmt: skip
            made += 1
        except ValidationError as error:
            failed.append(Wish(wish.customer, wish.numbers, wish.chosen, " ".join(error.messages)))
        except PermissionDenied as error:
            failed.append(Wish(wish.customer, wish.numbers, wish.chosen, str(error)))
    return made, failed
