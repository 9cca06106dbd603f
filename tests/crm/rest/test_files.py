"""Other programs order files of calls, customers, reports and evidence, and each token gets its own alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.audit.models import Entry
from crm.calls import tasks as calls_tasks
from crm.campaigns import tasks as campaigns_tasks
from crm.customers import tasks as customers_tasks
from crm.customers.models import CustomerExport
from crm.customers.services import customer_add
from crm.integrations.models import Token
from crm.reports import tasks as reports_tasks
from crm.reports.models import ReportFile
from tests.crm.audit.test_export import read_csv
from tests.crm.calls.calls import call

CALLS, CUSTOMERS, REPORTS, EVIDENCE = "/calls/exports", "/customers/exports", "/reports/files", "/evidence/exports"
SEE = ("calls.see", "calls.export")


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"


def ready(program, path: str, said: dict, write) -> dict:
    """The order when its file is written."""
    made = program.post(path, said)
    assert (made.status_code, made.body["state"], made.body["file"]) == (202, "waiting", None), made.body
    write()
    return program.get(made["Location"]).body


def fetched(program, order: dict) -> list[list[str]]:
    answer = program.get(order["file"])
    assert answer["Content-Type"].startswith("text/csv") and answer["Cache-Control"] == "no-store"
    return read_csv(b"".join(answer.streaming_content))


def test_calls_are_ordered_followed_and_fetched(programs, cast):
    call("c1", 0, agent="alice", queue="support")
    call("c2", 1, agent="carol", queue="sales", number="15401400002")
    keeper = programs(*SEE)
    said = {"form": "csv", "asked": {"queue": "support", "since": "2026-09-16"}, "columns": ["call_id", "caller"]}
    order = ready(keeper, CALLS, said, calls_tasks.exports)
    assert (order["state"], order["written"], order["percent"]) == ("ready", 1, 100)
    assert order["asked"] == {"queue": "support", "since": "2026-09-16"} and order["columns"] == ["caller", "call_id"]
    assert fetched(keeper, order)[1:] == [["154****0001", "c1"]]
    assert Entry.objects.filter(action__in=("export.made", "export.fetched"), who="app-billing").count() == 2
    ticked = ready(keeper, CALLS, {"form": "csv", "calls": ["c2"], "columns": ["call_id"]}, calls_tasks.exports)
    assert fetched(keeper, ticked)[1:] == [["c2"]]
    assert [one["id"] for one in keeper.get(f"{CALLS}?state=ready").body["items"]] == [ticked["id"], order["id"]]
    assert keeper.get(f"{CALLS}?state=failed").body["items"] == []
    for wrong, field in (
        ({"form": "pdf"}, "form"), ({"form": "csv", "columns": ["no"]}, "columns.0"),
        ({"form": "csv", "asked": {"behind": "x"}}, "asked.behind"), ({"form": "csv", "asked": {"x": 1}}, "asked.x"),
        ({"form": "csv", "asked": {"span": "today", "since": "2026-09-16"}}, "asked.span"),
    ):  # fmt: skip
        refused = keeper.post(CALLS, wrong)
        assert (refused.status_code, refused.body["errors"][0]["field"]) == (400, field), refused.body
    assert programs("calls.see", name="Other").post(CALLS, {"form": "csv"}).status_code == 403


def test_no_token_gets_more_by_another_of_its_program(programs, cast):
    """Not when the file is written, and not when it is fetched."""
    call("c1", 0, agent="alice")
    call("c2", 1, agent="carol")
    near = programs(*SEE, scope="department", department=cast.alice.department)
    far = programs(*SEE, "numbers.whole")
    order = ready(near, CALLS, {"form": "csv", "columns": ["call_id", "caller"]}, calls_tasks.exports)
    assert fetched(near, order)[1:] == [["154****0001", "c1"]]
    for path in (f"{CALLS}/{order['id']}", order["file"]):
        assert far.get(path).status_code == 404
    assert far.post(f"{CALLS}/{order['id']}/cancel").status_code == 404 and far.get(CALLS).body["items"] == []
    wide = ready(far, CALLS, {"form": "csv", "columns": ["call_id", "caller"]}, calls_tasks.exports)
    assert fetched(far, wide)[1:] == [["154 0140 0001", "c2"], ["154 0140 0001", "c1"]]
    assert near.get(wide["file"]).status_code == 404
    alone = programs("calls.export")  # of the same program, which may see calls by its other tokens only
    none = ready(alone, CALLS, {"form": "csv", "columns": ["call_id"]}, calls_tasks.exports)
    assert fetched(alone, none)[1:] == []


@pytest.mark.parametrize("change", ["revoked_at", "expires_at"])
def test_a_token_that_is_gone_orders_nothing_any_more(programs, cast, change):
    call("c1", 0)
    keeper, other = programs(*SEE), programs(*SEE)
    made = keeper.post(CALLS, {"form": "csv"}).body
    Token.objects.filter(pk=keeper.token.pk).update(**{change: timezone.now() - timedelta(seconds=1)})
    calls_tasks.exports()
    assert keeper.get(CALLS).status_code == 401 and other.get(f"{CALLS}/{made['id']}").status_code == 404
    Token.objects.filter(pk=keeper.token.pk).update(**{change: None})
    told = keeper.get(f"{CALLS}/{made['id']}").body
    assert (told["state"], told["reason"], told["file"]) == ("failed", "not_allowed", None)
    assert keeper.get(f"{CALLS}/{made['id']}/file").status_code == 404


def test_an_order_is_given_up_and_repeated_once(programs, cast):
    keeper = programs(*SEE)
    made = keeper.post(CALLS, {"form": "xlsx"}, key="one")
    again = keeper.post(CALLS, {"form": "xlsx"}, key="one")
    assert again.body == made.body and len(keeper.get(CALLS).body["items"]) == 1
    assert keeper.post(f"{made['Location']}/cancel").body["state"] == "cancelled"
    assert keeper.post(f"{made['Location']}/cancel").status_code == 409
    for _ in range(3):
        assert keeper.post(CALLS, {"form": "csv"}).status_code == 202
    assert keeper.post(CALLS, {"form": "csv"}).status_code == 409


def test_customers_as_the_list_finds_them(programs, cast):
    lan = customer_add(name="Wu Lan", numbers=["15409876543"], level="gold", owner=cast.alice)
    keeper = programs("customers.see", "customers.export")
    wanted = {"q": "lan", "level": "gold", "owner": "alice"}
    order = ready(keeper, CUSTOMERS, {"form": "csv", "asked": wanted}, customers_tasks.exports)
    assert [row[0] for row in fetched(keeper, order)[1:]] == ["Wu Lan"] and "asked" not in order
    nobody = {"form": "csv", "asked": {"owner": "nobody-knows"}}
    assert fetched(keeper, ready(keeper, CUSTOMERS, nobody, customers_tasks.exports))[1:] == []
    ticked = {"form": "csv", "customers": [lan.pk]}
    assert len(fetched(keeper, ready(keeper, CUSTOMERS, ticked, customers_tasks.exports))) == 2
    wrong = keeper.post(CUSTOMERS, {"form": "csv", "asked": {"values": {"f_none": ["x"]}}})
    assert wrong.status_code == 400 and CustomerExport.objects.count() == 3


def test_reports_and_lists_among_them(programs, cast):
    keeper = programs("reports.see", "reports.export")
    said = {"report": "queues", "form": "csv", "asked": {"span": "yesterday", "rows": "each"}}
    order = ready(keeper, REPORTS, said, reports_tasks.files)
    assert (order["report"], order["state"], order["asked"]["rows"]) == ("queues", "ready", "each")
    assert keeper.get(order["file"])["Content-Disposition"].startswith('attachment; filename="queues-')
    record = {"report": "state_record", "form": "xlsx", "asked": {"agent": "alice", "state": "ready"}}
    assert ready(keeper, REPORTS, record, reports_tasks.files)["state"] == "ready"
    for wrong, field in (
        ({"report": "none", "form": "csv"}, "report"),
        ({"report": "queues", "form": "csv", "asked": {"fate": "open"}}, "asked.fate"),
        ({"report": "state_record", "form": "csv", "asked": {"queues": "support"}}, "asked.queues"),
        ({"report": "state_record", "form": "csv", "asked": {"span": "last_month"}}, "asked.span"),
    ):  # fmt: skip
        refused = keeper.post(REPORTS, wrong)
        assert (refused.status_code, refused.body["errors"][0]["field"]) == (400, field), refused.body
    assert keeper.post(REPORTS, {"report": "lost_calls", "form": "csv"}).status_code == 403
    lost = programs("calls.see", "calls.export")
    assert lost.post(REPORTS, {"report": "queues", "form": "csv"}).status_code in (400, 403)
    asked = {"report": "lost_calls", "form": "csv", "asked": {"fate": "open", "number": "15401400001"}}
    order = ready(lost, REPORTS, asked, reports_tasks.files)
    assert order["state"] == "ready" and "number" not in order["asked"] and ReportFile.objects.count() == 3


def test_evidence(programs, cast):
    keeper = programs("campaigns.evidence")
    order = ready(keeper, EVIDENCE, {"form": "csv", "asked": {"outcome": "answered"}}, campaigns_tasks.evidence_exports)
    assert order["state"] == "ready" and len(fetched(keeper, order)) == 1
    assert keeper.post(EVIDENCE, {"form": "csv", "asked": {"campaign": 10**12}}).status_code == 400
