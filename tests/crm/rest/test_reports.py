"""Other programs read reports: what there is, what it means, what it says."""

import pytest

from crm.accounts.models import Role
from crm.reports.models import SavedReport


@pytest.fixture
def board(programs):
    return programs("reports.see")


def test_reports_and_figures_with_their_definitions(board):
    told = board.get("/reports").body
    queues = next(one for one in told["reports"] if one["code"] == "queues")
    assert queues["title"] and queues["sentence"] and "day" in queues["steps"] and "variant" in queues["choices"]
    figures = {one["id"]: one for one in told["figures"]}
    assert figures["asa"]["words"] and figures["asa"]["kind"] == "seconds" and figures["asa"]["version"] >= 1


def test_a_report_is_run_for_days_rows_and_queues(board):
    asked = "since=2026-09-14&until=2026-09-16&step=day&rows=both&queues=support&variant=C"
    told = board.get(f"/reports/queues?{asked}").body
    assert told["asked"] == {"report": "queues", "since": "2026-09-14", "until": "2026-09-16", "step": "day",
                             "rows": "both", "queues": "support", "variant": "C"}  # fmt: skip
    [total] = [row for row in told["rows"] if row["kind"] == "total"]
    keys = {column["key"] for column in told["columns"]}
    assert total["values"].keys() == keys and total["of"].keys() <= keys and told["notes"]
    days = board.get("/reports/queues?since=2026-09-14&until=2026-09-16&step=day").body["rows"]
    assert len([row for row in days if row["kind"] == "row"]) == 3


def test_every_report_can_be_run(board):
    for one in board.get("/reports").body["reports"]:
        assert board.get(f"/reports/{one['code']}?span=yesterday").status_code == 200, one["code"]


def test_what_is_wrong_is_named_by_its_field(board, programs, cast):
    for asked, field in (
        ("since=2026-09-16&until=2026-09-14", "until"), ("span=today&since=2026-09-14", "span"), ("step=year", "step"),
        ("since=9999-12-31", "since"), ("queue=x", "queue"), ("queues=%00", "queues"),
    ):  # fmt: skip
        wrong = board.get(f"/reports/queues?{asked}")
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), asked
    assert board.get("/reports/none").status_code == 404
    other = programs("reports.see", scope="department", department=cast.boris.department, name="Other")
    assert other.get("/reports/trunks").status_code == 404
    seen = other.get("/reports/queues?span=yesterday&rows=each&queues=support").body
    assert [row["kind"] for row in seen["rows"]] == ["total"]


def test_a_question_is_kept_run_and_removed(board, programs):
    said = {"name": "Yesterday", "report": "queues", "asked": {"span": "yesterday", "rows": "each"}}
    made = board.post("/reports/saved", said)
    assert made.status_code == 201 and made.body["asked"]["span"] == "yesterday"
    path = made["Location"]
    assert board.get(f"{path}/run").body["asked"]["rows"] == "each"
    renamed = board.patch(path, {"name": "The day before"}, if_match=made["ETag"])
    assert renamed.body["name"] == "The day before"
    assert board.patch(path, {"name": "Late"}, if_match=made["ETag"]).status_code == 412
    shared = board.patch(path, {"roles": [Role.objects.get(code="agent").pk]})
    assert shared.status_code == 403 and not SavedReport.objects.get().roles.exists()
    wrong = board.post("/reports/saved", said | {"report": "none"})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "report")
    assert board.post("/reports/saved", said | {"asked": {"span": "ever"}}).body["errors"][0]["field"] == "asked.span"
    assert programs("reports.see", name="Other").get(path).status_code == 404
    assert [board.delete(path).status_code for _ in range(2)] == [204, 404]
