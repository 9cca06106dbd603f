"""The trail as rows of a table."""

from collections.abc import Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.audit.filters import Filters
from crm.audit.lines import Line, lines
from crm.audit.selectors import chunks


def header() -> list[str]:
    return [
        _("Entry number"), _("Time"), _("Login"), _("Name"), _("Through"), _("From"), _("Action"), _("What"), _("Key"),
        _("Object"), _("Before"), _("After"),
    ]  # fmt: skip


def rows(asked: Filters, language: str) -> Iterator[list[str]]:
    """The newest first, in this language. A few thousand entries at a time."""
    for found in chunks(asked):
        with translation.override(language):  # a stream is made after the page's own language was left
            told = [_row(line) for line in lines(found, whole=asked.whole)]
        yield from told


def _row(line: Line) -> list[str]:
    entry = line.entry
    return [
        str(entry.id), timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"), entry.who,
        line.who if line.who != entry.who else "", line.door, entry.address, line.action, line.kind, entry.object,
        line.label, _side(line, "before"), _side(line, "after"),
    ]  # fmt: skip


def _side(line: Line, side: str) -> str:
    said = [(change.field, getattr(change, side)) for change in line.changes]
    return "; ".join(f"{field}: {value}" for field, value in said if value is not None)
