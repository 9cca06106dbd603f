"""Which of a customer's numbers a campaign calls."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from crm import among  # noqa: F401  the lookup
from crm.campaigns.guard.counts import COUNTED
from crm.campaigns.hours.zones import zone_of
from crm.campaigns.models import Attempt, Campaign, ClosedNumber
from crm.customers.models import CustomerNumber
from crm.numberlists.selectors import verdicts
from switchctl.contract import numberlists

NO_NUMBER, LISTED, CLOSED = "no_number", "listed", "closed"


@dataclass(frozen=True)
class Choice:
    """The first number that may be called at some hour, and its zones; or why there is none: no_number, listed,
    closed."""

    number: str = ""
    zone: str = ""
    why: str = ""


def choices(customers: Iterable[int], at: datetime) -> dict[int, Choice]:
    """Of many customers, in the order in which their numbers stand. Three queries and those of the lists."""
    numbers = _numbers(list(customers))
    closed, listed = _useless(numbers, at)
    return {customer: _first(hers, customer, closed, listed) for customer, hers in numbers.items()}


def next_choices(campaign: Campaign, tried: Mapping[int, str], at: datetime) -> dict[int, Choice]:
    """Customer → the number that stands behind the one that was tried; those that are no use, and those that were
    called as often as may be in this campaign, are passed by."""
    behind = {}
    for customer, mine in _numbers(list(tried)).items():
        number = tried[customer]
        behind[customer] = mine[mine.index(number) + 1 :] if number in mine else mine
    spent = numbers_spent(campaign, {number for hers in behind.values() for number in hers})
    behind = {customer: [number for number in hers if number not in spent] for customer, hers in behind.items()}
    closed, listed = _useless(behind, at)
    return {customer: _first(hers, customer, closed, listed) for customer, hers in behind.items()}


def numbers_spent(campaign: Campaign, numbers: Collection[str]) -> set[str]:
    """Those that were called as often as may be in this campaign."""
    if not numbers:
        return set()
    called = Attempt.objects.filter(campaign=campaign, number__among=list(numbers), state__in=COUNTED).order_by()
    counts = called.values("number").annotate(calls=Count("id")).filter(calls__gte=campaign.number_in_all)
    return set(counts.values_list("number", flat=True))


def _numbers(customers: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {customer: [] for customer in customers}
    rows = CustomerNumber.objects.filter(customer_id__among=customers).order_by("customer_id", "place", "id")
    for customer, number in rows.values_list("customer_id", "number"):
        found[customer].append(number)
    return found


def _useless(numbers: dict[int, list[str]], at: datetime) -> tuple[set[tuple[str, int]], set[str]]:
    """(number, customer) that are closed, and numbers that nobody may call."""
    every = {number for hers in numbers.values() for number in hers}
    if not every:
        return set(), set()
    told = ClosedNumber.objects.filter(customer_id__among=list(numbers))
    closed = set(told.values_list("number", "customer_id"))
    said = verdicts(every, numberlists.OUT, at, kept=True)
    return closed, {number for number in every if not said[number].allowed}


def _first(numbers: list[str], customer: int, closed: set[tuple[str, int]], listed: set[str]) -> Choice:
    why = set()
    for number in numbers:
        zone = zone_of(number)
        if number in listed:
            why.add(LISTED)
        elif (number, customer) in closed:
            why.add(CLOSED)
        elif zone:
            return Choice(number, zone)
    return Choice(why=next((reason for reason in (LISTED, CLOSED) if reason in why), NO_NUMBER))
