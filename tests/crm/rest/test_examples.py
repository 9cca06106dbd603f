"""The examples in the API's description are answers of today: EXAMPLES=write writes them anew."""

import json
import os

import pytest
from jsonschema import Draft202012Validator

from crm.access.permissions import BY_CODE
from crm.accounts.models import User
from crm.alarms.services import alarm_raise
from crm.calls.models import CallRecord
from crm.integrations.services import NEVER
from crm.rest.examples import examples
from crm.rest.pages import described
from tests.crm.calls.calls import call

from .examples import Examples, write

MISSED = 0.4
"""At most so many of the operations may have no example."""


@pytest.fixture
def document():
    examples.cache_clear()
    described.cache_clear()
    return json.loads(described()[0])


@pytest.fixture
def told(programs, cast, document, settings, monkeypatch) -> dict:
    """The story."""
    monkeypatch.setattr("crm.live.services.WAIT_S", 0.01)  # no daemon is there that would answer an order
    settings.OUTWARD_ALLOWED = ["127.0.0.0/8"]
    program = programs(*sorted(BY_CODE.keys() - NEVER), rate=100_000)
    story = Examples(program, document)
    story.tell("GET", "/me")
    _customers(story, cast)
    _calls_and_agents(story)
    _staff(story)
    _campaigns(story)
    _popups(story)
    _roles_and_alarms(story)
    _settings(story, cast)
    _the_rest(story)
    _files(story)
    _privacy(story)
    return story.kept


def test_examples_are_what_is_answered_today(told, document):
    if os.environ.get("EXAMPLES") == "write":
        write(told)
        return
    wrong = [name for name in told if told[name] != examples().get(name)]
    assert told == examples(), f"another answer than in the description: {wrong}; EXAMPLES=write writes them anew"
    operations = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    without = [name for name in operations if name not in told]
    assert len(without) <= MISSED * len(operations), without


def test_examples_have_the_shape_that_the_description_tells(document):
    parts = {"components": document["components"]}
    seen, wrong = 0, []
    for methods in document["paths"].values():
        for operation in methods.values():
            for place in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in place.get("content", {}).values():
                    if "example" in content:
                        seen += 1
                        shape = Draft202012Validator({**parts, **content["schema"]})
                        said = [error.message for error in shape.iter_errors(content["example"])]
                        wrong += [f"{operation['operationId']}: {sentence}" for sentence in said]
    assert seen >= 60 and not wrong, "\n".join(wrong)


def _customers(story, cast) -> None:
    wang = {"name": "Wang Fang", "numbers": ["138 0013 8000"], "company": "Harbour Books"}
    made = story.tell("POST", "/customers", wang)
    story.tell("POST", "/customers", {"name": "Li Na", "numbers": ["no number"]})
    path, tag = made["Location"], made["ETag"]
    story.tell("GET", "/customers?q=Wang")
    story.tell("GET", path)
    story.tell("PATCH", path, {"note": "Call in the morning"}, if_match=tag)
    story.tell("GET", "/customers/999999999")
    story.tell("POST", "/customers/bulk", {"items": [{"name": "Chen Wei"}, {"name": ""}]})
    story.tell("GET", "/fields")
    story.tell("POST", "/fields", {"name": "Contract", "kind": "text"})
    story.tell("GET", "/projects")
    story.tell("POST", "/projects", {"code": "may", "name": "May"})
    story.tell("GET", "/imports")
    entry = {"number": "138 0000 1111", "list": "black", "reason": "nuisance"}
    made = story.tell("POST", "/number-lists/entries", entry)
    story.tell("POST", "/number-lists/entries", entry)
    story.tell("GET", "/number-lists/entries?list=black")
    story.tell("GET", made["Location"])
    story.tell("PATCH", made["Location"], {"reason": "asked for it"}, if_match=made["ETag"])
    story.tell("POST", "/number-lists/entries/bulk", {"items": [{"number": "138*", "list": "no_call"}]})
    story.tell("POST", "/number-lists/check", {"numbers": ["13800001111", "13800002222"], "way": "out"})
    story.tell("POST", "/number-lists/entries/remove", {"ids": [made.body["id"]]})


def _calls_and_agents(story) -> None:
    call("2026-11-23-000001", 0, agent="alice", queue="support", talk_ms=61_000, note="About the invoice")
    assert CallRecord.objects.exists()
    story.tell("GET", "/calls?agent=alice")
    story.tell("GET", "/calls/2026-11-23-000001")
    story.tell("GET", "/calls/2026-11-23-000001/timeline")
    story.tell("PATCH", "/calls/2026-11-23-000001", {"disposition": "resolved", "note": "Sent a new one"})
    _one_call(story, "/calls/2026-11-23-000001")
    story.tell("POST", "/calls", {"agent": "alice", "number": "2002"})
    for path in ("/agents", "/agents/alice", "/queues", "/queues/serving", "/queues/support/serving",
                 "/queues/support/announcements",
                 "/queues/support/forwarding", "/routes", "/switches", "/rooms", "/pause-reasons", "/dispositions",
                 "/roles"):  # fmt: skip
        story.tell("GET", path)
    _lines(story)
    story.tell("POST", "/agents/alice/commands/pause", {"reason": "break"})
    story.tell("POST", "/agents/alice/commands/pause", {"reason": "none such"})
    for word in ("ready", "hold", "resume", "hang-up", "sign-in", "sign-out", "answer", "finish-wrap-up"):
        story.tell("POST", f"/agents/alice/commands/{word}")
    story.tell("POST", "/agents/alice/commands/plan-pause", {"reason": "break"})


def _lines(story) -> None:
    made = story.tell("POST", "/extensions", {"number": "2099", "name": "Reception"})
    story.tell("GET", "/extensions")
    story.tell("GET", made["Location"])
    story.tell("PATCH", made["Location"], {"name": "Hall"}, if_match=made["ETag"])
    forwarding = story.tell("GET", f"{made['Location']}/forwarding")
    rule = {"how": "no_answer", "number": "2001", "since": "18:00", "until": "08:00"}
    story.tell("PUT", f"{made['Location']}/forwarding", {"rules": [rule]}, if_match=forwarding["ETag"])
    story.tell("PUT", "/speed-dials/12", {"name": "Reception", "number": "2099"})
    story.tell("GET", "/speed-dials")
    story.tell("PUT", "/extensions/2001/speed-dials/13", {"name": "Bob", "number": "2002"})
    story.tell("GET", "/extensions/2001/speed-dials")
    account = {"name": "telecom", "proxy": "sip.example.net", "user": "4008001", "secret": "s3cret", "register": True}
    made = story.tell("POST", "/trunks", account)
    story.tell("GET", "/trunks")
    story.tell("PATCH", made["Location"], {"prefixes": ["021", "138"], "channels": 30}, if_match=made["ETag"])
    made = story.tell("POST", "/routes", {"number": "4099", "target": "extension", "extension": "2099"})
    story.tell("GET", made["Location"])
    story.tell("PATCH", made["Location"], {"queue": "support"}, if_match=made["ETag"])


def _one_call(story, path) -> None:
    story.tell("POST", f"{path}/number")
    story.tell("POST", f"{path}/mark", {"reason": "asked for it"})
    whose = story.program.get("/customers?q=Wang").body["items"][0]
    story.tell("POST", f"{path}/customer", {"customer": whose["id"]})
    story.tell("GET", f"/customers/{whose['id']}/calls")
    story.tell("POST", f"/customers/{whose['id']}/numbers/{whose['numbers'][0]['id']}/open")
    call("2026-11-23-000002", 1, queue="support", outcome="abandoned_in_queue", wait_ms=42_000)
    story.tell("GET", "/lost-calls?since=2026-09-16&until=2026-09-16")
    story.tell("POST", "/lost-calls/2026-11-23-000002/settle", {"note": "Wrote to her"})
    story.tell("GET", "/live/calls")
    story.tell("GET", "/state-record?span=week")


def _staff(story) -> None:
    made = story.tell("POST", "/departments", {"name": "Renewals", "name_zh": "续约"})
    story.tell("GET", "/departments")
    story.tell("GET", made["Location"])
    story.tell("PATCH", made["Location"], {"name": "Retention"}, if_match=made["ETag"])
    dora = {"login": "dora", "display_name": "Dora", "extension": "2009", "agent": {"wrap_up_s": 45}}
    made = story.tell("POST", "/users", dora)
    story.tell("POST", "/users", dora)
    story.tell("GET", "/users?q=dora")
    story.tell("GET", made["Location"])
    story.tell("PATCH", made["Location"], {"display_name": "Dora B."}, if_match=made["ETag"])
    story.tell("POST", f"{made['Location']}/steps", {"step": "end"})
    story.tell("POST", "/users/bulk", {"items": [{"login": "eve", "display_name": "Eve"}, {"login": "eve"}]})
    story.tell("GET", "/lockouts")
    story.tell("POST", "/lockouts/unlock", {"user": "alice"})
    made = story.tell("POST", "/skill-groups", {"name": "English", "members": {"alice": 9}})
    story.tell("GET", "/skill-groups")
    story.tell("GET", made["Location"])
    story.tell("PATCH", made["Location"], {"members": {"alice": 7}}, if_match=made["ETag"])


def _campaigns(story) -> None:
    group = story.program.get("/skill-groups").body["items"][0]["id"]
    rules = {"name": "Renewal", "mode": "progressive", "skill_group": group, "meanings": {"resolved": "success"}}
    template = story.tell("POST", "/campaign-templates", rules)
    story.tell("GET", "/campaign-templates")
    story.tell("GET", "/campaigns/choices")
    story.tell("GET", template["Location"])
    made = story.tell("POST", "/campaigns", {"name": "May", "template": template.body["id"], "priority": 3})
    path = made["Location"]
    story.tell("GET", "/campaigns")
    story.tell("GET", path)
    story.tell("PATCH", path, {"ring_s": 40}, if_match=made["ETag"])
    story.tell("POST", f"{path}/steps", {"step": "start"})
    story.tell("GET", f"{path}/leads")
    story.tell("GET", f"{path}/results")
    story.tell("GET", f"{path}/live")
    story.tell("POST", f"{path}/leads/deeds", {"deed": "reopen", "asked": {"outcome": "no_answer"}, "priority": 10})
    story.tell("POST", f"{path}/fills", {"filter": {"level": "gold"}})
    story.tell("GET", f"{path}/fills")
    story.tell("GET", "/callbacks")


def _popups(story) -> None:
    story.tell("POST", "/popup-hosts", {"name": "billing.example.com"})
    story.tell("POST", "/popup-hosts", {"name": "https://billing.example.com/"})
    story.tell("GET", "/popup-hosts")
    page = {"name": "Bills", "url": "https://billing.example.com/customer?number={number}", "queues": ["support"]}
    made = story.tell("POST", "/popups", page)
    story.tell("POST", "/popups", page | {"url": "https://another.example.com/"})
    path = made["Location"]
    story.tell("POST", f"{path}/secret")
    story.tell("GET", "/popups")
    tag = story.tell("GET", path)["ETag"]
    story.tell("PATCH", path, {"moment": "talk"}, if_match=tag)
    story.tell("DELETE", f"{path}/secret")
    story.tell("DELETE", path)
    asked = {"name": "Account", "url": "https://billing.example.com/api/subscriber?number={e164}", "limit_ms": 500,
             "answer": [{"label": "Balance", "path": "account.balance"}]}  # fmt: skip
    made = story.tell("POST", "/lookups", asked)
    path = made["Location"]
    story.tell("GET", "/lookups")
    story.tell("GET", path)
    story.tell("PATCH", path, {"kept_s": 0}, if_match=made["ETag"])
    story.tell("DELETE", path)


def _roles_and_alarms(story) -> None:
    role = {"name": "Reader", "scope": "department", "permissions": ["calls.see", "customers.see"]}
    made = story.tell("POST", "/roles", role)
    path = made["Location"]
    story.tell("GET", path)
    story.tell("PATCH", path, {"permissions": ["calls.see"]}, if_match=made["ETag"])
    story.tell("DELETE", path)
    alarm = alarm_raise("node_down", "node1", severity="critical", text="The switch cannot be reached.")
    story.tell("GET", "/alarms")
    story.tell("POST", f"/alarms/{alarm.pk}/acknowledge")


def _settings(story, cast) -> None:
    for path, said in (
        ("/alarms/limits", {"longest_wait": {"critical": 90}}), ("/reports/targets", {"service_level": 0.85}),
        ("/evidence/keeping", {"years": 7}),
    ):  # fmt: skip
        tag = story.tell("GET", path)["ETag"]
        story.tell("PATCH", path, said, if_match=tag)
    exception = {"code": "longest_wait", "of": "support", "warning": 20, "critical": 40}
    _kept(story, "/alarms/limits/exceptions", exception, {"warning": 30})
    _kept(story, "/reports/targets/queues", {"figure": "asa", "queue": "support", "value": 10}, {"value": 12})
    _kept(story, "/campaign-holidays", {"day": "2030-10-01", "country": "86", "name": "National day"})
    User.objects.filter(pk=cast.sofia.pk).update(email="sofia@example.com")
    asked = {"report": "queues", "name": "The day", "asked": {"span": "yesterday"}}
    report = story.tell("POST", "/reports/saved", asked).body["id"]
    mailing = {"report": report, "form": "xlsx", "rhythm": "daily", "at": "08:30", "recipients": [cast.sofia.pk]}
    _kept(story, "/reports/mailings", mailing, {"paused": True})
    story.tell("GET", "/audit?kind=campaigns_holiday&action=delete")


def _kept(story, path, said, change=None) -> None:
    """Made, listed, read, changed, removed."""
    made = story.tell("POST", path, said)
    story.tell("GET", path)
    tag = story.tell("GET", made["Location"])["ETag"]
    if change is not None:
        story.tell("PATCH", made["Location"], change, if_match=tag)
    story.tell("DELETE", made["Location"])


def _the_rest(story) -> None:
    hook = {"name": "Billing", "url": "https://billing.example.com/hook", "kinds": ["call.ended"]}
    made = story.tell("POST", "/webhooks", hook)
    story.tell("POST", "/webhooks", {"name": "Billing", "url": "http://{number}/"})
    path = made["Location"]
    story.tell("GET", "/webhooks")
    story.tell("GET", path)
    story.tell("PATCH", path, {"state": "paused"})
    story.tell("POST", f"{path}/secret")
    story.tell("POST", f"{path}/undelivered", {})
    story.tell("GET", f"{path}/undelivered")
    story.tell("GET", "/events?limit=2")
    story.tell("GET", "/reports")
    asked = {"report": "agents", "name": "Yesterday", "asked": {"span": "yesterday"}}
    story.tell("POST", "/reports/saved", asked)
    story.tell("GET", "/reports/saved")
    story.tell("DELETE", path)  # the webhook


def _files(story) -> None:
    for path, said in (
        ("/calls/exports", {"form": "xlsx", "asked": {"queue": "support", "span": "week"}, "columns": ["arrived"]}),
        ("/customers/exports", {"form": "csv", "asked": {"level": "gold"}}),
        ("/reports/files", {"report": "agents", "form": "pdf", "asked": {"span": "last_week"}}),
        ("/evidence/exports", {"form": "csv", "asked": {"outcome": "answered"}}),
    ):
        made = story.tell("POST", path, said)
        story.tell("GET", path)
        story.tell("GET", made["Location"])
        story.tell("POST", f"{made['Location']}/cancel")


def _privacy(story) -> None:
    (found,) = story.tell("GET", "/privacy/people?q=Chen").body["items"]
    path = f"/privacy/people/{found['key']}"
    story.tell("GET", path)
    said = {"reason": "Her letter of 22 November", "confirm": "Chen Wei"}
    story.tell("POST", f"{path}/erase", said | {"confirm": "Chen"})
    made = story.tell("POST", f"{path}/erase", said)
    story.tell("GET", made["Location"])
    story.tell("GET", "/privacy/erasures")
