"""What is found of a row without asking the database: is it written as it must be?"""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from crm.customers.fields import values
from crm.customers.imports.lines import WRONG, Line, Said, lines_kept, one_line, worded
from crm.customers.imports.targets import LANGUAGES, Targets
from crm.customers.models import Customer, CustomerField, Kind, Level
from crm.numbers import ERASED, e164
from crm.sheets.streams.csvrows import UNREADABLE
from crm.sheets.streams.rows import Row

MEMORY = 20_000
"""Cells of which it is remembered what they mean: the same ones come again and again."""
_NAME = Customer._meta.get_field("name").max_length or 0


class Checker:
    """Rows of one package. Not for two threads at once."""

    def __init__(self, targets: Targets, mapping: Mapping[str, str]) -> None:
        self._columns = [(int(place), code) for place, code in mapping.items()]
        self._fields = targets.by_code
        self._required = [(code, one) for code, one in targets.by_code.items() if one.required]
        self._places = {code: place for place, code in self._columns}
        self._meant: dict[tuple[str, str], tuple[Any, Said | None]] = {}
        self._levels, self._kinds = _words(Level), _words(Kind)
        self._take: dict[str, Callable[[Line, int, str], None]] = {
            "name": self._name, "number": self._number, "number2": self._number, "company": self._company,
            "level": self._level, "kind": self._kind, "note": self._note,
        }  # fmt: skip

    def line(self, row: Row) -> Line:
        """The row as it will be taken, or with what is wrong."""
        line = Line(row.number, row.cells)
        cells = row.cells
        for place, code in self._columns:
            text = cells[place] if place < len(cells) else ""
            if not text:
                continue
            if UNREADABLE in text:
                line.refuse(WRONG, worded(lambda: _("Letters that cannot be read: choose the other encoding.")), place)
            elif code in self._fields:
                self._value(line, place, code, text)
            else:
                self._take[code](line, place, text)
        for code, field in self._required:
            if field.code not in line.values:
                line.lacks.append(self._places[code])
        if not line.faults and not line.name and not line.numbers:
            line.refuse(WRONG, worded(lambda: _("A name or a number is needed.")))
        return line

    def _name(self, line: Line, place: int, text: str) -> None:
        line.name = one_line(text)
        if len(line.name) > _NAME:
            line.refuse(WRONG, _too_long(_NAME), place)
        elif line.name.startswith(ERASED):
            line.refuse(WRONG, worded(lambda: _("A name does not begin with %(sign)s.") % {"sign": ERASED}), place)

    def _number(self, line: Line, place: int, text: str) -> None:
        number = e164(text)
        if not number:
            line.refuse(
                WRONG, worded(lambda: _("“%(number)s” is not a telephone number.") % {"number": text[:40]}), place
            )
        elif number not in line.numbers:
            line.numbers.append(number)

    def _company(self, line: Line, place: int, text: str) -> None:
        line.company = one_line(text)
        if len(line.company) > _NAME:
            line.refuse(WRONG, _too_long(_NAME), place)
        elif line.company.startswith(ERASED):
            line.refuse(WRONG, worded(lambda: _("A name does not begin with %(sign)s.") % {"sign": ERASED}), place)

    def _level(self, line: Line, place: int, text: str) -> None:
        line.level = self._word(line, place, text, self._levels)

    def _kind(self, line: Line, place: int, text: str) -> None:
        line.kind = self._word(line, place, text, self._kinds)

    def _note(self, line: Line, place: int, text: str) -> None:
        line.note = lines_kept(text)

    def _word(self, line: Line, place: int, text: str, words: Mapping[str, str]) -> str:
        found = words.get(one_line(text).casefold(), "")
        if not found:
            said = text[:40]
            line.refuse(
                WRONG,
                worded(lambda: _("“%(what)s” is not in the list. Choose one of those offered.") % {"what": said}),
                place,
            )
        return found

    def _value(self, line: Line, place: int, code: str, text: str) -> None:
        key = (code, text)
        if key not in self._meant:
            if len(self._meant) >= MEMORY:
                self._meant.clear()
            self._meant[key] = meant(self._fields[code], text)
        value, why = self._meant[key]
        if why is not None:
            line.refuse(WRONG, why, place)
        elif value is not None:
            line.values[self._fields[code].code] = value


def meant(field: CustomerField, text: str) -> tuple[Any, Said | None]:
    """What is kept of the text, or why it is not."""
    try:
        return values.cleaned(field, text), None
    except ValidationError:
        return None, {language: _refusal(field, text, language) for language in LANGUAGES}


def _refusal(field: CustomerField, text: str, language: str) -> str:
    with translation.override(language):
        try:
            values.cleaned(field, text)
        except ValidationError as error:
            return " ".join(error.messages)
    return ""


def _too_long(most: int) -> Said:
    return worded(lambda: _("At most %(n)d characters.") % {"n": most})


def _words(choices: Any) -> dict[str, str]:
    """How a choice may be written, in any language → its code."""
    found = {code: code for code in choices.values}
    for language in LANGUAGES:
        with translation.override(language):
            found |= {str(label).casefold(): code for code, label in choices.choices}
    return found
