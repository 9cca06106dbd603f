"""Kinds of things that the palette finds, in the order in which they stand: one function each.

A function takes the user and what she wrote (never empty) and returns choices, the best first. Who may see what is
decided in the selectors that it asks.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.holding import may
from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.calls.filters import Filters
from crm.calls.models import CallRecord
from crm.calls.selectors import calls_recent, calls_visible
from crm.customers.searching import Found, customers_found
from crm.customers.sight import customers_visible
from crm.desk.selectors import takes_calls
from crm.navigation import places
from crm.palette.choices import MOST, Choice, best, rank
from crm.staff.selectors.people import people_found, within_sight

LOOK_BACK = timedelta(days=30)
"""How far calls are looked for by the end of a number; by the whole number or the id they are found however old."""
DIALLED = frozenset("0123456789+ ()-.*#")


class Kind(NamedTuple):
    code: str
    label: Any
    find: Callable[[User, str], list[Choice]]


def dials(user: User) -> bool:
    return may(user, "calls.dial") and takes_calls(user)


def dial(user: User, text: str) -> list[Choice]:
    """What she wrote is a number: dial it."""
    digits = sum(c.isdigit() for c in text)
    if digits < 2 or not set(text) <= DIALLED or not dials(user):
        return []
    return [Choice(f"dial:{text}", _("Dial %(number)s") % {"number": text}, icon="phone-outgoing", number=text)]


def pages(user: User, text: str) -> list[Choice]:
    """By their name in either language: who knows a page in one of them finds it."""
    found = []
    for entry in places(user):
        names = [str(entry.label)]
        for language in ("en", "zh-hans"):
            with translation.override(language):
                names.append(str(entry.label))
        choice = Choice(f"page:{entry.url}", names[0], icon=entry.icon, url=reverse(entry.url))
        found.append((rank(text, *names), choice))
    return best(found)


def customers(user: User, text: str) -> list[Choice]:
    """Customers whose page is open to her; Ctrl Enter calls them back at the number of their newest call."""
    if not may(user, "customers.see"):
        return []
    found = customers_found(user, text, MOST)
    keys = [one.customer.pk for one in found]
    open_to_her = set(customers_visible(user).filter(pk__in=keys).values_list("pk", flat=True))
    calls = calls_visible(user).filter(customer__in=keys, arrived_at__isnull=False).exclude(number="")
    newest = dict(calls.order_by("arrived_at").values_list("customer_id", "call_id")) if dials(user) else {}
    return best(
        (_fits(one, text), _customer(one, newest.get(one.customer.pk, "")))
        for one in found
        if one.customer.pk in open_to_her
    )


def _fits(one: Found, text: str) -> int:
    return 0 if one.place == "number" else min(3, rank(text, one.customer.name, one.customer.company))


def _customer(one: Found, call_id: str) -> Choice:
    customer = one.customer
    level = customer.get_level_display() if customer.level != "normal" else ""
    note = " · ".join(filter(None, (customer.company, str(level), one.words)))
    return Choice(
        f"customer:{customer.pk}", str(customer), note, "user", url=reverse("customer", args=[customer.pk]),
        call_id=call_id,
    )  # fmt: skip


def calls(user: User, text: str) -> list[Choice]:
    """Calls by their id or its beginning, by a whole number, or by the end of one as far as she may search by it."""
    if not may(user, "calls.see"):
        return []
    whole = sees_whole(user)
    found: Iterable[CallRecord] = ()
    if set(text) <= DIALLED and sum(c.isdigit() for c in text) >= 4:
        number = Filters(number=text, whole=whole).query()["number"]
        since = None if number.startswith("+") else timezone.now() - LOOK_BACK
        found = calls_recent(user, number=number, since=since, limit=MOST)
    elif len(text) >= 6 and " " not in text:
        found = calls_visible(user).filter(call_id__startswith=text).select_related("customer")[:MOST]
    return [_call(record, whole) for record in found]


def _call(record: CallRecord, whole: bool) -> Choice:
    shown = shown_number(record.number, whole=whole) or _("Number withheld")
    when = timezone.localtime(record.arrived_at).strftime("%Y-%m-%d %H:%M") if record.arrived_at else ""
    title = " · ".join(filter(None, (str(record.customer) if record.customer else "", shown)))
    icon = "phone-outgoing" if record.direction == "outbound" else "phone-incoming"
    url = reverse("call", args=[record.call_id])
    return Choice(f"call:{record.call_id}", title, when, icon, url=url, call_id=record.call_id if record.number else "")


def people(user: User, text: str) -> list[Choice]:
    """Whom she may see leads to that person's page; to who dials, the others are colleagues with an extension."""
    seen = {person.pk: person for person in people_found(within_sight(user), text)}
    found = dict(seen)
    if dials(user):
        colleagues = User.objects.filter(extension__isnull=False).exclude(pk=user.pk)
        found |= {person.pk: person for person in people_found(colleagues, text)}
    return best(
        (min(3, rank(text, str(person), person.username, person.extension)), _person(user, person, person.pk in seen))
        for person in found.values()
    )


def _person(user: User, person: User, seen: bool) -> Choice:
    note = " · ".join(filter(None, (person.extension, str(person.department or ""))))
    number = person.extension or "" if person.pk != user.pk and dials(user) else ""
    url = reverse("staff_user", args=[person.pk]) if seen else ""
    return Choice(f"person:{person.pk}", str(person), note, "headset", url=url, number=number)


def actions(user: User, text: str) -> list[Choice]:
    """What she can do on any page. Her state is changed on the desk, where it can be seen."""
    known = (
        ("theme", "sun-moon", gettext_lazy("Light or dark")),
        ("language", "language", gettext_lazy("Change the language (中文 / English)")),
        ("logout", "logout", gettext_lazy("Log out")),
    )
    found = []
    for code, icon, label in known:
        names = [str(label)]
        for language in ("en", "zh-hans"):
            with translation.override(language):
                names.append(str(label))
        found.append((rank(text, *names), Choice(f"act:{code}", names[0], icon=icon, act=code)))
    return best(found)


KINDS = (
    Kind("dial", gettext_lazy("Dial"), dial),
    Kind("pages", gettext_lazy("Pages"), pages),
    Kind("customers", gettext_lazy("Customers"), customers),
    Kind("people", gettext_lazy("Colleagues"), people),
    Kind("calls", gettext_lazy("Calls"), calls),
    Kind("actions", gettext_lazy("Actions"), actions),
)


def found(user: User, text: str) -> list[dict[str, Any]]:
    """Kinds in which something was found, each with its label and choices, for the page; the kind that holds the best
    choice first."""
    asked = text.strip()
    groups = [(kind, choices) for kind in KINDS if asked and (choices := kind.find(user, asked))]
    groups.sort(key=lambda group: group[1][0].place)
    return [
        {"kind": kind.code, "label": str(kind.label), "choices": [choice.told() for choice in choices]}
        for kind, choices in groups
    ]
