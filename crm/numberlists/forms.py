"""What is asked for a line of a list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.numberlists.models import Kind, ListedNumber, NumberList, Way
from crm.numberlists.sheet import moment
from crm.numberlists.typed import Typed, typed_number

LINES_AT_MOST = 1_000


class EntryForm(forms.Form):
    """One line that is changed, or what lines that are added have in common."""

    list = forms.ChoiceField(label=_("List"), choices=NumberList.choices)
    way = forms.ChoiceField(label=_("Direction"), choices=Way.choices, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    evidence = forms.CharField(label=_("Evidence"), max_length=400, required=False)
    since = forms.CharField(label=pgettext_lazy("of a time", "From"), required=False, max_length=20)
    until = forms.CharField(label=pgettext_lazy("of a time", "Until"), required=False, max_length=20)

    def clean_since(self) -> Any:
        return moment(self.cleaned_data["since"].replace("T", " "))

    def clean_until(self) -> Any:
        return moment(self.cleaned_data["until"].replace("T", " "), last=True)

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("list") == NumberList.NO_CALL:
            told["way"] = Way.OUT
        told["way"] = told.get("way") or Way.BOTH
        if told.get("since") and told.get("until") and told["until"] <= told["since"]:
            raise ValidationError(_("The end lies before the beginning."))
        return told


class AddForm(EntryForm):
    """One or several: a line for each."""

    lines = forms.CharField(label=_("Numbers"), max_length=60_000)


class ChangeForm(EntryForm):
    number = forms.CharField(label=_("Number or segment"), max_length=64, required=False)

    def __init__(self, row: ListedNumber, *args: Any, **options: Any) -> None:
        self.row = row
        super().__init__(*args, initial=_initial(row), **options)

    def clean_number(self) -> Typed:
        if self.row.kind == Kind.ERASED:
            return Typed(Kind.ERASED, self.row.first)
        return typed_number(self.cleaned_data["number"])


def _initial(row: ListedNumber) -> dict[str, Any]:
    times = {
        name: timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if (at := getattr(row, name)) else ""
        for name in ("since", "until")
    }
    said = {name: getattr(row, name) for name in ("list", "way", "reason", "evidence")}
    return {"number": str(row)} | said | times
