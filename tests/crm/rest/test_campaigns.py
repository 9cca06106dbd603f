"""Other programs make campaigns, fill and run them, and read what came of it."""

import pytest

from crm.accounts.models import SkillGroup, SkillMember
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.leads.filling import fill_run
from crm.campaigns.models import Campaign, Lead
from crm.customers.models import Customer
from crm.customers.services import customer_add
from crm.integrations.models import Token
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from tests.crm.campaigns.people import AT, campaign_of, lead_of

ALL = ("campaigns.see", "campaigns.manage", "campaigns.run", "customers.see", "numbers.whole")


@pytest.fixture
def group(cast):
    made = SkillGroup.objects.create(name="Renewals")
    SkillMember.objects.create(group=made, user=cast.alice)
    return made


@pytest.fixture
def dialler(programs):
    return programs(*ALL)


def test_a_campaign_is_made_from_a_template_changed_and_run(dialler, group):
    rules = {"name": "Renewal", "mode": "progressive", "skill_group": group.pk, "ring_s": 25,
             "meanings": {"resolved": "success"}}  # fmt: skip
    template = dialler.post("/campaign-templates", rules)
    assert template.status_code == 201 and template.body["meanings"] == {"resolved": "success"}
    made = dialler.post("/campaigns", {"name": "May", "template": template.body["id"], "priority": 3})
    assert made.status_code == 201 and made["ETag"] == '"v1"'
    told = {name: made.body[name] for name in ("name", "state", "ring_s", "priority", "meanings", "skill_group")}
    assert told == {"name": "May", "state": "draft", "ring_s": 25, "priority": 3,
                    "meanings": {"resolved": "success"}, "skill_group": group.pk}  # fmt: skip
    path = made["Location"]
    changed = dialler.patch(path, {"ring_s": 40, "departments": []}, if_match='"v1"')
    assert (changed.body["ring_s"], changed.body["rules"], changed["ETag"]) == (40, 2, '"v2"')
    assert dialler.patch(path, {"ring_s": 50}, if_match='"v1"').status_code == 412
    states = []
    for step in ("start", "pause", "resume", "resume", "end", "start"):
        answer = dialler.post(f"{path}/steps", {"step": step})
        states.append(answer.body.get("state", answer.status_code))
    assert states == ["running", "paused", "running", 409, "ended", 409]
    assert dialler.patch(path, {"ring_s": 50}).status_code == 409
    assert [one["id"] for one in dialler.get("/campaigns?state=ended&q=ay").body["items"]] == [made.body["id"]]


def test_templates_are_changed_and_removed_by_who_read_them_last(dialler):
    template = dialler.post("/campaign-templates", {"name": "Renewal"})
    path, tag = template["Location"], template["ETag"]
    assert dialler.patch(path, {"ring_s": 20}, if_match=tag).body["ring_s"] == 20
    assert dialler.patch(path, {"ring_s": 21}, if_match=tag).status_code == 412
    assert dialler.post("/campaign-templates", {"name": "Renewal"}).status_code == 400
    assert dialler.get("/campaign-templates").body["items"][0]["ring_s"] == 20
    assert [dialler.delete(path).status_code for _ in range(2)] == [204, 404]


def test_what_is_wrong_is_named_by_its_field(dialler):
    for said, field in (
        ({}, "name"), ({"name": "X", "ring_s": 5}, "ring_s"), ({"name": "X", "skill_group": 10**30}, "skill_group"),
        ({"name": "X", "hours": [[["25:00", "26:00"]]] * 7}, "hours"), ({"name": "X", "retries": {}}, "retries"),
        ({"name": "X", "meanings": {"\x00": "done"}}, "meanings"), ({"name": "X", "departments": [7]}, "departments"),
        ({"name": "X", "project": "\x00"}, "project"), ({"name": "X", "ends_at": "9999-12-31T23:59:59Z"}, "ends_at"),
        ({"name": "X", "lines": 10**20}, "lines"), ({"name": "X", "naem": ""}, "naem"),
    ):  # fmt: skip
        wrong = dialler.post("/campaigns", said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert not Campaign.objects.exists()
    assert dialler.post(f"/campaigns/{10**30}/steps", {"step": "start"}).status_code == 404
    draft = dialler.post("/campaigns", {"name": "Nobody works for it"})["Location"]
    refused = dialler.post(f"{draft}/steps", {"step": "start"})
    assert (refused.status_code, refused.body["errors"][0]["field"]) == (409, "skill_group")


def test_of_many_customers_the_good_ones_are_taken_in(dialler, cast):
    entries_add(user=cast.ada, lines=[(typed_number("13800001111"), {"list": "no_call", "way": "out"})])
    listed = customer_add(name="Listed", numbers=["138 0000 1111"])
    bare = customer_add(name="Bare", numbers=[])
    path = f"/campaigns/{campaign_of().pk}/leads"
    ids = [cast.caller.pk, listed.pk, bare.pk, 2**60, cast.caller.pk]
    said = dialler.post(path, {"items": [*({"customer": pk, "priority": 2} for pk in ids), {"priority": 999}]}).body
    assert [line["done"] for line in said["items"]] == [True, *[False] * 5]
    assert [line["problem"]["status"] for line in said["items"][1:]] == [409, 409, 404, 409, 400]
    lead = Lead.objects.get()
    assert (lead.customer, lead.priority, str(lead.pk)) == (cast.caller, 2, said["items"][0]["id"])
    [shown] = dialler.get(f"{path}?state=open&customer={cast.caller.pk}").body["items"]
    assert shown["number"] == "+8615401400001" and dialler.get(f"{path}/{lead.pk}").body["tries"] == []
    assert dialler.post(path, {"items": [{"customer": cast.caller.pk}]}).body["items"][0]["problem"]["status"] == 409


def test_a_program_of_another_department_reaches_nobody_else_s_customers(programs, cast):
    Customer.objects.filter(pk=cast.caller.pk).update(owner=cast.alice)
    ours, mine, another = campaign_of(), campaign_of(), campaign_of()
    for campaign, agent in ((ours, cast.carol), (mine, cast.carol), (another, cast.alice)):
        campaign.departments.add(agent.department)
    lead = lead_of(ours, customer=cast.caller)
    other = programs(*ALL, scope="department", department=cast.boris.department, name="Other")
    path = f"/campaigns/{lead.campaign_id}/leads"
    assert other.get(path).body["items"] == [] and other.get(f"{path}/{lead.pk}").status_code == 404
    said = other.post(f"/campaigns/{mine.pk}/leads", {"items": [{"customer": cast.caller.pk}]}).body
    assert said["items"][0]["problem"]["status"] == 404
    assert {one["id"] for one in other.get("/campaigns").body["items"]} == {ours.pk, mine.pk}
    for door in ("", "/leads", "/fills", "/results"):
        assert other.get(f"/campaigns/{another.pk}{door}").status_code == 404
    assert other.post(f"/campaigns/{another.pk}/steps", {"step": "end"}).status_code == 404


def test_what_a_program_ordered_is_done_as_far_as_its_tokens_reach_then(programs, cast):
    campaign = campaign_of()
    campaign.departments.add(cast.carol.department)
    dialler = programs(*ALL, scope="department", department=cast.carol.department)
    path = f"/campaigns/{campaign.pk}/fills"
    Customer.objects.update(owner=cast.alice)
    programs(*ALL)  # another token of the same program
    first = dialler.post(path, {"filter": {}})["Location"]
    fill_run(AT)
    assert dialler.get(first).body["counts"] == {}
    late = dialler.post(path, {"filter": {}})["Location"]
    Token.objects.filter(pk=dialler.token.pk).update(revoked_at=AT)
    fill_run(AT)
    assert programs(*ALL).get(late).body["counts"]["taken"] == 1


def test_customers_are_taken_in_by_a_filter(dialler, cast):
    path = f"/campaigns/{campaign_of().pk}/fills"
    order = dialler.post(path, {"filter": {"level": "gold"}})
    assert order.status_code == 202 and order.body["state"] == "waiting"
    fill_run(AT)
    done = dialler.get(order["Location"]).body
    assert (done["state"], done["counts"]) == ("done", {"taken": 1})
    assert dialler.post(path, {}).status_code == 400
    assert dialler.post(path, {"filter": {}, "customers": [1]}).status_code == 400
    assert len(dialler.get(path).body["items"]) == 1


def test_results_and_why_a_call_was_allowed(programs, dialler, cast, redis_client):
    campaign = campaign_of(name="Spring")
    lead = lead_of(campaign, "+8613800001234")
    said = rulings([Wanted(campaign, lead.customer_id, lead.number, lead.pk)], AT)
    [attempt] = attempts_make(said, mode="preview", state="shown", at=AT, agent=cast.alice)
    results = dialler.get(f"/campaigns/{campaign.pk}/results").body
    assert results["leads"]["total"] == 1 and results["calls"]["dials"] == 0
    judge = programs("campaigns.evidence", name="Auditor")
    [row] = judge.get(f"/evidence?campaign={campaign.pk}&number=1234").body["items"]
    assert row["id"] == attempt.pk and "00001234" not in row["number"].replace(" ", "")
    told = judge.get(f"/evidence/{attempt.pk}").body
    assert told["holds"] and told["steps"][0]["kind"] == "allowed" and told["steps"][0]["lines"]
    assert judge.get("/evidence/unknown").status_code == 404
    assert judge.get("/evidence?since=9999-12-31").status_code == 400
    assert dialler.get("/evidence").status_code == 403
    asked = "/campaigns/quality?since=2026-11-01&until=2026-11-30"
    assert dialler.get(asked).body == {"by_time": [], "by_import": [], "by_campaign": []}
    assert dialler.get("/campaigns/quality?since=2026-11-01&until=2026-10-30").body["errors"][0]["field"] == "until"
