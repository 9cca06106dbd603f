"""Every page that a person can see, for `docs/pictures.py` and the tests that look at all of them.

A page of the navigation, or one that the palette knows by name, that is missing here fails tests/docs/test_pagelist.py.
"""

from typing import NamedTuple

NOBODY, AGENT, SUPERVISOR, ADMINISTRATOR = "", "agent", "supervisor", "administrator"


class Shown(NamedTuple):
    """``url``: name of the address to begin at; ``query`` stands behind it. ``click``: selectors that lead from there
    to what is shown, one after the other; ``keys`` are pressed at last. ``ready``: what is there when it is whole."""

    name: str
    who: str
    url: str
    query: str = ""
    click: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    ready: str = "#main"


ROW = "#main tbody a >> nth=0"
LIVE = '#main tbody a[href$="/live/"] >> nth=0'
REPORT = ".report-index a >> nth=0"
PAGES = (
    Shown("login", NOBODY, "login"),
    Shown("desk", AGENT, "desk", ready='body:not([data-state="loading"])'),
    Shown("floor", SUPERVISOR, "floor", ready='#link[data-link="live"]'),
    Shown("calls", SUPERVISOR, "calls"),
    Shown("number-lists", SUPERVISOR, "number_lists"),
    Shown("number-lists-asked", SUPERVISOR, "number_lists", "?ask=13800001111"),
    Shown("number-lists-add", SUPERVISOR, "number_list_add"),
    Shown("number-lists-import", SUPERVISOR, "number_list_import"),
    Shown("number-lists-entry", SUPERVISOR, "number_lists", click=("#lines tbody a >> nth=0",)),
    Shown("calls-agent", AGENT, "calls"),
    Shown("call", SUPERVISOR, "calls", click=(ROW,), ready="h1"),
    Shown("lost-calls", SUPERVISOR, "lost_calls"),
    Shown("state-record", SUPERVISOR, "state_record"),
    Shown("my-reports", SUPERVISOR, "my_reports"),
    Shown("customers", ADMINISTRATOR, "customers"),
    Shown("customer", ADMINISTRATOR, "customers", click=(ROW,)),
    Shown("schedule", ADMINISTRATOR, "customers", click=(ROW, "a[href*='/desk/schedule/']"), ready="form.schedule"),
    Shown("callbacks", AGENT, "callbacks"),
    Shown("evidence", ADMINISTRATOR, "evidence"),
    Shown("customer-new", ADMINISTRATOR, "customer_new"),
    Shown("customer-imports", ADMINISTRATOR, "customer_imports"),
    Shown("integrations", ADMINISTRATOR, "integrations"),
    Shown("integration-new", ADMINISTRATOR, "integration_new"),
    Shown("integration", ADMINISTRATOR, "integrations", click=(ROW,)),
    Shown("webhooks", ADMINISTRATOR, "webhooks"),
    Shown("webhook-new", ADMINISTRATOR, "webhook_new"),
    Shown("webhook", ADMINISTRATOR, "webhooks", click=(ROW,)),
    Shown("popups", ADMINISTRATOR, "popups"),
    Shown("popup-new", ADMINISTRATOR, "popup_new"),
    Shown("lookup-new", ADMINISTRATOR, "lookup_new"),
    Shown("campaigns", ADMINISTRATOR, "campaigns"),
    Shown("campaign", ADMINISTRATOR, "campaigns", click=(ROW,)),
    Shown("campaign-live", ADMINISTRATOR, "campaigns", click=(LIVE,), ready="#live-part"),
    Shown("campaign-new", ADMINISTRATOR, "campaign_new"),
    Shown("campaigns-watch", ADMINISTRATOR, "campaigns_watch"),
    Shown("campaigns-quality", ADMINISTRATOR, "campaign_quality"),
    Shown("campaign-templates", ADMINISTRATOR, "campaign_templates"),
    Shown("evidence-keeping", ADMINISTRATOR, "evidence_keeping"),
    Shown("campaign-holidays", ADMINISTRATOR, "campaign_holidays"),
    Shown("campaign-sounds", ADMINISTRATOR, "campaign_sounds"),
    Shown("marked-customers", AGENT, "marked_customers"),
    Shown("customers-filters", ADMINISTRATOR, "customers", click=("#more summary",), ready="#more[open]"),
    Shown("customer-fields", ADMINISTRATOR, "customer_fields"),
    Shown("customer-field-new", ADMINISTRATOR, "customer_field_new"),
    Shown("customer-project-new", ADMINISTRATOR, "customer_project_new"),
    Shown("people", ADMINISTRATOR, "staff"),
    Shown("users", ADMINISTRATOR, "staff_users"),
    Shown("user", ADMINISTRATOR, "staff_users", click=(ROW,)),
    Shown("user-new", ADMINISTRATOR, "staff_user_new"),
    Shown("users-import", ADMINISTRATOR, "staff_users_import"),
    Shown("departments", ADMINISTRATOR, "staff_departments"),
    Shown("roles", ADMINISTRATOR, "staff_roles"),
    Shown("role-new", ADMINISTRATOR, "staff_role_new"),
    Shown("roles-matrix", ADMINISTRATOR, "staff_roles_matrix"),
    Shown("skills", ADMINISTRATOR, "staff_skills"),
    Shown("skills-queue", ADMINISTRATOR, "staff_skills", click=("#queue-groups tbody a >> nth=0",)),
    Shown("skill-new", ADMINISTRATOR, "staff_skill_new"),
    Shown("reports", SUPERVISOR, "reports"),
    Shown("reports-agent", AGENT, "reports"),
    Shown("report", SUPERVISOR, "reports", click=(REPORT,), ready="#rows-table"),
    Shown(
        "report-explained", SUPERVISOR, "reports", click=(REPORT, "thead .why >> nth=0"), ready=".explain:popover-open"
    ),
    Shown("report-targets", ADMINISTRATOR, "report_targets"),
    Shown("alarms", ADMINISTRATOR, "alarms"),
    Shown("sessions", ADMINISTRATOR, "sessions"),
    Shown("switches", ADMINISTRATOR, "switches"),
    Shown("extensions", ADMINISTRATOR, "extensions"),
    Shown("extension-forwarding", ADMINISTRATOR, "extensions", click=("#extensions a[href$='/forwarding/'] >> nth=0",)),
    Shown("forwarding", AGENT, "forwarding"),
    Shown("speed-dial", AGENT, "speed_dials"),
    Shown("speed-dial-change", ADMINISTRATOR, "speed_dials", click=("#speed-centre a >> nth=0",)),
    Shown("numbers", ADMINISTRATOR, "numbers"),
    Shown("trunks", ADMINISTRATOR, "trunks"),
    Shown("trunk", ADMINISTRATOR, "trunks", click=(ROW,)),
    Shown("trunk-new", ADMINISTRATOR, "trunk_new"),
    Shown("rooms", ADMINISTRATOR, "rooms"),
    Shown("privacy", ADMINISTRATOR, "privacy"),
    Shown("privacy-found", ADMINISTRATOR, "privacy", query="?q=an"),
    Shown("audit", ADMINISTRATOR, "audit"),
    Shown("profile", AGENT, "profile"),
    Shown("password", AGENT, "password"),
    Shown("factor", AGENT, "factor"),
    Shown("palette", SUPERVISOR, "calls", keys=("Control+k",), ready="#palette[open]"),
)
