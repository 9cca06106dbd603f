"""Finding customers by what is known of them: number, name, company, note, searchable fields of the centre, and what
was noted on recent calls."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Reverse
from django.utils import timezone

from crm import among  # noqa: F401  the lookups
from crm.access.holding import may
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.calls.selectors import calls_visible
from crm.customers.models import Customer, CustomerNumber
from crm.customers.sight import customers_known, customers_visible
from crm.numbers import e164

SHOWN_AT_THE_END = 4
"""Digits of a masked number that may be searched for: more would tell digit after digit."""
SHORTEST = 2
"""Of Latin letters: one is in every name. One Chinese character is a family."""
FEW = 2_000
"""Up to so many customers are named to the database by their keys."""
RECENT_DAYS = 30
RECENT_CALLS = 50
AROUND = 24
INNER = ("note", "words")
"""Places that are searched only where she sees the customer."""
_NUMBER = re.compile(r"[0-9+()./ -]{4,32}\Z")


@dataclass(frozen=True)
class Found:
    """``place``: where the words stand (number, name, company, note, words of the centre's fields, call). ``words``:
    the piece of the note or the field."""

    customer: Customer
    place: str
    words: str = ""


def customers_matching(user: User, text: str, permission: str = "customers.see") -> QuerySet[Customer]:
    """Whom the permission reaches, with the words in any place but calls."""
    seen = customers_visible(user, permission)
    if not text:
        return seen
    places = _places(user, text)
    if not places:
        return seen.none()
    first, *others = (place.order_by().values_list("pk", flat=True) for place in places.values())
    keys = first.union(*others) if others else first
    few = list(keys[: FEW + 1])
    # By their keys: of a subquery the planner thinks that its customers are soon met on a walk through all of them.
    return seen.filter(pk__named=few) if len(few) <= FEW else seen.filter(pk__in=keys)


def customers_found(user: User, text: str, limit: int = 8) -> list[Found]:
    """The likeliest first: by number, name and company, then by notes, each customer once.

    Who holds ``customers.find`` finds everybody by number, name and company; notes and fields are searched where she
    sees the customer.
    """
    anybody = customers_known() if may(user, "customers.find") else customers_visible(user)
    found: dict[int, Found] = {}
    for place, wanted in _places(user, text).items():
        within = customers_visible(user) if place in INNER else anybody
        keys = wanted.order_by().values("pk")
        for one in within.filter(pk__in=keys).select_related("owner").order_by("name", "id")[:limit]:
            found.setdefault(one.pk, Found(one, place, _around(getattr(one, place), text) if place in INNER else ""))
        if len(found) >= limit:
            break
    if len(found) < limit and long_enough(text):
        for one in _by_calls(user, text):
            found.setdefault(one.customer.pk, one)
    return list(found.values())[:limit]


def long_enough(text: str) -> bool:
    """Whether these words tell anything."""
    return len(text) >= (SHORTEST if text.isascii() else 1)


def _places(user: User, text: str) -> dict[str, QuerySet[Any]]:
    """Place → customers who have the words there. Each is answered by an index of its own."""
    places: dict[str, QuerySet[Any]] = {}
    number = _by_number(text, whole=sees_whole(user))
    if number is not None:
        places["number"] = Customer.objects.filter(pk__in=number.values("customer_id"))
    if long_enough(text):
        for place in ("name", "company", *INNER):
            places[place] = Customer.objects.filter(**{f"{place}__icontains": text})
    return places


def _by_number(text: str, *, whole: bool) -> QuerySet[CustomerNumber] | None:
    """A whole number however written, or the end of one."""
    number = e164(text)
    if number:
        return CustomerNumber.objects.filter(number=number)
    digits = "".join(c for c in text if c in "0123456789")
    ends = len(digits) >= SHOWN_AT_THE_END if whole else len(digits) == SHOWN_AT_THE_END
    if not ends or not _NUMBER.match(text):
        return None
    return CustomerNumber.objects.annotate(end=Reverse("number")).filter(end__startswith=digits[::-1])


def _by_calls(user: User, text: str) -> list[Found]:
    """Customers of recent calls that she may see, by what was noted on them; the newest first."""
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    calls = calls_visible(user).filter(arrived_at__gte=since, customer__isnull=False, note__icontains=text)
    calls = calls.exclude(note="").select_related("customer__owner").order_by("-arrived_at")[:RECENT_CALLS]
    return [Found(call.customer, "call", _around(call.note, text)) for call in calls]


def _around(note: str, text: str) -> str:
    """The line of a note in which the words stand, cut off at both ends."""
    at = max(0, note.casefold().find(text.casefold()))
    begin = max(0, note.rfind("\n", 0, at) + 1, at - AROUND)
    piece = note[begin : at + len(text) + AROUND].split("\n")[0].strip()
    return f"{'…' if begin and note[begin - 1] != chr(10) else ''}{piece}"
