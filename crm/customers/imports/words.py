"""An import in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.customers.models import Package

COUNTS = {
    "added": gettext_noop("Added"),
    "updated": gettext_noop("Changed"),
    "same": gettext_noop("There already"),
    "companies": gettext_noop("Companies added"),
    "twice": gettext_noop("Twice in the file"),
    "blacklisted": gettext_noop("On the black list"),
    "do_not_call": gettext_noop("Do not call"),
    "wrong": gettext_noop("Wrong"),
}
UNDONE = {
    "removed": gettext_noop("Removed again"),
    "restored": gettext_noop("Changed back"),
    "kept_calls": gettext_noop("Kept: had calls since"),
    "kept_used": gettext_noop("Kept: in use elsewhere"),
    "kept_edits": gettext_noop("Kept: changed since"),
}
BAD = ("twice", "blacklisted", "do_not_call", "wrong")
REASONS = {
    "not_allowed": gettext_noop("Who ordered it may not import any more."),
    "given_up": gettext_noop("It broke off five times. Tell your administrator."),
    "unreadable": gettext_noop("The file cannot be read to its end."),
    "disk": gettext_noop("The file is not there or cannot be read: the disk is full or away. Tell your administrator."),
    "erased": gettext_noop("It ended because somebody was erased whom the file may name."),
}


@dataclass(frozen=True)
class Count:
    """``bad``: of rows that were not taken for what they say."""

    code: str
    label: str
    n: int
    bad: bool


def counts(package: Package) -> list[Count]:
    """What became of the rows, what there is of it."""
    return _told(package, COUNTS)


def undone(package: Package) -> list[Count]:
    """What became of the customers when it was undone."""
    return _told(package, UNDONE)


def bad_count(package: Package) -> int:
    return sum(package.counts.get(code, 0) for code in BAD)


def reason(package: Package) -> str:
    """Why it failed or ended; "" for none."""
    return _(REASONS[package.reason]) if package.reason in REASONS else ""


def rows(package: Package) -> int:
    """Of the file, as far as they were looked at."""
    return package.counts.get("rows", package.done)


def percent(package: Package) -> int:
    return min(100, 100 * package.done // package.total) if package.total else 0


def _told(package: Package, words: dict[str, str]) -> list[Count]:
    said = package.counts
    return [Count(code, _(word), said[code], code in BAD) for code, word in words.items() if said.get(code)]
