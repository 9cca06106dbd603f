"""What a page does, by which door a program does it; or why none."""

DESK = "the desk: a person sits at it"
ENTRY = "coming in: a program has a token"
HERS = "what one person arranges for herself"
KEYS = "no program makes keys for itself"
FORM = "helps to fill a form; the door beside it takes the same"
SAID = "the same as the list in another format"
WHY = (DESK, ENTRY, HERS, KEYS, FORM, SAID)

_EXPORTS = {
    page: f"{api} {api}_one" for page, api in (
        ("call_exports", "api_call_exports"), ("customer_exports", "api_customer_exports"),
        ("evidence_exports", "api_evidence_exports"), ("report_files", "api_report_files"),
    )
}  # fmt: skip
_WORK = {
    "calls": "api_calls", "marked_customers": "api_calls", "call": "api_call api_call_timeline",
    "call_number": "api_call_number",
    "call_export_cancel": "api_call_exports_cancel", "call_export_file": "api_call_exports_file",
    "call_note": "api_call", "number_mark": "api_call_mark",
    "lost_calls": "api_lost_calls", "lost_settle": "api_lost_settle", "state_record": "api_state_record",
    "floor": "api_agents api_queues api_queue_live api_live_calls", "floor_why": "api_live_call_why",
    "floor_orders": "api_agent_ready api_agent_pause api_agent_sign_out api_agent_hang_up",
    "floor_supervise": "api_agent_watch api_agent_end_watch api_agent_take_over",
    "floor_acknowledge": "api_alarm_acknowledge",
    "customers": "api_customers", "customer_new": "api_customers", "customer": "api_customer api_customer_calls",
    "customer_number": "api_customer_number", "customer_file": "api_customer_files api_customer_file",
    "customer_export_file": "api_customer_exports_file", "customer_export_cancel": "api_customer_exports_cancel",
    "customer_imports": "api_imports", "customer_import": "api_import api_import_columns",
    "customer_import_state": "api_import", "customer_import_start": "api_import_steps",
    "customer_import_cancel": "api_import_steps", "customer_import_undo": "api_import_steps",
    "customer_import_bad": "api_import_bad_rows api_import_bad_file", "customer_import_template": FORM,
    "caller_card": "api_call", "caller_found": "api_customers", "caller_choose": "api_call_customer",
    "caller_form": "api_customers api_customer api_call_customer",
    "privacy": "api_privacy_people api_privacy_erasures api_privacy_erasure", "privacy_person": "api_privacy_person",
    "privacy_export": "api_privacy_export", "privacy_erase": "api_privacy_erase",
    "number_lists": "api_list_entries api_list_check", "number_list_add": "api_list_entries",
    "number_list_import": "api_list_entries_bulk", "number_list_remove": "api_list_entries_remove",
    "number_list_entry": "api_list_entry", "number_list_export": SAID, "number_list_template": FORM,
}  # fmt: skip
_CAMPAIGNS = {
    "campaigns": "api_campaigns", "campaign_new": "api_campaigns api_campaign_choices", "campaign": "api_campaign",
    "campaign_change": "api_campaign", "campaign_step": "api_campaign_steps", "campaign_live": "api_campaign_live",
    "campaign_live_part": "api_campaign_live", "campaigns_watch": "api_campaign_live",
    "campaign_results": "api_campaign_results", "campaign_quality": "api_campaigns_quality",
    "campaign_take": "api_fills api_leads", "campaign_package": "api_fills", "campaign_fills": "api_fills api_fill",
    "campaign_lead": "api_lead", "campaign_leads_deed": "api_lead_deeds", "campaign_leads_file": SAID,
    "campaign_templates": "api_campaign_templates", "campaign_template_new": "api_campaign_templates",
    "campaign_template": "api_campaign_template", "campaign_template_remove": "api_campaign_template",
    "campaign_holidays": "api_campaign_holidays", "campaign_holiday_remove": "api_campaign_holiday",
    "campaign_sounds": "api_campaign_sounds", "campaign_sound_file": "api_campaign_sound_file",
    "campaign_sound_rename": "api_campaign_sound", "campaign_sound_remove": "api_campaign_sound",
    "evidence": "api_evidence", "evidence_of": "api_evidence_story", "evidence_keeping": "api_evidence_keeping",
    "evidence_export_file": "api_evidence_exports_file", "evidence_export_cancel": "api_evidence_exports_cancel",
    "callbacks": "api_callbacks", "callback_move": "api_callback_move", "callback_cancel": "api_callback_cancel",
    "callback_hand_over": "api_callback_hand_over", "desk_schedule": "api_callbacks",
}  # fmt: skip
_REPORTS = {
    "reports": "api_reports", "report": "api_report", "report_file": "api_report_files_file",
    "report_file_cancel": "api_report_files_cancel", "my_reports": "api_saved_reports",
    "report_keep": "api_saved_reports", "saved_report": "api_saved_report_run", "report_change": "api_saved_report",
    "report_remove": "api_saved_report", "mailing_add": "api_mailings", "mailing_pause": "api_mailing",
    "mailing_remove": "api_mailing", "report_targets": "api_targets", "report_target_add": "api_queue_targets",
    "report_target_remove": "api_queue_target",
    "alarms": "api_alarms", "alarm_acknowledge": "api_alarm_acknowledge", "alarm_limits": "api_alarm_limits",
    "alarm_limit_add": "api_alarm_exceptions", "alarm_limit_remove": "api_alarm_exception",
    "audit": "api_audit api_audit_entry", "audit_export_csv": "api_audit_file", "audit_export_xlsx": "api_audit_file",
}  # fmt: skip
_SET_UP = {
    "customer_fields": "api_fields api_projects", "customer_field_new": "api_fields", "customer_field": "api_field",
    "customer_project_new": "api_projects", "customer_project": "api_project",
    "switches": "api_switches", "switch_rows": "api_switches", "switch_drain": "api_switch_steps",
    "switch_return": "api_switch_steps",
    "rooms": "api_rooms", "room_rows": "api_rooms", "room_add": "api_rooms", "room_change": "api_room",
    "room_remove": "api_room", "room_order": "api_room_steps",
    "extensions": "api_extensions", "extension_rows": "api_extensions",
    "extension_add": "api_extensions", "extension_change": "api_extension",
    "forwarding": "api_extension_forwarding", "extension_forwarding": "api_extension_forwarding",
    "speed_dials": "api_speed_dials api_speed_dial api_extension_speed_dials",
    "speed_dial": "api_speed_dial api_extension_speed_dial",
    "speed_dial_remove": "api_speed_dial api_extension_speed_dial",
    "extension_secret": "api_extension_secret", "extension_remove": "api_extension",
    "trunks": "api_trunks", "trunk_rows": "api_trunks", "trunk_new": "api_trunks", "trunk": "api_trunk",
    "trunk_remove": "api_trunk",
    "numbers": "api_routes", "number_add": "api_routes", "number_change": "api_route", "number_remove": "api_route",
    "staff": "api_users", "staff_users": "api_users", "staff_user_new": "api_users", "staff_user": "api_user",
    "staff_users_import": "api_users_bulk", "staff_users_export": SAID, "staff_users_template": FORM,
    **{f"staff_user_{step}": "api_user_steps" for step in ("end", "return", "unlock", "password")},
    "staff_departments": "api_departments", "staff_department_add": "api_departments",
    **{f"staff_department_{step}": "api_department" for step in ("rename", "move", "remove")},
    "staff_roles": "api_roles", "staff_roles_matrix": "api_roles", "staff_role_new": "api_roles",
    "staff_role": "api_role", "staff_role_remove": "api_role",
    "staff_skills": "api_skill_groups", "staff_skill_new": "api_skill_groups", "staff_skill": "api_skill_group",
    "staff_skill_remove": "api_skill_group",
    "staff_queue_groups": "api_queues_serving api_queue_serving api_queue_announcements api_queue_forwarding",
    "sessions": "api_sessions api_lockouts", "session_end": "api_session", "login_unlock": "api_lockout_unlock",
    "factor_away": "api_user_steps",
    "webhooks": "api_webhooks", "webhook_new": "api_webhooks", "webhook": "api_webhook api_webhook_undelivered",
    "webhook_secret": "api_webhook_secret", "webhook_try": "api_webhook_test", "webhook_switch": "api_webhook",
    "webhook_again": "api_webhook_undelivered", "webhook_remove": "api_webhook",
    "popups": "api_popups api_popup_hosts api_lookups", "popup_host": "api_popup_hosts",
    "popup_host_remove": "api_popup_host", "popup_new": "api_popups", "popup": "api_popup",
    "popup_example": "api_popup_example", "popup_secret": "api_popup_secret", "popup_unsign": "api_popup_secret",
    "popup_remove": "api_popup", "lookup_new": "api_lookups", "lookup": "api_lookup", "lookup_try": "api_lookup_test",
    "lookup_remove": "api_lookup", "healthz": "api_me",
}  # fmt: skip
_NONE = {
    DESK: ("desk desk_idle desk_work desk_outside desk_popup desk_lookup desk_window desk_notes desk_dialled desk_next "
           "desk_next_take desk_lead_accept desk_lead_skip desk_leads desk_lead_call desk_callbacks "
           "desk_callback_call desk_callback_move desk_callback_cancel desk_targets "
           "desk_ringing desk_targets_of desk_speed"),
    ENTRY: ("login logout login_code sign_on sign_on_back admin_login admin_password session_left session_stay ticket "
            "api_docs api_schema"),
    HERS: ("set_language profile password factor factor_change sessions_end_others palette call_columns "
           "call_view_keep call_view_remove call_view_begin"),
    KEYS: ("integrations integration_new integration integration_end token_new token_revoke"),
}  # fmt: skip
PARITY = {
    **_EXPORTS, **_WORK, **_CAMPAIGNS, **_REPORTS, **_SET_UP,
    "desk_orders": "api_agent_ready api_agent_answer api_agent_transfer api_agent_consult",
    "desk_dial": "api_calls", **{page: why for why, pages in _NONE.items() for page in pages.split()},
}  # fmt: skip
"""Name of a page's address → names of the API's, or one of ``WHY``."""
