"""What is asked of a report, from the address of its page; the same words order a file or are kept with its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date

from crm.reports.periods import Step

SPANS = ("today", "yesterday", "week", "last_week", "month", "last_month")
"""Quick choices instead of two days: they move on with the calendar. ``week``: seven days with today; ``last_week``:
Monday to Sunday before this one; ``month``: this one so far."""
ROWS = ("time", "each", "both")
"""One row for each time, for each queue (agent, trunk), or for each of both."""
ATTRIBUTIONS = ("offered", "event")
VARIANTS = tuple("ABCDEFG")
COMPARED = ("", "week", "before")
"""With the same weekday of the week before, or with as long a time before."""
KINDS = ("disposition", "queue", "entry")
LONGEST = {Step.HALF_HOUR: 31, Step.HOUR: 62, Step.DAY: 800, Step.WEEK: 2000, Step.MONTH: 4000}
"""Step → days that are shown by it at most; of more the next longer step is shown."""
MOST_CHOSEN = 500


@dataclass(frozen=True)
class Question:
    """``since`` and ``until`` are business days, both included; of a quick choice (``span``) as of now. Nobody chosen
    means all whom the asker may see; departments stand for those below them, too."""

    report: str = ""
    span: str = ""
    since: date = field(default_factory=timezone.localdate)
    until: date = field(default_factory=timezone.localdate)
    step: Step = Step.HALF_HOUR
    rows: str = "time"
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    departments: tuple[int, ...] = ()
    trunks: tuple[str, ...] = ()
    attribution: str = "offered"
    variant: str = "B"
    compare: str = ""
    kind: str = "disposition"

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def grain(self) -> tuple[Step | None, bool]:
        """How finely the rollups have to be read for its rows: the step, None for the whole time at once, and whether
        all are read together."""
        return (None if self.rows == "each" else self.step, self.rows == "time")

    def said(self) -> dict[str, str]:
        """In plain words of an address; ``question`` makes the same of them. What is usual is left out."""
        usual = Question(report=self.report, span=self.span, since=self.since, until=self.until)
        said = {"span": self.span} if self.span else {"since": str(self.since), "until": str(self.until)}
        said = {"report": self.report} | said | {"step": self.step.value, "rows": self.rows}
        for name in ("attribution", "variant", "compare", "kind"):
            if getattr(self, name) != getattr(usual, name):
                said[name] = getattr(self, name)
        for name in ("queues", "agents", "departments", "trunks"):
            if getattr(self, name):
                said[name] = ",".join(map(str, getattr(self, name)))
        return said

    def address(self) -> str:
        """The query of the report's page."""
        return "?" + urlencode({name: value for name, value in self.said().items() if name != "report"}, safe=",")


def question(
    asked: Mapping[str, str], *, report: str = "", span: str = "today", step: str = "", rows: str = "time"
) -> Question:
    """Never raises: what makes no sense is what is usual (``span``, ``step`` and ``rows`` of the report). A step too
    fine for so many days becomes a longer one. Days win over a quick choice; turned round they are put right.
    ``report``: its code, where the address does not say it."""
    since, until = _day(asked, "since"), _day(asked, "until")
    chosen = "" if since or until else _one_of(asked, "span", SPANS, span)
    if chosen:
        first, last = days_of(chosen, timezone.localdate())
    else:
        first, last = since or until, until or since
        assert first and last
        first, last = min(first, last), max(first, last)
        first = max(first, last - timedelta(LONGEST[Step.MONTH] - 1))
    return Question(
        report=report or _text(asked, "report"),
        span=chosen,
        since=first,
        until=last,
        step=_step(_one_of(asked, "step", [one.value for one in Step], step), (last - first).days + 1),
        rows=_one_of(asked, "rows", ROWS, rows),
        queues=_many(asked, "queues"),
        agents=_many(asked, "agents"),
        departments=tuple(int(one) for one in _many(asked, "departments") if one.isascii() and one.isdigit())[:99],
        trunks=_many(asked, "trunks"),
        attribution=_one_of(asked, "attribution", ATTRIBUTIONS, ATTRIBUTIONS[0]),
        variant=_one_of(asked, "variant", VARIANTS, "B"),
        compare=_one_of(asked, "compare", COMPARED, ""),
        kind=_one_of(asked, "kind", KINDS, KINDS[0]),
    )


def days_of(span: str, today: date) -> tuple[date, date]:
    """First and last day of a quick choice, as of a day."""
    monday, first = today - timedelta(today.weekday()), today.replace(day=1)
    ends = first - timedelta(1)
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(1),) * 2,
        "week": (today - timedelta(6), today),
        "last_week": (monday - timedelta(7), monday - timedelta(1)),
        "month": (first, today),
        "last_month": (ends.replace(day=1), ends),
    }[span]


def _step(said: str, days: int) -> Step:
    """The step that was said, or the first longer one that is not too fine; unsaid: what shows a good many rows."""
    wanted = Step(said) if said else Step.HALF_HOUR if days == 1 else Step.DAY if days <= 92 else Step.MONTH
    order = list(LONGEST)
    return next((one for one in order[order.index(wanted) :] if days <= LONGEST[one]), order[-1])


def _one_of(asked: Mapping[str, str], name: str, known: object, usual: str) -> str:
    said = asked.get(name)
    return said if isinstance(said, str) and said in known else usual  # type: ignore[operator]


def _text(asked: Mapping[str, str], name: str) -> str:
    given = asked.get(name, "").replace("\x00", "").encode("utf-8", "ignore").decode()
    return given.strip()[:64]


def _many(asked: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Several at once: by commas, or (from a form) by several fields of the name. Sorted, each once."""
    several = asked.getlist(name) if hasattr(asked, "getlist") else [asked.get(name, "")]
    parts = {part.strip()[:64] for text in several for part in text.replace("\x00", "").split(",")}
    clean = {part.encode("utf-8", "ignore").decode() for part in parts}
    return tuple(sorted(clean - {""}))[:MOST_CHOSEN]


def _day(asked: Mapping[str, str], name: str) -> date | None:
    try:
        day = parse_date(asked.get(name, ""))
    except ValueError:
        return None
    return day if day and date(1970, 1, 12) < day < date(9998, 1, 1) else None
