"""The pages of the navigation, in its order, each for whom its permission allows it."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.access.holding import held, may


class Entry(NamedTuple):
    """``page`` is what the view tells its template; any one of ``needs`` opens it."""

    page: str
    url: str
    needs: tuple[str, ...]
    icon: str
    label: Any
    group: str = "work"
    """Part of the navigation, a key of GROUPS."""


GROUPS = {"work": _("Work"), "outbound": _("Outbound"), "manage": _("Manage"), "system": _("System")}
CAPTIONS_FROM = 8
"""So many entries need captions between them."""

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
    Entry("marked", "marked_customers", ("calls.see",), "star", _("Marked customers")),
    Entry("callbacks", "callbacks", ("desk.use", "callbacks.manage"), "clock", _("Callbacks")),
    Entry("forwarding", "forwarding", ("desk.use",), "arrow-forward-up", _("Call forwarding")),
    Entry("speed_dials", "speed_dials", ("desk.use", "extensions.manage"), "dialpad", _("Speed dial")),
    Entry("reports", "reports", ("reports.see",), "chart-bar", _("Reports")),
    Entry("campaigns", "campaigns", ("campaigns.see",), "phone-outgoing", _("Campaigns"), "outbound"),
    Entry("campaign_templates", "campaign_templates", ("campaigns.see",), "copy",
          pgettext_lazy("of campaigns", "Templates"), "outbound"),
    Entry("campaign_live", "campaigns_watch", ("campaigns.see",), "headset", pgettext_lazy("of campaigns", "Monitor"),
          "outbound"),
    Entry("number_lists", "number_lists", ("lists.see",), "phone-x", _("Number lists"), "manage"),
    Entry("people", "staff", PEOPLE, "users-group", _("People"), "manage"),
    Entry("evidence", "evidence", ("campaigns.evidence",), "shield", _("Evidence of calls"), "outbound"),
    Entry("alarms", "alarms", ("alarms.see",), "alert-triangle", _("Alarms"), "system"),
    Entry("sessions", "sessions", ("sessions.manage",), "login-2", _("Sessions"), "system"),
    Entry("switches", "switches", ("switches.see",), "route", _("Switches"), "system"),
    Entry("rooms", "rooms", ("rooms.use",), "users", _("Conference rooms"), "system"),
    Entry("extensions", "extensions", ("extensions.see", "extensions.manage"), "phone", _("Extensions"), "system"),
    Entry("numbers", "numbers", ("routes.see", "routes.manage"), "phone-incoming", _("Dialled numbers"), "system"),
    Entry("trunks", "trunks", ("trunks.see", "trunks.manage"), "switch-horizontal", _("Trunks"), "system"),
    Entry("integrations", "integrations", ("integrations.manage",), "plug-connected", _("Integrations"), "system"),
    Entry("privacy", "privacy", ("privacy.export", "privacy.erase"), "user-off", _("Personal data"), "manage"),
    Entry("audit", "audit", ("audit.see",), "list-details", _("Audit"), "manage"),
)


FURTHER = (
    Entry("reports", "lost_calls", ("calls.see",), "phone-off", _("Lost calls")),
    Entry("reports", "state_record", ("reports.see",), "clock", _("State record")),
    Entry("reports", "my_reports", ("reports.see", "calls.see"), "star", _("My reports")),
    Entry("reports", "report_targets", ("reports.targets",), "chart-bar", _("Targets")),
    Entry("campaigns", "campaign_new", ("campaigns.manage",), "plus", _("New campaign")),
    Entry("campaign_templates", "campaign_holidays", ("campaigns.see",), "clock", _("Holidays")),
    Entry("campaign_templates", "campaign_sounds", ("campaigns.see",), "music", _("Sounds")),
    Entry("campaigns", "campaign_quality", ("campaigns.see",), "chart-bar", _("Quality of numbers")),
    Entry("customers", "customer_fields", ("customers.fields",), "list-details", _("Fields of customers")),
    Entry("number_lists", "number_list_add", ("lists.manage",), "plus", _("Add to a list")),
    Entry("number_lists", "number_list_import", ("lists.manage",), "upload", _("Import number lists")),
    Entry("trunks", "trunk_new", ("trunks.manage",), "plus", _("Add trunk")),
    Entry("people", "staff_users", ("users.see", "users.manage"), "users", _("Users")),
    Entry("people", "staff_departments", ("departments.manage",), "sitemap", _("Departments")),
    Entry("people", "staff_roles", ("roles.see", "roles.manage"), "shield", _("Roles")),
    Entry("people", "staff_skills", ("skills.see", "skills.manage", "queues.manage"), "star", _("Skill groups")),
    Entry("people", "staff_users_import", ("users.manage",), "upload", _("Import users")),
    Entry("integrations", "webhooks", ("integrations.manage",), "webhook", _("Webhooks")),
    Entry("integrations", "popups", ("integrations.manage",), "external-link", _("Pop-ups and lookups")),
    Entry("integrations", "popup_new", ("integrations.manage",), "plus", _("Add pop-up")),
    Entry("integrations", "lookup_new", ("integrations.manage",), "plus", _("Add lookup")),
    Entry("integrations", "webhook_new", ("integrations.manage",), "plus", _("Add webhook")),
    Entry("integrations", "integration_new", ("integrations.manage",), "plus", _("Add program")),
    Entry("profile", "profile", (), "user", _("Profile")),
    Entry("profile", "password", (), "key", _("Change the password")),
)
"""Pages that others lead to and that can be asked for by name; no ``needs``: everybody's."""


def entries(user: Any) -> list[Entry]:
    """Those that the user may open. The desk and forwarding are for those who have a phone."""
    return [
        entry
        for entry in ENTRIES
        if any(may(user, code) for code in entry.needs) and (entry.page not in ("desk", "forwarding") or user.extension)
    ]


def grouped(user: Any) -> list[tuple[Any, list[Entry]]]:
    """The user's entries by group: caption ("" when there are too few to need one), entries."""
    mine = entries(user)
    captions = len(mine) >= CAPTIONS_FROM
    parts = ((label, [entry for entry in mine if entry.group == group]) for group, label in GROUPS.items())
    return [(label if captions else "", part) for label, part in parts if part]


def places(user: Any) -> list[Entry]:
    """All pages that the user may ask for by name."""
    return entries(user) + [e for e in FURTHER if not e.needs or any(may(user, code) for code in e.needs)]


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: ``may`` (the codes that the user holds), ``navigation`` and her ``role_names``."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"may": {}, "navigation": (), "role_names": ""}
    return {
        "may": SimpleLazyObject(lambda: held(user)),
        "navigation": SimpleLazyObject(lambda: grouped(user)),
        "role_names": SimpleLazyObject(lambda: ", ".join(role.label for role in user.roles.all())),
    }
