"""Which tables the trail follows, and which it does not and why. A test fails on a model that is in neither list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True)
class Audited:
    """A table of which each change of a row leaves an entry.

    ``label``: names of the fields that make the object readable; a foreign key is shown by the label of what it names.
    ``secret``: fields of which only the change is told, never the value. ``silent``: fields that are left out; a change
    of nothing else leaves no entry. ``only``: fields that people write in rows that something else makes; then inserts
    leave no entry, and deletes only when one of the fields said something. ``many``: rows come by the thousand, too;
    more than ``triggers.EACH`` that one statement adds leave one entry together, with how many and which keys.
    """

    model: str
    label: tuple[str, ...]
    secret: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    many: bool = False


AUDITED = (
    Audited("accounts.Department", ("name", "name_zh")),
    Audited("accounts.User", ("username", "display_name"), secret=("password",), silent=("last_login",)),
    Audited("accounts.User_roles", ("user", "role")),
    Audited("accounts.Role", ("code", "name", "name_zh")),
    Audited("accounts.SkillGroup", ("name", "name_zh")),
    Audited("accounts.SkillMember", ("user", "group")),
    Audited("accounts.User_groups", ("user", "group")),
    Audited("accounts.User_user_permissions", ("user", "permission")),
    Audited("auth.Group", ("name",)),
    Audited("auth.Group_permissions", ("group", "permission")),
    Audited(
        "customers.Customer",
        ("name", "company"),
        silent=("created_at", "version", "changed_at", "changed_by", "words", "employer"),
        many=True,
    ),
    Audited("customers.Customer_projects", ("customer", "project"), many=True),
    Audited("customers.CustomerNumber", ("customer", "number"), many=True),
    Audited("customers.Project", ("code", "name", "name_zh")),
    Audited("customers.CustomerField", ("code", "name", "name_zh"), silent=("words_due",)),
    Audited("customers.FieldChoice", ("field", "name", "name_zh")),
    Audited("customers.CustomerFile", ("customer", "name")),
    Audited("customers.CallerChoice", ("customer", "call_id"), silent=("chosen_at",)),
    Audited("integrations.Integration", ("name",)),
    Audited(
        "webhooks.Webhook",
        ("name",),
        secret=("sealed", "sealed_before"),
        silent=("position", "tries", "failing_since", "next_at", "sent_at", "said"),
    ),
    Audited("popups.Host", ("name",)),
    Audited("popups.Popup", ("name",), secret=("sealed", "sealed_before")),
    Audited("popups.Lookup", ("name",), secret=("sealed",)),
    Audited("rooms.Room", ("code", "name"), secret=("pin",)),
    Audited("telephony.Extension", ("number", "name"), secret=("sealed",), silent=("secret_at",)),
    Audited("telephony.Forwarding", ("extension", "how", "number")),
    Audited("telephony.SpeedDial", ("owner", "code", "name")),
    Audited("telephony.Trunk", ("name",), secret=("sealed",)),
    Audited("telephony.AgentProfile", ("user",)),
    Audited("telephony.Queue", ("code", "name", "name_zh")),
    Audited("telephony.Queue_skill_groups", ("queue", "skillgroup")),
    Audited("telephony.QueueMember", ("queue", "user")),
    Audited("telephony.Route", ("number", "queue", "extension", "room")),
    Audited("telephony.PauseReason", ("code", "name", "name_zh")),
    Audited("telephony.Disposition", ("code", "name", "name_zh")),
    Audited("calls.CallRecord", ("number", "call_id"), only=("disposition", "note", "noted_by")),
    Audited("reports.SavedReport", ("name",), silent=("changed_at",)),
    Audited("reports.SavedReport_roles", ("savedreport", "role")),
    Audited("reports.ReportMailing", ("report",), silent=("next_at",)),
    Audited("reports.ReportMailing_recipients", ("reportmailing", "user")),
    Audited("reports.SettledCall", ("call_id",)),
    Audited("numberlists.ListedNumber", ("first", "last"), silent=("key", "added_at")),
    Audited("alarms.Alarm", ("code", "subject"), only=("acknowledged_by", "acknowledged_at")),
    Audited("alarms.Limit", ("code", "of")),
    Audited("reports.ReportTarget", ("figure", "queue")),
    Audited("campaigns.Campaign", ("name",), silent=("version", "made_at", "run_since")),
    Audited("campaigns.Campaign_departments", ("campaign", "department")),
    Audited("campaigns.CampaignDisposition", ("campaign", "disposition")),
    Audited("campaigns.CampaignTemplate", ("name",), silent=("changed_at",)),
    Audited("campaigns.CampaignTemplate_departments", ("campaigntemplate", "department")),
    Audited("campaigns.TemplateDisposition", ("template", "disposition")),
    Audited("campaigns.EvidenceKeeping", ("years",), silent=("changed_at",)),
    Audited("campaigns.Sound", ("name",), silent=("added_at",)),
    Audited("campaigns.Holiday", ("day", "name", "name_zh")),
    Audited(
        "campaigns.Callback",
        ("customer", "due_at"),
        silent=("touched", "tries_made", "next_at", "why", "made_at"),
    ),
    Audited(
        "campaigns.Fill",
        ("campaign",),
        secret=("filters", "customers"),
        silent=("state", "reason", "upto", "total", "counts", "asked_at", "done_at"),
    ),
)

NOT_AUDITED = {
    "audit.Entry": "the trail itself; nothing can change it",
    "audit.Link": "the trail's chain; nothing can change it",
    "privacy.Erasure": "a tombstone: asking for it and its end are events of the trail",
    "calls.ErasedNumber": "a digest; the erasure is an event of the trail",
    "events.Event": "told from facts and changes, which are facts or audited themselves",
    "events.Pending": "waits to become an event",
    "events.Mark": "the publisher's own mark",
    "webhooks.Undelivered": "what a receiver did not take",
    "integrations.Answer": "what was answered to a request; what the request did is audited",
    "integrations.Token": "making and revoking them are events of the trail",
    "telephony.DirectoryVersion": "a counter",
    "numberlists.ListState": "a counter",
    "calls.Fact": "told by the daemon, never written by people",
    "calls.JournalMark": "the recorder's own mark",
    "calls.DeadLetter": "the recorder's own",
    "calls.CallDetail": "told by the switch",
    "calls.CallView": "how somebody arranges a list; it opens no call",
    "calls.CallView_roles": "whose list offers a view; it opens no call",
    "calls.CallChoice": "how somebody arranges her list",
    "calls.CallExport": "ordering an export and fetching it are events of the trail",
    "campaigns.Attempt": "the evidence has a row for each step, in a chain of its own",
    "campaigns.ClosedNumber": "what calls showed or agents said of them; the evidence tells of both",
    "campaigns.Evidence": "only ever added, in a chain of its own whose end the trail notes",
    "campaigns.EvidenceExport": "ordering an export and fetching it are events of the trail",
    "campaigns.Lead": "written with each attempt, whose evidence says why",
    "customers.Package": "uploading, importing and undoing a package are events of the trail",
    "customers.PackageCustomer": "what an import did; the rows that it added and changed are audited",
    "customers.CustomerExport": "ordering an export and fetching it are events of the trail",
    "calls.IvrVisit": "computed from facts",
    "reports.ReportFile": "ordering a file and fetching it are events of the trail",
    "reports.MailingRun": "what the mailer did; each mail is an event of the trail",
    "calls.QueueVisit": "computed from facts",
    "calls.Offer": "computed from facts",
    "calls.AgentStateInterval": "computed from facts",
    "reports.AgentDay": "computed from rows of calls",
    "reports.AgentHalfHour": "computed from rows of calls",
    "reports.AgentMonth": "computed from rows of calls",
    "reports.CallDay": "computed from rows of calls",
    "reports.CallMonth": "computed from rows of calls",
    "reports.Caller": "computed from rows of calls",
    "reports.CentreCallDay": "computed from rows of calls",
    "reports.CentreCallMonth": "computed from rows of calls",
    "reports.ClosedMonth": "says which months are computed",
    "reports.Mark": "says what is to be computed anew",
    "reports.QueueDay": "computed from rows of calls",
    "reports.QueueHalfHour": "computed from rows of calls",
    "reports.QueueMonth": "computed from rows of calls",
    "reports.TalkDay": "computed from rows of calls",
    "reports.TalkMonth": "computed from rows of calls",
    "reports.TrunkDay": "computed from rows of calls",
    "reports.TrunkHalfHour": "computed from rows of calls",
    "reports.TrunkMonth": "computed from rows of calls",
    "auth.Permission": "made by Django from the models",
    "contenttypes.ContentType": "made by Django from the models",
    "logins.Tries": "counts of failures; those are events of the trail",
    "logins.PastPassword": "hashes; a change of the password is an event",
    "logins.LoginSession": "logging in and out, and ending a session, are events",
    "logins.SecondFactor": "a secret; adding and removing it are events",
    "logins.RecoveryCode": "secrets; making and using them are events",
    "sessions.Session": "signing in and out are events of the trail",
    "admin.LogEntry": "the admin's own log; the rows that it speaks of are audited",
}
"""Model → why its rows leave no entries."""


def models() -> Iterator[tuple[Audited, type[Model]]]:
    """Each audited table with its model."""
    for audited in AUDITED:
        yield audited, apps.get_model(audited.model)


def label_fields(model: type[Model]) -> tuple[str, ...]:
    """Fields that make a row readable; none for a table that is not audited."""
    return _LABELS.get(model._meta.label.lower(), ())


_LABELS = {audited.model.lower(): audited.label for audited in AUDITED} | {"auth.permission": ("codename",)}
