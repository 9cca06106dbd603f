"""What somebody must do before she may do anything else."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.logins import factors
from crm.logins.passwords import must_change

LOGGED_IN_BY = "logged_in_by"
"""Key of the session: ``password``, or ``sign-on`` when another system has looked at who she is."""


class Duty(NamedTuple):
    """``views`` are the names of the pages on which it is done, the first to be led to."""

    views: tuple[str, ...]
    sentence: Any


CHANGE_PASSWORD = Duty(("password",), _("Set a new password first."))
SET_UP_FACTOR = Duty(("factor",), _("Set up your second factor first."))


def duty_of(request: HttpRequest) -> Duty | None:
    """Who came by another system has no password here to change."""
    if request.session.get(LOGGED_IN_BY) != "sign-on" and must_change(request.user):
        return CHANGE_PASSWORD
    if factors.is_required(request.user) and not factors.has_factor(request.user):
        return SET_UP_FACTOR
    return None
