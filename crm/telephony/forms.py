"""What is typed about a trunk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.telephony.models import Trunk
from crm.telephony.trunks import FIELDS


class WordsField(forms.CharField):
    """Words with commas or spaces between them."""

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().clean(value).replace(",", " ").replace("，", " ").split()))

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class TrunkForm(forms.ModelForm):
    """``secret`` is never filled in: empty keeps the one of now."""

    prefixes = WordsField(
        label=_("Only numbers that begin with"), required=False, max_length=2000,
        help_text=_("Such as 138 021 0044, with blanks between; empty: every number."),
    )  # fmt: skip
    networks = WordsField(
        label=_("Calls come in from"), required=False, max_length=5000,
        help_text=_("The carrier's networks, such as 198.51.100.0/28. From there no password is asked."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Password"), required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    forget = forms.BooleanField(label=_("Take the password away"), required=False)

    class Meta:
        model = Trunk
        fields = ("name", *FIELDS)
        help_texts = {
            "name": _("Small letters and digits. It stays for ever, in records of calls too."),
            "proxy": _("Host and port, such as sip.example.net:5060."),
            "user": _("Empty: the carrier knows us by our address."),
            "realm": _("Only where it is not the carrier's host."),
            "channels": _("As many as were bought; 0: as many as come."),
            "priority": _("Lower ones are tried first."),
            "register": _("Where the carrier wants it."),
            "pings": _("By OPTIONS, every 15 seconds; not where the carrier does not answer them."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["name"]
        if self.instance.sealed:
            self.fields["secret"].help_text = _("There is one. Empty: it stays.")
        else:
            del self.fields["forget"]

    def _post_clean(self) -> None:
        """The service checks it all: the row must not be touched before."""

    def said(self) -> dict[str, Any]:
        """For the services."""
        told = dict(self.cleaned_data)
        secret, forget = told.pop("secret"), told.pop("forget", False)
        return told | {"secret": "" if forget else secret or None}
