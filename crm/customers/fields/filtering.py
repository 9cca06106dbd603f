"""Finding customers by the values of fields, as an address says it.

``f_<code>``: a piece of a text, or a choice (several times: any of them); ``f_<code>_from`` and ``_to``: limits of a
quantity or a date, both included; ``f_<code>_has``: ``no`` for those without a value, ``yes`` for those with one.
Choices are answered by one index of all values; the others read the values, which for 100,000 customers takes a tenth
of a second, less where the search's index of pieces leaves few of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import QueryDict

from crm.customers.fields import values
from crm.customers.fields.writing import PREFIX
from crm.customers.models import Customer, CustomerField, FieldKind

RANGED = (FieldKind.NUMBER, FieldKind.DATE)
CHOSEN = (FieldKind.CHOICE, FieldKind.CHOICES)
LONGEST = 64
_QUANTITY: Any = DecimalField(max_digits=21, decimal_places=6)


@dataclass(frozen=True)
class Wish:
    """What is asked of one field. ``low`` and ``high`` are texts as they are kept, "" for none. ``has``: yes, no."""

    field: CustomerField
    piece: str = ""
    codes: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    has: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.field.code

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Code, label, and whether it is asked for."""
        every = self.field.choices.all()
        return [(one.code, one.label, one.code in self.codes) for one in every if one.active or one.code in self.codes]

    def said(self) -> dict[str, list[str]]:
        """As the address says it."""
        name = self.name
        every = {
            name: [self.piece] if self.piece else list(self.codes), f"{name}_from": [self.low],
            f"{name}_to": [self.high], f"{name}_has": [self.has],
        }  # fmt: skip
        return {key: texts for key, texts in every.items() if any(texts)}

    def query(self) -> Q:
        """The customers whom it finds."""
        found = Q()
        if self.has:
            found &= Q(values__has_key=self.field.code) if self.has == "yes" else ~Q(values__has_key=self.field.code)
        if self.piece and self.field.searchable and self.field.words_due is None:
            found &= Q(words__icontains=self.piece)  # by an index; what stands in another field goes below
        if self.codes:
            several = self.field.kind == FieldKind.CHOICES
            any_of = Q()
            for code in self.codes:
                any_of |= Q(values__contains={self.field.code: [code] if several else code})
            found &= any_of
        return found

    def limited(self, found: QuerySet[Customer]) -> QuerySet[Customer]:
        """Those whose value has the piece, or is within the limits; a customer without a value never is."""
        if not (self.low or self.high or self.piece):
            return found
        name = f"value_{self.field.code}"
        value: Any = KeyTextTransform(self.field.code, "values")
        if self.field.kind == FieldKind.NUMBER:
            value = Cast(value, _QUANTITY)
        found = found.alias(**{name: value})
        if self.piece:
            return found.filter(**{f"{name}__icontains": self.piece})
        if self.low:
            found = found.filter(**{f"{name}__gte": self.low})
        return found.filter(**{f"{name}__lte": self.high}) if self.high else found


def wishes(fields: Iterable[CustomerField], asked: QueryDict | Mapping[str, list[str]]) -> tuple[Wish, ...]:
    """What an address asks of these fields; what makes no sense is left out."""
    found = []
    for field in fields:
        name = PREFIX + field.code
        texts = [" ".join(text.replace("\x00", "").split())[:LONGEST] for text in _all(asked, name)]
        has = (_all(asked, f"{name}_has") or [""])[-1]
        codes = {choice.code for choice in field.choices.all()} if field.kind in CHOSEN else set()
        wish = Wish(
            field,
            piece=texts[-1] if texts and field.kind == FieldKind.TEXT else "",
            codes=tuple(dict.fromkeys(text for text in texts if text in codes)),
            low=_limit(field, asked, f"{name}_from"),
            high=_limit(field, asked, f"{name}_to"),
            has=has if has in ("yes", "no") else "",
        )
        if wish.said():
            found.append(wish)
    return tuple(found)


def filterables(fields: Iterable[CustomerField], asked: Iterable[Wish]) -> list[Wish]:
    """Each field with what is asked of it, for the form of the filters."""
    by_code = {wish.field.code: wish for wish in asked}
    return [by_code.get(field.code, Wish(field)) for field in fields]


def wished(found: QuerySet[Customer], asked: Iterable[Wish]) -> QuerySet[Customer]:
    """Those of them who fit all wishes."""
    for wish in asked:
        found = wish.limited(found.filter(wish.query()))
    return found


def _limit(field: CustomerField, asked: QueryDict | Mapping[str, list[str]], name: str) -> str:
    text = (_all(asked, name) or [""])[-1].strip()
    if field.kind not in RANGED or not text:
        return ""
    try:
        return f"{values.number_typed(text[:40]):f}" if field.kind == FieldKind.NUMBER else values.date_typed(text[:40])
    except ValidationError:
        return ""


def _all(asked: QueryDict | Mapping[str, list[str]], name: str) -> list[str]:
    return asked.getlist(name) if isinstance(asked, QueryDict) else list(asked.get(name, []))
