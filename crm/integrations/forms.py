"""What is typed about programs and their tokens."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.access.holding import held
from crm.access.permissions import PERMISSIONS
from crm.accounts.models import Department, Scope, User
from crm.integrations.models import Integration
from crm.integrations.services import NEVER

DAYS = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")), (0, _("until it is revoked")))


class IntegrationForm(forms.ModelForm):
    """``department``: where the data scopes of its tokens begin."""

    department = forms.ModelChoiceField(
        Department.objects.all(), required=False, label=_("Department"), empty_label="—",
        help_text=_("Where the data scopes “own department” and “below” begin."),
    )  # fmt: skip

    class Meta:
        model = Integration
        fields = ("name", "note")


class TokenForm(forms.Form):
    """A token to be made. Offered are the permissions that the maker holds herself."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("Such as the server on which the program runs.")
    )
    days = forms.TypedChoiceField(label=_("Good for"), choices=DAYS, coerce=int, initial=365)
    scope = forms.ChoiceField(label=_("Data scope"), choices=Scope.choices, initial=Scope.ALL)
    rate = forms.IntegerField(label=_("Requests per minute"), min_value=1, max_value=100_000, required=False)
    allowed = forms.CharField(
        label=_("Allowed addresses"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One address or network a line, such as 192.0.2.0/24; empty: from everywhere."),
    )  # fmt: skip

    def __init__(self, maker: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].help_text = _("At most so many; empty: %(n)s.") % {"n": settings.API_RATE}
        self.offered = [one for one in PERMISSIONS if one.code in held(maker) and one.code not in NEVER]
        self.chosen = set(self.data.getlist("permissions")) if self.is_bound else set()

    def values(self, now: Any) -> dict[str, Any]:
        """Arguments of ``token_make``."""
        typed = self.cleaned_data
        return {
            "name": typed["name"], "scope": typed["scope"], "rate": typed["rate"], "permissions": self.chosen,
            "allowed": typed["allowed"].splitlines(),
            "expires_at": now + timedelta(days=typed["days"]) if typed["days"] else None,
        }  # fmt: skip
