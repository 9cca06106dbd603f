"""What is typed about pages and lookups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.popups.addresses import PLACES
from crm.popups.answers import typed_of
from crm.popups.models import Direction, Lookup, Moment, Opens, Outside, Popup
from crm.telephony.selectors import queue_names


class OutsideForm(forms.Form):
    """``queues`` are ticked on the page."""

    name = forms.CharField(label=_("Name on the desk"), max_length=40)
    url = forms.CharField(
        label=_("Address"), max_length=1500, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Its host is one of those allowed; behind it placeholders may stand, such as {number}."),
    )  # fmt: skip
    direction = forms.ChoiceField(label=_("Of which calls"), choices=Direction.choices)

    def __init__(self, *args: Any, row: Outside | None = None, **kwargs: Any) -> None:
        if row:
            kwargs["initial"] = {name: getattr(row, name, None) for name in self.base_fields} | kwargs.get(
                "initial", {}
            )
        super().__init__(*args, **kwargs)
        self.queues = list(queue_names().items())
        self.chosen = set(self.data.getlist("queues")) if self.is_bound else set(row.queues if row else ())
        self.places = [(f"{{{name}}}", what) for name, (what, _example) in PLACES.items()]

    def values(self) -> dict[str, Any]:
        """Fields of the services."""
        return {**self.cleaned_data, "queues": [code for code, _label in self.queues if code in self.chosen]}


class PopupForm(OutsideForm):
    moment = forms.ChoiceField(label=pgettext_lazy("of a pop-up", "When"), choices=Moment.choices)
    opens = forms.ChoiceField(label=_("Who opens it"), choices=Opens.choices)
    whole = forms.BooleanField(
        label=_("Numbers whole"), required=False,
        help_text=_("Also for agents who see them masked; the address shows them. Else each gets what she sees."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, row: Popup | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)


class LookupForm(OutsideForm):
    answer = forms.CharField(
        label=_("Fields of the answer"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("One a line, at most 8: Label = path. It leads through the JSON: account.balance, bills.0.sum."),
    )  # fmt: skip
    limit_ms = forms.IntegerField(label=_("Time limit, ms"), min_value=200, max_value=3000, initial=1000)
    kept_s = forms.IntegerField(
        label=_("Keep answers, s"), min_value=0, max_value=3600, initial=60, help_text=_("0: ask with each call.")
    )
    header = forms.CharField(
        label=_("Header"), max_length=64, required=False, help_text=_("For a key, such as Authorization.")
    )
    value = forms.CharField(
        label=_("Value of the header"), max_length=2000, required=False, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text=_("Is kept sealed and not shown again."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, row: Lookup | None = None, **kwargs: Any) -> None:
        if row:
            kwargs["initial"] = {"answer": typed_of(row.fields)}
        super().__init__(*args, row=row, **kwargs)


class HostForm(forms.Form):
    name = forms.CharField(label=_("Host"), max_length=260, help_text=_("A name, or a name and a port."))
    plain = forms.BooleanField(label=_("http, too"), required=False)


class TryForm(forms.Form):
    number = forms.CharField(label=_("A number to ask about"), max_length=40)
