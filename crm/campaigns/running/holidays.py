"""Days on which nobody is called, as the centre keeps them."""

from datetime import date, timedelta

from django.core.validators import RegexValidator
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.hopper.clearing import hoppers_clear
from crm.campaigns.models import Holiday

CODE = RegexValidator(r"^\+?[0-9]{1,4}\Z", _("A calling code is 1 to 4 digits."))
"""What ``country`` may be, unless it is empty."""
NEAR = timedelta(days=2)
"""Nowhere is it a day that is further from today."""


@transaction.atomic
def holiday_add(*, user: User, day: date, country: str = "", name: str, name_zh: str = "") -> Holiday:
    """``country``: calling code of the numbers that rest (``86``), "" for all. If it is today, what lies in the
    hoppers is not dialled. Raises ValidationError by field, PermissionDenied."""
    require(user, "campaigns.manage")
    made = Holiday(day=day, country=country.strip().lstrip("+"), name=name.strip(), name_zh=name_zh.strip())
    made.full_clean()
    made.save()
    if abs(day - timezone.now().date()) <= NEAR:
        transaction.on_commit(hoppers_clear)
    return made


@transaction.atomic
def holiday_delete(*, user: User, holiday_id: int) -> None:
    """Raises PermissionDenied, Http404."""
    require(user, "campaigns.manage")
    if not Holiday.objects.filter(pk=holiday_id).delete()[0]:
        raise Http404
