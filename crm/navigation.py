"""The pages of the navigation, in its order, each for whom its permission allows it."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from crm.access.holding import held, may


class Entry(NamedTuple):
    """``page`` is what the view tells its template; any one of ``needs`` opens it."""

    page: str
    url: str
    needs: tuple[str, ...]
    icon: str
    label: Any


PEOPLE = (
    "users.see", "users.manage", "departments.manage", "roles.see", "roles.manage", "skills.see", "skills.manage",
    "queues.manage",
)  # fmt: skip
"""Any of these opens a page of the people's administration."""

ENTRIES = (
    Entry("desk", "desk", ("desk.use",), "home", _("Desk")),
    Entry("floor", "floor", ("floor.watch",), "activity", _("Floor")),
    Entry("calls", "calls", ("calls.see",), "history", _("Calls")),
    Entry("customers", "customers", ("customers.see",), "address-book", _("Customers")),
    Entry("people", "staff", PEOPLE, "users-group", _("People")),
    Entry("alarms", "alarms", ("alarms.see",), "alert-triangle", _("Alarms")),
    Entry("sessions", "sessions", ("sessions.manage",), "login-2", _("Sessions")),
    Entry("switches", "switches", ("switches.see",), "route", _("Switches")),
    Entry("privacy", "privacy", ("privacy.export", "privacy.erase"), "user-off", _("Personal data")),
    Entry("audit", "audit", ("audit.see",), "list-details", _("Audit")),
)


def entries(user: Any) -> list[Entry]:
    """Those that the user may open. The desk is for those who have a phone."""
    return [
        entry
        for entry in ENTRIES
        if any(may(user, code) for code in entry.needs) and (entry.page != "desk" or user.extension)
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: ``may`` (the codes that the user holds), ``navigation`` and her ``role_names``."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"may": {}, "navigation": (), "role_names": ""}
    return {
        "may": SimpleLazyObject(lambda: held(user)),
        "navigation": SimpleLazyObject(lambda: entries(user)),
        "role_names": SimpleLazyObject(lambda: ", ".join(role.label for role in user.roles.all())),
    }
