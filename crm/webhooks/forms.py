"""What is typed about a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Scope
from crm.events.kinds import KINDS
from crm.integrations.models import Integration
from crm.telephony.selectors import queue_names
from crm.webhooks.models import MOST_TOGETHER, Webhook


class WordsField(forms.CharField):
    """Codes with commas or spaces between them."""

    def clean(self, value: Any) -> list[str]:
        words = super().clean(value).replace(",", " ").replace("，", " ").replace("、", " ").split()
        return list(dict.fromkeys(word[:32] for word in words))[:100]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class WebhookForm(forms.Form):
    """``kinds`` are ticked on the page."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    url = forms.CharField(
        label=_("Address"), max_length=2000, widget=forms.URLInput,
        help_text=_("Begins with https://. Addresses of the inside are refused unless OUTWARD_ALLOWED allows them."),
    )  # fmt: skip
    scope = forms.ChoiceField(label=_("Data scope"), choices=Scope.choices, initial=Scope.ALL)
    together = forms.IntegerField(
        label=_("Events in one request at most"), min_value=1, max_value=MOST_TOGETHER, initial=100
    )
    queues = WordsField(label=_("Only these queues"), required=False, max_length=2000)
    agents = WordsField(
        label=_("Only these agents"), required=False, max_length=2000,
        help_text=_("Their logins, with commas between; empty: all."),
    )  # fmt: skip
    campaigns = WordsField(
        label=_("Only these campaigns"), required=False, max_length=2000,
        help_text=_("Their numbers, as in the addresses of their pages; empty: all."),
    )  # fmt: skip
    whole = forms.BooleanField(
        label=_("Send numbers whole"), required=False, help_text=_("Else their middle is masked."),
    )  # fmt: skip

    def __init__(self, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        if webhook:
            kwargs["initial"] = {name: getattr(webhook, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.chosen = set(self.data.getlist("kinds")) if self.is_bound else set(webhook.kinds if webhook else ())
        self.kinds = list(KINDS.items())
        codes = ", ".join(queue_names())
        self.fields["queues"].help_text = _("Their codes, with commas between; empty: all. There are %(codes)s.") % {
            "codes": codes
        }

    def values(self) -> dict[str, Any]:
        """Fields of the services."""
        return {**self.cleaned_data, "kinds": [code for code in KINDS if code in self.chosen]}


class NewWebhookForm(WebhookForm):
    integration = forms.ModelChoiceField(Integration.objects.filter(ended_at=None), label=_("Program"), empty_label="—")
    field_order = ("integration",)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "integration"}
