"""Everything that can be had as a file: the reports, and the lists of rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from crm.accounts.models import User
from crm.calls.filters import PERSONAL
from crm.calls.filters import SPANS as CALL_SPANS
from crm.reports.answering import REPORTS, answer
from crm.reports.asking import SPANS, Question, days_of, question
from crm.reports.files.sheet import Sheet, sheet_of
from crm.reports.lost.asking import asked as lost_asked
from crm.reports.lost.sheet import TITLE as LOST_TITLE
from crm.reports.lost.sheet import lost_sheet
from crm.reports.scope import SEE
from crm.reports.staterecord.asking import asked as record_asked
from crm.reports.staterecord.sheet import TITLE as RECORD_TITLE
from crm.reports.staterecord.sheet import record_sheet

Said = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """``sees`` and ``needs``: the permissions that its page and a file of it take; ``sheet``: it, as far as the user
    may see it, raises PermissionDenied; ``clean``: what is asked, in known words alone; ``page``: name of the address
    of its page."""

    code: str
    title: Any
    sees: str
    needs: str
    sheet: Callable[[User, Said], Sheet]
    clean: Callable[[Said], dict[str, str]]
    page: str
    spans: tuple[str, ...]
    """Quick choices of days that it knows."""


LISTS = {
    source.code: source
    for source in (
        Source("lost_calls", LOST_TITLE, "calls.see", "calls.export", lost_sheet,
               lambda said: lost_asked(said, whole=True).said(), "lost_calls", CALL_SPANS),
        Source("state_record", RECORD_TITLE, SEE, "reports.export", record_sheet,
               lambda said: record_asked(said).said(), "state_record", CALL_SPANS),
    )
}  # fmt: skip


def source_of(code: str) -> Source | None:
    """None when there is no such report or list."""
    if code in LISTS:
        return LISTS[code]
    report = REPORTS.get(code)
    if report is None:
        return None

    def asked(said: Said) -> Question:
        return question(said, report=code, **report.usual)

    return Source(
        code, report.title, SEE, "reports.export", lambda user, said: sheet_of(answer(user, asked(said))),
        lambda said: asked(said).said(), "report", SPANS,
    )  # fmt: skip


def address_of(source: Source, said: Said) -> str:
    """The page on which the same is shown."""
    there = reverse(source.page) if source.code in LISTS else reverse(source.page, args=[source.code])
    query = {name: value for name, value in source.clean(said).items() if name != "report"}
    return f"{there}?{urlencode(query, safe=',')}"


def impersonal(said: Said) -> dict[str, str]:
    """Without what may say who somebody is."""
    return {name: value for name, value in said.items() if name not in PERSONAL}


def as_of(said: Said, today: date) -> dict[str, str]:
    """The same question with the days that a quick choice meant on that day."""
    span = said.get("span", "")
    if span not in SPANS:
        return dict(said)
    since, until = days_of(span, today)
    return {name: value for name, value in said.items() if name != "span"} | {"since": str(since), "until": str(until)}
