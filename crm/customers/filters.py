"""The filters of the list of customers, from the address of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from crm.accounts.models import User
from crm.customers.fields.filtering import Wish, wished, wishes
from crm.customers.imports.selectors import package_customers
from crm.customers.models import Customer, CustomerField, Kind, Level
from crm.customers.searching import customers_matching

PAGE = 50
NOBODY = "none"


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out. ``owner``: id of a user, or NOBODY; ``project`` and
    ``package`` (an import): ids.

    Pages begin beside a customer, not at a number: how far back they lie does not matter. ``before``: those added
    earlier than this id; ``after``: later ones, 0 for none.
    """

    text: str = ""
    kind: str = ""
    level: str = ""
    owner: str = ""
    project: int = 0
    package: int = 0
    wishes: tuple[Wish, ...] = ()
    before: int = 0
    after: int = 0

    @property
    def any(self) -> bool:
        return bool(self.said())

    @property
    def narrow(self) -> int:
        """How many filters are set that are not on the page at once."""
        return bool(self.kind) + bool(self.project) + len(self.wishes)

    def said(self) -> dict[str, list[str]]:
        """Without the place: name → texts, for an address or an order."""
        plain = {"q": self.text, "kind": self.kind, "level": self.level, "owner": self.owner, "project": self.project}
        plain["package"] = self.package
        told = {name: [str(value)] for name, value in plain.items() if value}
        for wish in self.wishes:
            told |= wish.said()
        return told

    def address(self, **place: int) -> str:
        """Query string of a page of the same list."""
        return "?" + urlencode(self.said() | {name: [value] for name, value in place.items() if value}, doseq=True)


@dataclass(frozen=True)
class Page:
    """The customers, the newest first; addresses of its neighbours, "" where there are none."""

    rows: list[Customer]
    newer: str
    older: str


def page_of(user: User, asked: Filters) -> Page:
    """Those whom she sees, as the filters ask."""
    found = customers_asked(user, asked).select_related("owner")
    if asked.after:
        rows = list(found.filter(pk__gt=asked.after).order_by("pk")[: PAGE + 1])[::-1]
        newer, older, rows = len(rows) > PAGE, True, rows[-PAGE:]
    else:
        rows = list((found.filter(pk__lt=asked.before) if asked.before else found).order_by("-pk")[: PAGE + 1])
        newer, older, rows = bool(asked.before), len(rows) > PAGE, rows[:PAGE]
    return Page(
        rows,
        asked.address(after=rows[0].pk) if newer and rows else "",
        asked.address(before=rows[-1].pk) if older and rows else "",
    )


def filters(asked: QueryDict, fields: Iterable[CustomerField] = ()) -> Filters:
    """``fields``: those of the centre that may be asked for."""
    level, owner, kind = asked.get("level", ""), asked.get("owner", ""), asked.get("kind", "")
    return Filters(
        text=" ".join(asked.get("q", "").replace("\x00", "").split())[:64],
        kind=kind if kind in Kind.values else "",
        level=level if level in Level.values else "",
        owner=owner if owner == NOBODY or number(owner) else "",
        project=number(asked.get("project", "")),
        package=number(asked.get("package", "")),
        wishes=wishes(fields, asked),
        before=number(asked.get("before", "")),
        after=number(asked.get("after", "")),
    )


def filters_said(said: Mapping[str, list[str]], fields: Iterable[CustomerField]) -> Filters:
    """From what ``Filters.said`` told."""
    asked = QueryDict(mutable=True)
    for name, texts in said.items():
        asked.setlist(name, texts)
    return filters(asked, fields)


def number(text: str) -> int:
    """An id from an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def customers_asked(user: User, asked: Filters, permission: str = "customers.see") -> QuerySet[Customer]:
    """Those whom the permission reaches, as the filters ask."""
    found = customers_matching(user, asked.text, permission)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.level:
        found = found.filter(level=asked.level)
    if asked.owner:
        found = found.filter(owner=None if asked.owner == NOBODY else number(asked.owner))
    if asked.project:
        found = found.filter(pk__in=Customer.projects.through.objects.filter(project=asked.project).values("customer"))
    if asked.package:
        found = found.filter(pk__in=package_customers(asked.package).order_by().values("pk"))
    return wished(found, asked.wishes)
