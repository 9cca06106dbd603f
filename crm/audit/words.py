"""The trail in the reader's words: actions, doors, tables, columns and values."""

from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

from crm.audit.actor import SYSTEM
from crm.audit.tables import models
from crm.labels import Labelled

CHANGES = {
    "insert": gettext_noop("added"),
    "update": gettext_noop("changed"),
    "delete": gettext_noop("deleted"),
    "truncate": gettext_noop("table emptied"),
}
EVENTS = {
    "login.done": gettext_noop("logged in"),
    "login.failed": gettext_noop("login failed"),
    "login.locked": gettext_noop("login locked"),
    "login.unlocked": gettext_noop("login unlocked"),
    "logout.done": gettext_noop("logged out"),
    "password.changed": gettext_noop("password changed"),
    "password.reset": gettext_noop("password reset"),
    "factor.added": gettext_noop("second factor added"),
    "factor.removed": gettext_noop("second factor removed"),
    "session.ended": gettext_noop("session ended"),
    "token.made": gettext_noop("API token made"),
    "token.ended": gettext_noop("API token ended"),
    "access.refused": gettext_noop("access refused"),
    "recording.played": gettext_noop("recording played"),
    "recording.downloaded": gettext_noop("recording downloaded"),
    "numbers.opened": gettext_noop("number opened"),
    "file.downloaded": gettext_noop("file of a customer downloaded"),
    "export.made": gettext_noop("export made"),
    "export.fetched": gettext_noop("export downloaded"),
    "import.made": gettext_noop("file of customers uploaded"),
    "import.begun": gettext_noop("import of customers begun"),
    "import.done": gettext_noop("import of customers ended"),
    "import.undone": gettext_noop("import of customers undone"),
    "import.bad_rows": gettext_noop("bad rows of an import downloaded"),
    "export.mailed": gettext_noop("export mailed"),
    "supervision.listened": gettext_noop("listened in"),
    "supervision.whispered": gettext_noop("whispered"),
    "supervision.joined": gettext_noop("joined a call"),
    "supervision.taken": gettext_noop("took a call over"),
    "supervision.ended": gettext_noop("supervision ended"),
    "agents.commanded": gettext_noop("agent commanded"),
    "switches.commanded": gettext_noop("switch commanded"),
    "rooms.commanded": gettext_noop("conference room commanded"),
    "privacy.export": gettext_noop("personal data exported"),
    "privacy.erase": gettext_noop("personal data erased"),
    "evidence.anchored": gettext_noop("end of the evidence noted"),
    "evidence.cut": gettext_noop("old evidence removed"),
    "audit.exported": gettext_noop("audit exported"),
    "centre.restored": gettext_noop("restored from a backup"),
}
"""What ``services.event`` and ``services.read`` take."""
DOORS = {
    "page": gettext_noop("page"),
    "api": gettext_noop("API"),
    "admin": gettext_noop("emergency admin"),
    "command": gettext_noop("command line"),
    "shell": gettext_noop("shell"),
    "task": gettext_noop("background task"),
    "process": gettext_noop("process"),
    "database": gettext_noop("straight in the database"),
}
DETAILS = {
    "login": gettext_noop("login"),
    "path": gettext_noop("address of the page"),
    "method": gettext_noop("method"),
    "reason": gettext_noop("reason"),
    "mode": gettext_noop("mode"),
    "supervisor": gettext_noop("supervisor"),
    "rows": gettext_noop("rows"),
    "first_key": gettext_noop("first record"),
    "last_key": gettext_noop("last record"),
    "state": gettext_noop("state"),
    "format": gettext_noop("format"),
    "filters": gettext_noop("filters"),
    "number": gettext_noop("number"),
    "agent": gettext_noop("agent"),
    "seconds": gettext_noop("seconds"),
    "more": gettext_noop("more"),
    "link": gettext_noop("link of the chain"),
    "command": gettext_noop("command"),
    "calls": gettext_noop("calls"),
    "blanked": gettext_noop("digest of the entries blanked"),
    "row": gettext_noop("row"),
    "digest": gettext_noop("digest"),
}
"""Names in the details of events."""
KINDS: dict[str, Any] = {
    "accounts_user_roles": gettext_lazy("role of a user"),
    "accounts_user_groups": gettext_lazy("admin group of a user"),
    "accounts_user_user_permissions": gettext_lazy("admin permission of a user"),
    "auth_group_permissions": gettext_lazy("admin permission of a group"),
    "telephony_queue_skill_groups": gettext_lazy("skill group of a queue"),
    "customers_customer_projects": gettext_lazy("project of a customer"),
    "reports_savedreport_roles": gettext_lazy("role that shares a report"),
    "reports_reportmailing_recipients": gettext_lazy("recipient of a mailing"),
    "campaigns_campaign_departments": gettext_lazy("department of a campaign"),
    "campaigns_campaigntemplate_departments": gettext_lazy("department of a campaign template"),
}
"""Tables whose rows have no name for people."""
FIELDS: dict[str, Any] = {
    "telephony_queue_skill_groups.queue_id": gettext_lazy("queue"),
    "telephony_queue_skill_groups.skillgroup_id": gettext_lazy("skill group"),
    "calls_callrecord.note": gettext_lazy("note"),
    "calls_callrecord.disposition_id": gettext_lazy("outcome"),
    "calls_callrecord.noted_by_id": gettext_lazy("noted by"),
    "alarms_alarm.acknowledged_by_id": gettext_lazy("taken care of by"),
    "alarms_alarm.acknowledged_at": gettext_lazy("taken care of at"),
    "campaigns_campaign.rules": gettext_lazy("version of the rules"),
    "campaigns_campaign.made_by_id": gettext_lazy("made by"),
    "campaigns_campaign_departments.campaign_id": gettext_lazy("campaign"),
    "campaigns_campaign_departments.department_id": gettext_lazy("department"),
    "campaigns_campaigndisposition.campaign_id": gettext_lazy("campaign"),
    "campaigns_campaigntemplate_departments.campaigntemplate_id": gettext_lazy("campaign template"),
    "campaigns_campaigntemplate_departments.department_id": gettext_lazy("department"),
    "campaigns_templatedisposition.template_id": gettext_lazy("campaign template"),
    "campaigns_callback.campaign_id": gettext_lazy("campaign"),
    "campaigns_callback.lead_id": gettext_lazy("lead"),
    "campaigns_callback.customer_id": gettext_lazy("customer"),
    "campaigns_callback.pool_after_s": gettext_lazy("to the pool after, seconds"),
    "campaigns_callback.state": gettext_lazy("state"),
    "campaigns_callback.made_by_id": gettext_lazy("made by"),
    "campaigns_callback.call_id": gettext_lazy("call"),
    "campaigns_fill.campaign_id": gettext_lazy("campaign"),
    "campaigns_fill.owner_id": gettext_lazy("ordered by"),
    "campaigns_fill.filters": gettext_lazy("filters"),
    "campaigns_fill.customers": gettext_lazy("customers"),
    "customers_customernumber.customer_id": gettext_lazy("customer"),
    "customers_callerchoice.call_id": gettext_lazy("call"),
    "customers_customer_projects.customer_id": gettext_lazy("customer"),
    "customers_customer_projects.project_id": gettext_lazy("project"),
    "telephony_queuemember.queue_id": gettext_lazy("queue"),
    "reports_savedreport_roles.savedreport_id": gettext_lazy("saved report"),
    "reports_savedreport.owner_id": gettext_lazy("whose report"),
    "reports_reportmailing.report_id": gettext_lazy("saved report"),
    "reports_savedreport_roles.role_id": gettext_lazy("role"),
    "reports_reportmailing_recipients.reportmailing_id": gettext_lazy("mailing"),
    "reports_reportmailing_recipients.user_id": gettext_lazy("user"),
    "reports_settledcall.call_id": gettext_lazy("call"),
    "accounts_skillmember.group_id": gettext_lazy("skill group"),
    "accounts_user_roles.user_id": gettext_lazy("user"),
    "accounts_user_roles.role_id": gettext_lazy("role"),
    "accounts_user_groups.user_id": gettext_lazy("user"),
    "accounts_user_groups.group_id": gettext_lazy("admin group"),
    "accounts_user_user_permissions.user_id": gettext_lazy("user"),
    "accounts_user_user_permissions.permission_id": gettext_lazy("admin permission"),
    "auth_group_permissions.group_id": gettext_lazy("admin group"),
    "auth_group_permissions.permission_id": gettext_lazy("admin permission"),
}
"""Columns whose field has no name for people."""


def action(code: str) -> str:
    """An action, or an event, in words; one of another version as it is."""
    return _(CHANGES.get(code) or EVENTS.get(code) or code)


def door(code: str) -> str:
    return _(DOORS.get(code, code))


def who(login: str, names: dict[str, str]) -> str:
    """``names``: login → name."""
    if login.startswith(SYSTEM):
        return _("system")
    return names.get(login, login) or _("not signed in")


def kind(table: str) -> str:
    """A table by what its rows are."""
    if table in KINDS:
        return str(KINDS[table])
    model = model_of(table)
    return str(model._meta.verbose_name) if model else table


def kinds() -> list[tuple[str, str]]:
    """The audited tables and their words, in the order of the words."""
    found = ((model._meta.db_table, kind(model._meta.db_table)) for _audited, model in models())
    return sorted(found, key=lambda one: one[1])


def choices(codes: dict[str, str]) -> list[tuple[str, str]]:
    """Codes and their words."""
    return [(code, _(text)) for code, text in codes.items()]


def model_of(table: str) -> type[Model] | None:
    """The model of a table, the tables of many-to-many fields included."""
    return _models().get(table)


def field_of(table: str, column: str) -> Field | None:
    """The field that a column holds."""
    model = model_of(table)
    return next((field for field in model._meta.concrete_fields if field.column == column), None) if model else None


def column(table: str, name: str) -> str:
    """A column, or a detail of an event, in words."""
    if f"{table}.{name}" in FIELDS:
        return str(FIELDS[f"{table}.{name}"])
    field = field_of(table, name)
    if field is not None and field.name == "name" and issubclass(field.model, Labelled):
        return pgettext("of a thing", "name")
    if field is not None:
        return str(field.verbose_name)
    return _(DETAILS[name]) if name in DETAILS else name.replace("_", " ")


def _models() -> dict[str, type[Model]]:
    if not _found:
        _found.update({m._meta.db_table: m for m in apps.get_models(include_auto_created=True)})
    return _found


_found: dict[str, type[Model]] = {}
