"""The doors of the site, as a person reviews them. A new address is listed here, or test_doors names it.

``methods``: method → who is let in: a permission, several joined by `` or ``, PUBLIC, or SIGNED_IN. What is not
listed answers 405. ``of``: what the address names, and so whose data it is: the objects of ``town`` are made for it.
``hidden``: the answer about an object that is out of reach (404: it might as well not exist).
"""

from collections.abc import Mapping
from typing import NamedTuple

PUBLIC, SIGNED_IN = "public", "signed in"


class Door(NamedTuple):
    """``fields`` are POSTed; ``of`` is the kind of object that the address names ("" = none)."""

    methods: Mapping[str, str]
    of: str = ""
    hidden: int = 404
    fields: Mapping[str, str] = {}


def page(needs: str, of: str = "", hidden: int = 404) -> Door:
    return Door({"GET": needs}, of, hidden)


def form(needs: str, of: str = "", hidden: int = 404, **fields: str) -> Door:
    return Door({"POST": needs}, of, hidden, fields)


USERS, SKILLS = "users.see or users.manage", "skills.see or skills.manage or queues.manage"
PEOPLE = f"{USERS} or departments.manage or roles.see or roles.manage or {SKILLS}"
IMPORT = "customers.import"
CALLERS = "customers.add or customers.edit"
EVIDENCE = "campaigns.evidence"
EXTENSIONS = "extensions.see or extensions.manage"
SPEED = "desk.use or extensions.manage"
CALLBACKS = "desk.use or callbacks.manage"
FILES, KEEPERS = "reports.export or calls.export", "reports.see or calls.see"
PRIVACY = "privacy.export or privacy.erase"

DOORS = {
    "healthz": page(PUBLIC),
    "login": Door({"GET": PUBLIC, "POST": PUBLIC}),
    "logout": form(PUBLIC),
    "set_language": form(PUBLIC, language="en"),
    "login_code": Door({"GET": PUBLIC, "POST": PUBLIC}),
    "sign_on": page(PUBLIC),
    "sign_on_back": page(PUBLIC),
    "admin_login": Door({"GET": PUBLIC, "POST": PUBLIC}),
    "admin_password": Door({"GET": PUBLIC, "POST": PUBLIC}),
    "integrations": page("integrations.manage"),
    "integration_new": Door({"GET": "integrations.manage", "POST": "integrations.manage"}),
    "integration": Door({"GET": "integrations.manage", "POST": "integrations.manage"}, of="integration"),
    "integration_end": form("integrations.manage", of="integration"),
    "token_new": form("integrations.manage", of="integration"),
    "token_revoke": form("integrations.manage", of="token"),
    "webhooks": page("integrations.manage"),
    "webhook_new": Door({"GET": "integrations.manage", "POST": "integrations.manage"}),
    "webhook": Door({"GET": "integrations.manage", "POST": "integrations.manage"}, of="webhook"),
    **{
        f"webhook_{what}": form("integrations.manage", of="webhook")
        for what in ("secret", "try", "switch", "again", "remove")
    },
    "popups": page("integrations.manage"),
    "popup_host": form("integrations.manage", name="shop.example.com"),
    "popup_host_remove": form("integrations.manage", of="popup_host"),
    "popup_new": Door({"GET": "integrations.manage", "POST": "integrations.manage"}),
    "popup": Door({"GET": "integrations.manage", "POST": "integrations.manage"}, of="popup"),
    "popup_example": page("integrations.manage", of="popup"),
    **{f"popup_{what}": form("integrations.manage", of="popup") for what in ("secret", "unsign", "remove")},
    "lookup_new": Door({"GET": "integrations.manage", "POST": "integrations.manage"}),
    "lookup": Door({"GET": "integrations.manage", "POST": "integrations.manage"}, of="lookup"),
    "lookup_try": form("integrations.manage", of="lookup", number="15401400001"),
    "lookup_remove": form("integrations.manage", of="lookup"),
    "api_docs": page(PUBLIC),
    "api_schema": page(PUBLIC),
    "profile": page(SIGNED_IN),
    "password": Door({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    "factor": Door({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    "factor_change": form(SIGNED_IN),
    "sessions": page("sessions.manage"),
    "session_end": form(SIGNED_IN),
    "sessions_end_others": form(SIGNED_IN),
    "login_unlock": form("sessions.manage"),
    "factor_away": form("users.manage"),
    "session_left": page(PUBLIC),
    "session_stay": form(PUBLIC),
    "ticket": form(PUBLIC),
    "palette": page(SIGNED_IN),
    "desk": page(SIGNED_IN),
    "desk_idle": page("desk.use"),
    "desk_work": page("desk.use", of="call"),
    "desk_outside": page("desk.use", of="call"),
    "desk_popup": page("desk.use", of="call_popup"),
    "desk_lookup": page("desk.use", of="call_lookup"),
    "desk_window": page("desk.use", of="popup"),
    "desk_orders": form("desk.use", kind="BecomeReady"),
    "desk_dial": form("desk.use", number="2002"),
    "desk_notes": form("desk.use", of="call", hidden=403, note="seen"),
    "desk_dialled": page("desk.use"),
    "desk_targets": page("desk.use"),
    "desk_targets_of": page("agents.command"),
    "desk_ringing": page("desk.use"),
    "desk_speed": page("desk.use"),
    "desk_next": page("desk.use"),
    "desk_next_take": form("desk.use"),
    "desk_lead_accept": form("desk.use", of="shown"),
    "desk_lead_skip": form("desk.use", of="shown", why="later"),
    "desk_leads": page("desk.use", of="desk_campaign"),
    "desk_lead_call": form("desk.use", of="desk_lead"),
    "desk_callbacks": page("desk.use"),
    "desk_callback_call": form("desk.use", of="callback"),
    "desk_callback_move": form("desk.use", of="callback", due="2001-01-01T10:00"),
    "desk_callback_cancel": form("desk.use", of="callback"),
    "desk_schedule": Door({"GET": "desk.use or callbacks.manage", "POST": "desk.use or callbacks.manage"}),
    "floor": page("floor.watch"),
    "floor_why": page("floor.watch"),
    "floor_supervise": form("agents.supervise", kind="None", agent="agent-colleague"),
    "floor_orders": form("agents.command", kind="Reject", agent="agent-colleague"),
    "floor_acknowledge": form("alarms.handle", of="alarm"),
    "calls": page("calls.see"),
    "marked_customers": page("calls.see"),
    "call": page("calls.see", of="call"),
    "call_number": form("numbers.open", of="call"),
    "call_columns": form("calls.see", columns="queue"),
    "call_view_keep": form("calls.see", name="Mine"),
    "call_view_remove": form("calls.see", of="view"),
    "call_view_begin": form("calls.see", of="view"),
    "call_exports": Door({"GET": "calls.export", "POST": "calls.export"}, fields={"form": "csv"}),
    "call_export_cancel": form("calls.export", of="export"),
    "call_export_file": page("calls.export", of="export"),
    "call_note": form("calls.note", of="call", note="seen"),
    "report_files": Door({"GET": FILES, "POST": FILES}, fields={"form": "csv", "report": "lost_calls"}),
    "report_file": page(FILES, of="file"),
    "report_file_cancel": form(FILES, of="file"),
    "my_reports": page(KEEPERS),
    "report_keep": form(KEEPERS, name="Kept", report="lost_calls"),
    "saved_report": page(KEEPERS, of="saved"),
    "report_change": form(KEEPERS, of="saved", name="Renamed"),
    "report_remove": form(KEEPERS, of="saved"),
    "mailing_add": form(FILES, of="saved", form="csv", rhythm="daily", at="08:00"),
    "mailing_pause": form(FILES, of="mailing", paused="1"),
    "mailing_remove": form(FILES, of="mailing"),
    "lost_calls": page("calls.see"),
    "lost_settle": form("calls.note", of="call", note="seen"),
    "state_record": page("reports.see"),
    "customers": page("customers.see"),
    "customer_new": Door({"GET": "customers.add", "POST": "customers.add"}),
    "customer": Door({"GET": "customers.see", "POST": "customers.edit"}, of="customer"),
    "customer_number": form("numbers.open", of="number"),
    "customer_file": page("customers.see", of="customer_file"),
    "customer_exports": Door({"GET": "customers.export", "POST": "customers.export"}, fields={"form": "csv"}),
    "customer_export_file": page("customers.export", of="customer_export"),
    "customer_export_cancel": form("customers.export", of="customer_export"),
    "customer_imports": Door({"GET": IMPORT, "POST": IMPORT}),
    "customer_import_template": page(IMPORT, of="form"),
    "customer_import": Door({"GET": IMPORT, "POST": IMPORT}, of="package"),
    "customer_import_state": page(IMPORT, of="package"),
    "customer_import_start": form(IMPORT, of="package"),
    "customer_import_cancel": form(IMPORT, of="package"),
    "customer_import_undo": form(IMPORT, of="package"),
    "customer_import_bad": page(IMPORT, of="bad_rows"),
    "customer_fields": page("customers.fields"),
    "customer_field_new": Door({"GET": "customers.fields", "POST": "customers.fields"}, fields={"name": "X"}),
    "customer_field": Door({"GET": "customers.fields", "POST": "customers.fields"}, of="field", fields={"name": "X"}),
    "customer_project_new": Door({"GET": "customers.fields", "POST": "customers.fields"}, fields={"name": "X"}),
    "customer_project": Door({"GET": "customers.fields", "POST": "customers.fields"}, of="project"),
    "evidence": page(EVIDENCE),
    "evidence_of": page(EVIDENCE, of="evidence"),
    "evidence_keeping": Door({"GET": EVIDENCE, "POST": "campaigns.manage"}, fields={"years": "5"}),
    "evidence_exports": Door({"GET": EVIDENCE, "POST": EVIDENCE}, fields={"form": "csv"}),
    "evidence_export_file": page(EVIDENCE, of="evidence_export"),
    "evidence_export_cancel": form(EVIDENCE, of="evidence_export"),
    "callbacks": page(CALLBACKS),
    "callback_move": form(CALLBACKS, of="agreed", due_at="2099-01-01T10:00"),
    "callback_cancel": form(CALLBACKS, of="agreed"),
    "callback_hand_over": form("callbacks.manage", of="agreed", agent="pool"),
    "caller_card": page("desk.use", of="call"),
    "caller_found": page("desk.use", of="call"),
    "caller_choose": form("desk.use", of="call"),
    "caller_form": Door({"GET": CALLERS, "POST": CALLERS}, of="call"),
    "campaigns": page("campaigns.see"),
    "campaigns_watch": page("campaigns.see"),
    "campaign_new": Door({"GET": "campaigns.manage", "POST": "campaigns.manage"}),
    "campaign_take": Door({"GET": "campaigns.manage", "POST": "campaigns.manage"}),
    "campaign_quality": page("campaigns.see"),
    "campaign_templates": page("campaigns.see"),
    "campaign_template_new": Door({"GET": "campaigns.manage", "POST": "campaigns.manage"}),
    "campaign_template": Door({"GET": "campaigns.manage", "POST": "campaigns.manage"}, of="template"),
    "campaign_template_remove": form("campaigns.manage", of="template"),
    "campaign_sounds": Door({"GET": "campaigns.see", "POST": "campaigns.manage"}),
    "campaign_sound_file": page("campaigns.see", of="sound"),
    "campaign_sound_rename": form("campaigns.manage", of="sound", name="Renamed"),
    "campaign_sound_remove": form("campaigns.manage", of="sound"),
    "campaign_holidays": Door({"GET": "campaigns.see", "POST": "campaigns.manage"}),
    "campaign_holiday_remove": form("campaigns.manage", of="holiday"),
    "campaign": page("campaigns.see", of="campaign"),
    "campaign_results": page("campaigns.see", of="campaign"),
    "campaign_change": Door({"GET": "campaigns.manage", "POST": "campaigns.manage"}, of="campaign"),
    "campaign_step": form("campaigns.run", of="campaign", step="end"),
    "campaign_live": page("campaigns.see", of="campaign"),
    "campaign_live_part": page("campaigns.see", of="campaign"),
    "campaign_package": form("campaigns.manage", of="campaign"),
    "campaign_fills": page("campaigns.see", of="campaign"),
    "campaign_lead": page("campaigns.see", of="lead"),
    "campaign_leads_deed": form("campaigns.manage", of="campaign"),
    "campaign_leads_file": page("campaigns.see", of="leads_file"),
    "number_lists": page("lists.see"),
    "number_list_export": page("lists.see", of="sheet"),
    "number_list_add": Door({"GET": "lists.manage", "POST": "lists.manage"}),
    "number_list_import": Door({"GET": "lists.manage", "POST": "lists.manage"}),
    "number_list_template": page("lists.manage", of="sheet"),
    "number_list_remove": form("lists.manage"),
    "number_list_entry": Door({"GET": "lists.manage", "POST": "lists.manage"}, of="line"),
    "number_mark": form("lists.mark or lists.manage", of="call", reason="asked"),
    "reports": page("reports.see"),
    "report": page("reports.see", of="report"),
    "report_targets": Door({"GET": "reports.targets", "POST": "reports.targets"}),
    "report_target_add": form("reports.targets", figure="asa", queue="support", value="10"),
    "report_target_remove": form("reports.targets", figure="asa", queue="support"),
    "alarms": page("alarms.see"),
    "alarm_acknowledge": form("alarms.handle", of="alarm"),
    "alarm_limits": Door({"GET": "alarms.set", "POST": "alarms.set"}),
    "alarm_limit_add": form("alarms.set", code="longest_wait", of="support", warning="30", critical="60"),
    "alarm_limit_remove": form("alarms.set", code="longest_wait", of="support"),
    "audit": page("audit.see"),
    "audit_export_csv": page("audit.export"),
    "audit_export_xlsx": page("audit.export"),
    "privacy": page(PRIVACY),
    "privacy_person": page(PRIVACY, of="person"),
    "privacy_export": form("privacy.export", of="person"),
    "privacy_erase": form("privacy.erase", of="person"),
    "extensions": page(EXTENSIONS),
    "extension_rows": page(EXTENSIONS),
    "extension_add": form("extensions.manage", number="2099", kind="phone"),
    "extension_change": form("extensions.manage", of="extension", kind="phone"),
    "extension_secret": form("extensions.manage", of="extension"),
    "extension_remove": form("extensions.manage", of="extension"),
    "extension_forwarding": Door({"GET": EXTENSIONS, "POST": "extensions.manage"}, of="extension"),
    "forwarding": Door({"GET": "desk.use", "POST": "desk.use"}),
    "speed_dials": Door({"GET": SPEED, "POST": SPEED}),
    "speed_dial": Door({"GET": SPEED, "POST": SPEED}, of="speed"),
    "speed_dial_remove": form(SPEED, of="speed"),
    "numbers": page("routes.see or routes.manage"),
    "number_add": form("routes.manage", number="4099", target="queue:support"),
    "number_change": form("routes.manage", of="dialled", target="queue:support"),
    "number_remove": form("routes.manage", of="dialled"),
    "trunks": page("trunks.see or trunks.manage"),
    "trunk_rows": page("trunks.see or trunks.manage"),
    "trunk_new": Door({"GET": "trunks.manage", "POST": "trunks.manage"}),
    "trunk": Door({"GET": "trunks.manage", "POST": "trunks.manage"}, of="trunk"),
    "trunk_remove": form("trunks.manage", of="trunk"),
    "rooms": page("rooms.use"),
    "room_rows": page("rooms.use"),
    "room_add": form("rooms.manage", code="annex", name="Annex"),
    "room_change": form("rooms.manage", of="room", name="Hall"),
    "room_remove": form("rooms.manage", of="room"),
    "room_order": form("rooms.use", of="room", step="join"),
    "switches": page("switches.see"),
    "switch_rows": page("switches.see"),
    "switch_drain": form("switches.manage", of="switch"),
    "switch_return": form("switches.manage", of="switch"),
    "staff": page(PEOPLE),
    "staff_users": page(USERS),
    "staff_users_export": page(USERS, of="sheet"),
    "staff_users_template": page("users.manage", of="sheet"),
    "staff_users_import": Door({"GET": "users.manage", "POST": "users.manage"}),
    "staff_user_new": Door({"GET": "users.manage", "POST": "users.manage"}),
    "staff_user": Door({"GET": USERS, "POST": "users.manage"}, of="user"),
    "staff_user_end": form("users.manage", of="user"),
    "staff_user_return": form("users.manage", of="user"),
    "staff_user_unlock": form("users.manage", of="user"),
    "staff_user_password": form("users.manage", of="user"),
    "staff_departments": page("departments.manage"),
    "staff_department_add": form("departments.manage", name="West"),
    "staff_department_rename": form("departments.manage", of="department", name="West"),
    "staff_department_move": form("departments.manage", of="department"),
    "staff_department_remove": form("departments.manage", of="department"),
    "staff_roles": page("roles.see or roles.manage"),
    "staff_roles_matrix": page("roles.see or roles.manage"),
    "staff_role_new": Door({"GET": "roles.manage", "POST": "roles.manage"}, fields={"step": "save", "name": "Mine"}),
    "staff_role": Door({"GET": "roles.manage", "POST": "roles.manage"}, of="role", fields={"step": "save"}),
    "staff_role_remove": form("roles.manage", of="role"),
    "staff_skills": page(SKILLS),
    "staff_skill_new": Door({"GET": "skills.manage", "POST": "skills.manage"}, fields={"step": "save", "name": "X"}),
    "staff_skill": Door({"GET": SKILLS, "POST": "skills.manage"}, of="skill", fields={"step": "save", "name": "X"}),
    "staff_skill_remove": form("skills.manage", of="skill"),
    "staff_queue_groups": Door({"GET": "queues.manage", "POST": "queues.manage"}, of="queue"),
}
"""Name of the address → its door."""

SEEN_BY = {
    "callback_move": "callbacks.manage", "callback_cancel": "callbacks.manage",
    "number_mark": "calls.see",
    "desk_work": "calls.see", "desk_outside": "calls.see", "desk_popup": "calls.see", "desk_lookup": "calls.see",
    "caller_card": "calls.see", "caller_found": "calls.note", "caller_choose": "calls.note",
    "caller_form": "calls.note", "customer_number": "customers.see",
    "desk_notes": "calls.note", "call_number": "calls.see", "staff_user": "users.see",
}  # fmt: skip
"""Doors whose object is reached by another permission than the one that opens the door."""

OWN_ANYWAY = {"agreed"}
"""Kinds of things that are hers to touch if they are her own, whatever her permissions reach."""

SOCKETS = {"ws/desk/": "desk.use", "ws/floor/": "floor.watch"}

OWN, NODES, ROOMS = "desk.use", "switches.manage", "rooms.use"
OTHERS = "agents.command"
NOBODY = "no permission: of her own call nobody is the supervisor"
COMMANDS = {
    "SignIn": OWN, "SignOut": OWN, "BecomeReady": OWN, "Pause": OWN, "PlanPause": OWN, "Answer": OWN, "Reject": OWN,
    "Hold": OWN, "Resume": OWN, "HangUp": OWN, "FinishWrapUp": OWN, "ExtendWrapUp": OWN, "Dial": OWN,
    "Transfer": OWN, "Redirect": OWN, "Consult": OWN, "SwapConsult": OWN, "CompleteTransfer": OWN, "CancelConsult": OWN,
    "JoinAll": OWN, "Mute": OWN, "Unmute": OWN, "SendKeys": OWN, "MarkCustomer": OWN, "Park": OWN, "Retrieve": OWN,
    "PickUpCall": OWN,
    "AskCallBack": OWN, "CancelCallBack": OWN, "DoNotDisturb": OWN, "MayDisturb": OWN,
    "Watch": NOBODY, "EndWatch": NOBODY, "TakeOver": NOBODY, "DrainNode": NODES, "ReturnNode": NODES,
    "JoinRoom": ROOMS, "InviteToRoom": ROOMS, "MuteMember": ROOMS, "DeafMember": ROOMS, "KickMember": ROOMS,
    "LockRoom": ROOMS, "EndRoom": ROOMS,
}  # fmt: skip
"""Command → what it takes to give it for oneself (or to a node); for another agent it takes OTHERS or FOR_OTHERS."""

SUPERVISE = "agents.supervise"
FOR_OTHERS = {
    "Dial": "calls.dial_others", "Watch": SUPERVISE, "EndWatch": SUPERVISE, "TakeOver": SUPERVISE,
}  # fmt: skip
"""Commands for another agent that take another permission than OTHERS."""

FROM_NO_PAGE = {"DialLead"}
"""Commands that nobody gives: the orders behind them are rows."""

WRITES_ON_GET = {"login", "desk"}
"""A GET of these may write: the login rotates its token's session."""

ENDS_SESSION = {"logout"}
"""Whoever comes through here has to log in again."""
