"""Days on which nobody is called."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import needs
from crm.access.holding import may, require
from crm.campaigns.models import Holiday
from crm.campaigns.running.holidays import CODE, holiday_add, holiday_delete

SHOWN_BACK = timedelta(days=31)


class HolidayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    country = forms.CharField(
        label=gettext_lazy("Calling code"), required=False, max_length=5, validators=[CODE],
        help_text=gettext_lazy("86 for China; empty for all countries."),
    )  # fmt: skip
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=80, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("campaigns.see")
@never_cache
def holidays(request: HttpRequest) -> HttpResponse:
    """Those to come and of the last month; whoever manages campaigns adds some."""
    if request.method == "POST":
        require(request.user, "campaigns.manage")
    form = HolidayForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = holiday_add(user=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made.label})
            return redirect("campaign_holidays")
    told = {
        "page": "campaign_templates",
        "form": form,
        "rows": Holiday.objects.filter(day__gte=timezone.localdate() - SHOWN_BACK),
        "today": timezone.localdate(),
        "manages": may(request.user, "campaigns.manage"),
    }
    return render(request, "campaigns/holidays.html", told, status=400 if form.errors else 200)


@require_POST
@needs("campaigns.manage")
def remove(request: HttpRequest, holiday_id: int) -> HttpResponse:
    holiday_delete(user=request.user, holiday_id=holiday_id)
    messages.success(request, _("The holiday was removed."))
    return redirect("campaign_holidays")
