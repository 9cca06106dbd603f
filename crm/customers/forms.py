"""The form of one customer, on her page and in the card of a caller."""

import re
from functools import cached_property
from typing import Any, NamedTuple

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
from crm.customers.fields.sheet import Sheet
from crm.customers.filters import number
from crm.customers.models import Customer, Kind, Level, NumberLabel

NOTE_LENGTH = 10_000
_BETWEEN = re.compile(r"[,;，；、\n]+")
EDIT, ADD = "customers.edit", "customers.add"


class NumberRow(NamedTuple):
    """One of her numbers: ``shown`` as the reader may see it, ``gone``: marked to be taken away, ``words`` of its
    ``label``, ``main``: the first of them."""

    id: int
    shown: str
    gone: bool
    label: str
    words: Any
    main: bool


def _levels() -> list[tuple[str, str]]:
    return [(code, capfirst(label)) for code, label in Level.choices]


def _kinds() -> list[tuple[str, str]]:
    return [(code, capfirst(label)) for code, label in Kind.choices]


class CustomerForm(forms.Form):
    """``customer``: None for a new one. ``sheet`` has the fields of the centre. Beside its fields it sends back what
    they were (``was_…``) and the version that it shows, so that what somebody else changed in between can be told from
    what was typed.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=_kinds, required=False)
    name = forms.CharField(label=_("Name"), max_length=120)
    company = forms.CharField(
        label=_("Company"), max_length=120, required=False, help_text=_("A new name becomes a company of its own.")
    )
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
        self.sheet = Sheet(actor, customer, self.data if self.is_bound else None)
        if short:
            del self.fields["owner"], self.fields["kind"]
            self.fields["company"].help_text = ""  # there is little room
        else:
            self.fields["owner"].choices = self._owners()
        if customer is not None and customer.kind == Kind.COMPANY:
            del self.fields["company"]
        if customer is None:
            self.fields["numbers"].label = _("Numbers")
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if self[name].errors:
                field.widget.attrs["aria-invalid"] = "true"

    def clean(self) -> dict[str, Any]:
        """What is wrong in the fields of the centre is told together with the rest."""
        self.sheet.check()
        if self.sheet.wrong:
            self.add_error(None, _t("Look at the marked fields."))
        return self.cleaned_data

    @cached_property
    def rows(self) -> list[NumberRow]:
        """Her numbers, the main one first."""
        if self.customer is None:
            return []
        whole, gone, labels = sees_whole(self.actor), self.removed(), self.labels()
        numbers = list(self.customer.numbers.all())
        main = self.main() or (numbers[0].pk if numbers else 0)
        return [
            NumberRow(
                one.pk, shown_number(one.number, whole=whole), one.pk in gone, labels.get(one.pk, one.label),
                NumberLabel(labels.get(one.pk, one.label)).label, one.pk == main,
            )
            for one in numbers
        ]  # fmt: skip

    @property
    def number_labels(self) -> list[tuple[str, Any]]:
        return NumberLabel.choices

    def was(self) -> list[tuple[str, str]]:
        """Name and value of what the fields were when she began to type."""
        plain = [(f"was_{name}", self._was(name)) for name in FIELDS if name in self.fields]
        return plain + self.sheet.was()

    @property
    def version(self) -> int:
        if self.is_bound:
            return number(self.data.get("version", ""))
        return self.customer.version if self.customer else 0

    def fields_said(self) -> dict[str, Any]:
        """What the valid form says of the fields, ready for the service."""
        said = {name: self.cleaned_data[name] for name in FIELDS if name in self.fields}
        said["note"] = _lines(said["note"])
        if "kind" in said:
            said["kind"] = said["kind"] or (self.customer.kind if self.customer else Kind.PERSON.value)
        if "owner" in said:
            said["owner"] = User.objects.filter(pk=number(said["owner"])).first()
        return said

    def numbers_said(self) -> list[str]:
        return [piece.strip() for piece in _BETWEEN.split(self.cleaned_data["numbers"]) if piece.strip()]

    def removed(self) -> set[int]:
        return {number(key) for key in self.data.getlist("remove")} if self.is_bound else set()

    def labels(self) -> dict[int, str]:
        """Id of a number of hers → the label that was chosen for it."""
        if not self.is_bound:
            return {}
        chosen = {name[6:]: self.data[name] for name in self.data if name.startswith("label_")}
        return {number(key): label for key, label in chosen.items() if label in NumberLabel.values}

    def main(self) -> int | None:
        """Id of the number that was chosen as the main one."""
        return number(self.data.get("main", "")) or None if self.is_bound else None

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Sentences of the service, at their fields where the form has them."""
        for name, sentences in errors.items():
            if self.sheet.refuse(name, sentences):
                continue
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
        self.sheet.rebase(current)
        self.data["version"] = str(current.version)
        self.customer = current
        self.__dict__.pop("rows", None)

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
        return {
            "kind": Kind.PERSON.value, "name": "", "company": "", "level": Level.NORMAL.value, "owner": "", "note": "",
        }  # fmt: skip
    told = {name: getattr(customer, name) for name in ("kind", "name", "company", "level", "note")}
    return {**told, "note": _lines(customer.note), "owner": str(customer.owner_id or "")}


def _lines(text: str) -> str:
    """Forms send other ends of lines than they were given."""
    return text.replace("\r\n", "\n").strip()
