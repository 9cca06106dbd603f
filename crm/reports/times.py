"""Times in words, and the times that another one is compared with."""

from datetime import date, timedelta, tzinfo

from django.utils.translation import gettext as _

from crm.reports.periods import Span, Step

WEEK = timedelta(7)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday(day: date) -> str:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")][day.weekday()]


def label(bucket: Span, step: Step, zone: tzinfo) -> str:
    """How the row of a day or longer is called; the first and the last week may be shorter than seven days."""
    first = bucket.start.astimezone(zone).date()
    last = (bucket.end.astimezone(zone) - timedelta(microseconds=1)).date()
    match step:
        case Step.WEEK:
            return f"{first} – {last:%m-%d}"
        case Step.MONTH:
            return f"{first:%Y-%m}"
    return f"{first} {weekday(first)}"


def before(since: date, until: date, compare: str, step: Step) -> tuple[date, date]:
    """First and last day of the other time: the same weekdays a week earlier, or as many days (with months: as many
    months) just before."""
    if compare == "week" and step != Step.MONTH:
        return since - WEEK, until - WEEK
    if step == Step.MONTH:
        months = (until.year - since.year) * 12 + until.month - since.month + 1
        return _months_back(since.replace(day=1), months), since.replace(day=1) - timedelta(1)
    length = until - since + timedelta(1)
    return since - length, since - timedelta(1)


def _months_back(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1)
