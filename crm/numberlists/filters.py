"""The filters of the page of lists, from its address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.numberlists.models import Kind, ListedNumber, NumberList, Way
from crm.numberlists.selectors import naming
from crm.numberlists.typed import number_of

PAGE = 50
END = 4
"""Digits by which somebody finds a number that she sees masked."""
STATES = ("now", "later", "over")


@dataclass(frozen=True)
class Filters:
    """What was asked for; what makes no sense was left out. ``before``: lines added earlier than this id."""

    text: str = ""
    list: str = ""
    way: str = ""
    state: str = ""
    before: int = 0

    @property
    def any(self) -> bool:
        return bool(self.text or self.list or self.way or self.state)

    def address(self, **place: int) -> str:
        asked = {"q": self.text, "list": self.list, "way": self.way, "state": self.state, **place}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def filters(asked: QueryDict) -> Filters:
    which, way, state = (asked.get(name, "") for name in ("list", "way", "state"))
    before = asked.get("before", "")
    return Filters(
        text="".join(asked.get("q", "").replace("\x00", "").split())[:40],
        list=which if which in NumberList.values else "",
        way=way if way in Way.values else "",
        state=state if state in STATES else "",
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0,
    )


def entries_found(user: User, asked: Filters) -> QuerySet[ListedNumber]:
    """The lines that fit, the newest first. A whole number finds the segments that name it, too."""
    found = ListedNumber.objects.select_related("added_by").order_by("-pk")
    if asked.list:
        found = found.filter(list=asked.list)
    if asked.way:
        found = found.filter(way__in=[asked.way, Way.BOTH])
    now = timezone.now()
    begun = Q(since__isnull=True) | Q(since__lte=now)
    over = Q(until__lte=now)
    if asked.state:
        found = found.filter({"now": begun & ~over, "later": ~begun, "over": over}[asked.state])
    return found.filter(_matching(user, asked.text)) if asked.text else found


def _matching(user: User, text: str) -> Q:
    number = number_of(text)
    named = Q(pk__in=naming([number]).values("pk")) if number else Q(pk__in=[])
    part = text.strip("*").lstrip("+")
    if not part.isascii() or not part.isdigit():
        return named
    if sees_whole(user):
        return named | Q(first__contains=part) & ~Q(kind=Kind.ERASED) | Q(kind=Kind.RANGE, last__contains=part)
    return named | Q(kind=Kind.NUMBER, first__endswith=part) if len(part) == END else named
