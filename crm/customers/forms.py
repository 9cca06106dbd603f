"""The form of one customer, on her page and in the card of a caller."""

import re
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.access.holding import reach
from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.customers.editing import FIELDS
from crm.customers.filters import number
from crm.customers.models import Customer, Level

NOTE_LENGTH = 10_000
_BETWEEN = re.compile(r"[,;，；、\n]+")
EDIT, ADD = "customers.edit", "customers.add"


def _levels() -> list[tuple[str, str]]:
    return [(code, capfirst(label)) for code, label in Level.choices]


class CustomerForm(forms.Form):
    """``customer``: None for a new one. Beside its fields it sends back what they were (``was_…``) and the version
    that it shows, so that what somebody else changed in between can be told from what was typed.
    """

    name = forms.CharField(label=_("Name"), max_length=120)
    company = forms.CharField(label=_("Company"), max_length=160, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=_levels)
    owner = forms.ChoiceField(label=_("Looked after by"), required=False)
    numbers = forms.CharField(
        label=_("More numbers"), required=False, max_length=400, help_text=_("Several with commas between them.")
    )
    note = forms.CharField(
        label=pgettext_lazy("of a customer", "Note"), required=False, max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(
        self, actor: User, customer: Customer | None, data: QueryDict | None = None, *, short: bool = False
    ) -> None:
        super().__init__(data.copy() if data is not None else None, initial=_said(customer), auto_id="customer_%s")
        self.actor, self.customer = actor, customer
        self.news: dict[str, str] = {}
        """Field → what it says now, where somebody else changed it and something else was typed."""
        if short:
            del self.fields["owner"]
        else:
            self.fields["owner"].choices = self._owners()
        if customer is None:
            self.fields["numbers"].label = _("Numbers")
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if self[name].errors:
                field.widget.attrs["aria-invalid"] = "true"

    @cached_property
    def rows(self) -> list[tuple[int, str, bool]]:
        """Her numbers: id, as the actor may see it, and whether it is marked to be taken away."""
        if self.customer is None:
            return []
        whole, gone = sees_whole(self.actor), self.removed()
        numbers = self.customer.numbers.order_by("id")
        return [(one.pk, shown_number(one.number, whole=whole), one.pk in gone) for one in numbers]

    def was(self) -> list[tuple[str, str]]:
        """Name and value of what the fields were when she began to type."""
        return [(f"was_{name}", self._was(name)) for name in FIELDS if name in self.fields]

    @property
    def version(self) -> int:
        if self.is_bound:
            return number(self.data.get("version", ""))
        return self.customer.version if self.customer else 0

    def fields_said(self) -> dict[str, Any]:
        """What the valid form says of the fields, ready for the service."""
        said = {name: self.cleaned_data[name] for name in FIELDS if name in self.fields}
        said["note"] = _lines(said["note"])
        if "owner" in said:
            said["owner"] = User.objects.filter(pk=number(said["owner"])).first()
        return said

    def numbers_said(self) -> list[str]:
        return [piece.strip() for piece in _BETWEEN.split(self.cleaned_data["numbers"]) if piece.strip()]

    def removed(self) -> set[int]:
        return {number(key) for key in self.data.getlist("remove")} if self.is_bound else set()

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Sentences of the service, at their fields where the form has them."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"

    def rebase(self, current: Customer) -> None:
        """Somebody was quicker: what was not touched says what is true now, what was typed stays; ``news`` has both."""
        now = _said(current)
        for name in FIELDS:
            if name not in self.fields:
                continue
            typed, was = _lines(self.data.get(name, "")), self._was(name)
            if now[name] != was and typed == was:
                self.data[name] = now[name]
            elif now[name] not in (was, typed):
                self.news[name] = self._shown(name, now[name])
            self.data[f"was_{name}"] = now[name]
        self.data["version"] = str(current.version)
        self.customer = current

    def _was(self, name: str) -> str:
        return _lines(self.data.get(f"was_{name}", "")) if self.is_bound else self.initial[name]

    def _shown(self, name: str, value: str) -> str:
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value, value)) or "—"

    def _owners(self) -> list[tuple[str, Any]]:
        """Whom she may give customers to, and who has this one."""
        users = reach(self.actor, EDIT if self.customer else ADD).users().filter(extension__isnull=False)
        found = {str(user.pk): str(user) for user in users}
        if self.customer and self.customer.owner:
            found[str(self.customer.owner_id)] = str(self.customer.owner)
        return [("", _t("nobody")), *sorted(found.items(), key=lambda one: one[1])]


def _said(customer: Customer | None) -> dict[str, str]:
    """The fields as a form says them."""
    if customer is None:
        return {"name": "", "company": "", "level": Level.NORMAL.value, "owner": "", "note": ""}
    told = {name: getattr(customer, name) for name in ("name", "company", "level", "note")}
    return {**told, "note": _lines(customer.note), "owner": str(customer.owner_id or "")}


def _lines(text: str) -> str:
    """Forms send other ends of lines than they were given."""
    return text.replace("\r\n", "\n").strip()
