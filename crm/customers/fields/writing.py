"""Putting values onto a customer: the one place that checks them, whoever brings them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.customers.fields import values
from crm.customers.fields.files import file_usable
from crm.customers.models import Customer, CustomerField, FieldKind

PREFIX = "f_"
"""Before a field's code in forms, addresses and errors."""


def values_checked(
    *,
    user: User | None,
    customer: Customer | None,
    fields: Iterable[CustomerField],
    typed: Mapping[str, Any],
    required: bool = True,
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Code → value for those of the fields that ``typed`` (code → what was typed) has, and what is wrong by
    ``f_<code>``. A field that must be filled in and is not is wrong also if it was not typed, if ``required``."""
    had = customer.values if customer else {}
    good: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for field in fields:
        stored = had.get(field.code)
        try:
            if field.code in typed:
                stored = values.cleaned(field, typed[field.code], had=stored)
                if field.kind == FieldKind.FILE and stored is not None:
                    _file_check(user, customer, field, str(stored))
                good[field.code] = stored
            if required and field.required and stored is None:
                raise ValidationError(_("Fill in this field."))
        except ValidationError as error:
            wrong[PREFIX + field.code] = list(error.messages)
    return good, wrong


def _file_check(user: User | None, customer: Customer | None, field: CustomerField, key: str) -> None:
    if file_usable(user=user, customer=customer, field=field, key=key) is None:
        raise ValidationError(_("This file is not there any more. Choose it again."))


def values_put(customer: Customer, good: Mapping[str, Any]) -> bool:
    """Writes checked values onto the customer, who is not saved; whether anything changed."""
    before = dict(customer.values)
    customer.values = {code: value for code, value in {**before, **good}.items() if value is not None}
    return customer.values != before


def words_of(customer: Customer, fields: Collection[CustomerField]) -> str:
    """What the search finds her by."""
    return words_of_values(customer.values, fields)


def words_of_values(said: Mapping[str, Any], fields: Collection[CustomerField]) -> str:
    """The searchable ones of these fields (code → value), as people read them in both languages."""
    told = []
    for field in fields:
        stored = said.get(field.code)
        if not field.searchable or stored is None or field.kind == FieldKind.FILE:
            continue
        if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
            codes = stored if isinstance(stored, list) else [stored]
            for choice in field.choices.all():
                if choice.code in codes:
                    told += [name for name in (choice.name, choice.name_zh) if name]
        else:
            told.append(values.said(stored))
    return "\n".join(told)


def file_keys(customer: Customer, fields: Iterable[CustomerField]) -> list[str]:
    """Keys of the files that she has in these fields."""
    codes = [field.code for field in fields if field.kind == FieldKind.FILE]
    return [str(customer.values[code]) for code in codes if code in customer.values]
