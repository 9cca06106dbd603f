"""Other programs set targets of reports, and have reports mailed."""

import pytest

from crm.reports.models import MailingRun, ReportMailing, ReportTarget
from crm.reports.targets import targets_read

TARGETS, QUEUES, MAILINGS = "/reports/targets", "/reports/targets/queues", "/reports/mailings"
KEPT = {"name": "Day", "report": "queues", "asked": {"span": "yesterday"}}
DAILY = {"form": "csv", "rhythm": "daily", "at": "08:30"}


def test_targets_are_read_and_set(programs):
    keeper = programs("reports.targets")
    read = keeper.get(TARGETS)
    told = {one["figure"]: one for one in read.body["items"]}
    level = told["service_level"]
    assert (level["value"], level["usual"], level["kind"], level["better"]) == (0.8, 0.8, "share", "higher")
    changed = keeper.patch(TARGETS, {"service_level": 0.855, "asa": None}, if_match=read["ETag"])
    told = {one["figure"]: one["value"] for one in changed.body["items"]}
    assert (told["service_level"], told["asa"], told["avg_wait_all"]) == (0.855, None, 15)
    assert ReportTarget.objects.count() == 2
    assert keeper.patch(TARGETS, {"asa": 1}, if_match=read["ETag"]).status_code == 412
    for said in ({"service_level": 1.1}, {"asa": -1}, {"asa": "nan"}, {"asa": 10**400}, {"none": 1}, {"asa": 90_000}):
        wrong = keeper.patch(TARGETS, said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, next(iter(said))), said
    assert targets_read().of("service_level") == 0.855
    assert programs("reports.see", name="Other").get(TARGETS).status_code == 403


def test_a_queue_has_targets_of_its_own(programs):
    keeper = programs("reports.targets")
    made = keeper.post(QUEUES, {"figure": "asa", "queue": "support", "value": 9.5})
    assert made.status_code == 201 and targets_read().of("asa", "support") == 9.5
    assert keeper.post(QUEUES, {"figure": "asa", "queue": "support", "value": 8}).status_code == 409
    assert targets_read().of("asa", "support") == 9.5
    path = made["Location"]
    changed = keeper.patch(path, {"value": None}, if_match=made["ETag"])
    assert changed.body == made.body | {"value": None} and targets_read().of("asa", "support") is None
    assert keeper.patch(path, {"value": 3}, if_match=made["ETag"]).status_code == 412
    for said, field in (
        ({"figure": "service_level", "queue": "support", "value": 2}, "value"),
        ({"figure": "utilisation", "queue": "support", "value": 0.5}, "figure"),
        ({"figure": "asa", "queue": "nowhere", "value": 2}, ""),
    ):  # fmt: skip
        wrong = keeper.post(QUEUES, said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert keeper.patch(path, {"value": 10**6}).body["errors"][0]["field"] == "value"
    assert len(keeper.get(f"{QUEUES}?queue=support&figure=asa").body["items"]) == 1
    assert keeper.get(f"{QUEUES}?queue=sales").body["items"] == [] and keeper.get(path).body == changed.body
    assert [keeper.delete(path).status_code for _ in range(2)] == [204, 404]
    assert targets_read().of("asa", "support") == 15


@pytest.fixture
def mailer(programs, cast):
    for user in (cast.alice, cast.carol):
        user.email = f"{user.username}@example.org"
        user.save()
    return programs("reports.see", "reports.export", "reports.share")


def test_a_report_is_mailed_paused_and_let_be(mailer, programs, cast):
    saved = mailer.post("/reports/saved", KEPT).body["id"]
    said = DAILY | {"report": saved, "recipients": [cast.alice.pk]}
    made = mailer.post(MAILINGS, said)
    assert made.status_code == 201, made.body
    assert (made.body["at"], made.body["day"], made.body["paused"]) == ("08:30", 0, False)
    assert made.body["recipients"] == [{"id": cast.alice.pk, "login": "alice"}]
    path = made["Location"]
    paused = mailer.patch(path, {"paused": True}, if_match=made["ETag"])
    assert paused.body["paused"] and ReportMailing.objects.get().paused
    assert mailer.patch(path, {"paused": False}, if_match=made["ETag"]).status_code == 412
    MailingRun.objects.create(
        mailing_id=made.body["id"], due_at="2026-11-23T00:30Z", try_at="2026-11-23T00:30Z", recipient=cast.alice,
        state="failed", reason="no_server",
    )  # fmt: skip
    [run] = mailer.get(f"{path}/runs").body["items"]
    assert (run["recipient"], run["state"], run["why"]) == ("alice", "failed", "No mail server is set.")
    assert [one["id"] for one in mailer.get(MAILINGS).body["items"]] == [made.body["id"]]
    for more, field in (
        ({"report": 999_999}, "report"), ({"rhythm": "hourly"}, "rhythm"), ({"at": "25:00"}, "at"),
        ({"rhythm": "monthly"}, ""), ({"recipients": [cast.bob.pk]}, ""), ({"recipients": []}, "recipients"),
    ):  # fmt: skip
        wrong = mailer.post(MAILINGS, said | more)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), more
    other = programs("reports.see", "reports.export", name="Other")
    assert other.get(path).status_code == other.delete(path).status_code == other.get(f"{path}/runs").status_code == 404
    assert other.post(MAILINGS, said).status_code == 400 and programs("reports.see").get(MAILINGS).status_code == 403
    assert [mailer.delete(path).status_code for _ in range(2)] == [204, 404]


def test_nobody_is_mailed_what_the_program_cannot_reach(programs, mailer, cast):
    """As far as its data scope, and only with the permission to share."""
    codes, more = ("reports.see", "reports.export"), {"scope": "department", "department": cast.alice.department}
    near = programs(*codes, "reports.share", name="Near", **more)
    alone = programs(*codes, name="Alone")
    for one, who, status in ((near, cast.alice, 201), (near, cast.carol, 400), (alone, cast.alice, 400)):
        saved = one.post("/reports/saved", KEPT).body["id"]
        told = one.post(MAILINGS, DAILY | {"report": saved, "recipients": [who.pk]})
        assert told.status_code == status, (who, told.body)
