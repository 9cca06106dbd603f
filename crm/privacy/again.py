"""Erasures that a restored backup no longer knows are done again, from the book."""

import json
from datetime import datetime
from pathlib import Path

from crm.calls.erased.tokens import digest
from crm.calls.models import CallRecord, ErasedNumber
from crm.campaigns.erased import campaigns_know, campaigns_numbers
from crm.customers.models import Customer
from crm.numberlists.selectors import listed, numbers_listed
from crm.numbers import ERASED
from crm.privacy.erasing import erasure_run
from crm.privacy.models import Erasure

AGAIN = "again after a restore"


def erase_again(path: Path) -> int:
    """Does again what the file tells and the database does not know; returns how many erasures that were.

    A centre that was restored with another SECRET_KEY knows no digest again: then only customers are found.
    """
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    known = {digest(number): number for number in _numbers()}
    return sum(_again(line, known) for line in lines)


def _again(line: dict, known: dict[str, str]) -> bool:
    at = datetime.fromisoformat(line["at"])
    for one, token in line["numbers"].items():
        ErasedNumber.objects.get_or_create(digest=one, defaults={"token": token, "erased_at": at})
    numbers = [known[one] for one in line["numbers"] if one in known]
    until = CallRecord.objects.filter(number_e164__in=numbers, arrived_at__lt=at)
    names = set(until.values_list("caller_name", flat=True)) if numbers else set()
    customers = _customers(line["customers"])
    if not (until.exists() or customers or listed(numbers).exists() or campaigns_know(numbers)):
        return False
    names |= {word for one in customers for word in (one.name, one.company)}
    pending = {"numbers": numbers, "names": sorted(name for name in names if len(name.strip()) > 1)}
    made = Erasure.objects.create(reason=AGAIN, customers=[one.pk for one in customers], pending=pending)
    Erasure.objects.filter(pk=made.pk).update(asked_at=at)
    erasure_run(made.pk)
    return True


def _numbers() -> list[str]:
    found = CallRecord.objects.exclude(number_e164="").exclude(number_e164__startswith=ERASED)
    calls = found.values_list("number_e164", flat=True).distinct()
    return list({*calls, *numbers_listed(), *campaigns_numbers()})


def _customers(keys: list[int]) -> list[Customer]:
    return list(Customer.objects.filter(pk__in=keys).exclude(name__startswith=ERASED))
