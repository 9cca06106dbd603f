"""The lists as a sheet: its columns, and each row of one that somebody brings."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.access.holding import require
from crm.accounts.models import User
from crm.numberlists.models import ListedNumber, NumberList, Source, Way
from crm.numberlists.services import Line, entries_add
from crm.numberlists.typed import typed_number

ROWS_AT_MOST = 20_000
COLUMNS = {
    "number": gettext_lazy("Number or segment"),
    "list": gettext_lazy("List"),
    "way": gettext_lazy("Direction"),
    "reason": gettext_lazy("Reason"),
    "evidence": gettext_lazy("Evidence"),
    "since": pgettext_lazy("of a time", "From"),
    "until": pgettext_lazy("of a time", "Until"),
}
LANGUAGES = ("en", "zh-hans")
YEARS = range(1970, 9999)
FOR_EVER = 9999
"""An end in that year is none."""


@dataclass
class Row:
    """``number`` as an office program counts; ``reason`` is "" for a good one."""

    number: int
    cells: list[str]
    reason: str = ""
    line: Line | None = None


@dataclass
class Report:
    """What became of each row."""

    heads: list[str]
    rows: list[Row] = field(default_factory=list)

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.reason]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.reason]

    def bad_sheet(self) -> list[list[str]]:
        """The bad rows as they came, each with its reason in a column more."""
        return [[*self.heads, _("Reason")], *([*row.cells, row.reason] for row in self.bad)]


def heads() -> list[str]:
    return [str(words) for words in COLUMNS.values()]


def example() -> list[str]:
    return ["138001*", str(NumberList.BLACK.label), str(Way.BOTH.label), _("nuisance calls"), "", "", "2030-12-31"]


def sheet_rows(rows: Iterable[ListedNumber], shown: Callable[[ListedNumber], str]) -> Iterator[list[str]]:
    """What is exported; ``shown`` writes a number as the reader may see it."""
    for row in rows:
        number = shown(row)
        yield [
            number, str(row.get_list_display()), str(row.get_way_display()), row.reason, row.evidence,
            *(timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "" for at in (row.since, row.until)),
        ]  # fmt: skip


def entries_import(*, user: User, sheet: list[list[str]]) -> Report:
    """Takes the good rows. Raises PermissionDenied, and ValidationError for the sheet as a whole."""
    require(user, "lists.manage")
    filled = [(number, row) for number, row in enumerate(sheet[1:], 2) if any(row)]
    if not sheet or not filled:
        raise ValidationError(_("The file holds no numbers."))
    if len(filled) > ROWS_AT_MOST:
        raise ValidationError(
            _("At most %(n)s rows at once; this file has %(has)s.") % {"n": ROWS_AT_MOST, "has": len(filled)}
        )
    keys = _keys(sheet[0])
    width = len(sheet[0])
    report = Report(sheet[0], [_read(number, (row + [""] * width)[:width], keys) for number, row in filled])
    good = report.good
    added = entries_add(user=user, lines=[row.line for row in good if row.line], source=Source.IMPORT)
    for row, made in zip(good, added, strict=True):
        if made is None:
            row.reason = _("This is on the list already, for the same direction.")
    return report


def _keys(found: list[str]) -> list[str]:
    """Which column each head names, in either language; "" for one that is not known."""
    names = {key: key for key in COLUMNS}
    for language in LANGUAGES:
        with translation.override(language):
            names |= {str(words).lower(): key for key, words in COLUMNS.items()}
    keys = [names.get(head.strip().lower(), "") for head in found]
    for key in ("number", "list"):
        if key not in keys:
            raise ValidationError(_("The column “%(name)s” is missing.") % {"name": COLUMNS[key]})
    return keys


def _read(number: int, cells: list[str], keys: list[str]) -> Row:
    row = Row(number, cells)
    told = {key: cell.strip() for key, cell in zip(keys, cells, strict=True) if key}
    try:
        fields: dict[str, Any] = {
            "list": _choice(NumberList, told["list"], _("There is no such list.")),
            "reason": told.get("reason", "")[:200],
            "evidence": told.get("evidence", "")[:400],
            "since": moment(told.get("since", "")),
            "until": moment(told.get("until", ""), last=True),
        }
        both = Way.OUT if fields["list"] == NumberList.NO_CALL else Way.BOTH
        way = told.get("way", "")
        fields["way"] = _choice(Way, way, _("There is no such direction.")) if way else both
        if fields["since"] and fields["until"] and fields["until"] <= fields["since"]:
            raise ValidationError(_("The end lies before the beginning."))
        row.line = typed_number(told["number"]), fields
    except ValidationError as error:
        row.reason = " ".join(error.messages)
    return row


def _choice(choices: Any, text: str, wrong: str) -> str:
    for language in LANGUAGES:
        with translation.override(language):
            for code, label in choices.choices:
                if text.lower() in (code, str(label).lower()):
                    return code
    raise ValidationError(wrong)


def moment(text: str, last: bool = False) -> datetime | None:
    """``2030-12-31``, with or without a time of day; the end of that day where it is the ``last``. None: it is not
    told, or an end that means for ever. ValidationError."""
    if not text:
        return None
    text = text.replace("/", "-")
    try:
        at, day = parse_datetime(text), parse_date(text)
    except ValueError:
        at = day = None
    if day is not None and len(text) <= 10:
        at = datetime.combine(day, time.min)
    if at is None or at.year not in YEARS and not (last and at.year == FOR_EVER):
        raise ValidationError(_("This is no time: write 2030-12-31 or 2030-12-31 18:00."))
    if at.year == FOR_EVER:
        return None
    if day is not None and len(text) <= 10:
        at += timedelta(days=int(last))
    return timezone.make_aware(at) if timezone.is_naive(at) else at
