"""The list of lost calls: who was not served, what became of her, and who may settle it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone, translation

from crm.access.holding import forget
from crm.audit.models import Entry
from crm.calls.models import CallRecord, QueueVisit
from crm.calls.months import month_of
from crm.reports import tasks
from crm.reports.files.orders import SHELF, file_ask
from crm.reports.lost.asking import Fate, asked
from crm.reports.lost.selectors import calls_lost, told
from crm.reports.lost.services import lost_reopen, lost_settle
from tests.crm.audit.test_export import read_csv
from tests.crm.calls.calls import MORNING, call

DAY = {"since": "2026-09-16", "until": "2026-09-16"}


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"


def gone(call_id: str, minute: float = 0, **fields) -> CallRecord:
    """A caller who gave up in the queue."""
    arrived = MORNING + timedelta(minutes=minute)
    given = {"queue": "support", "queue_entered_at": arrived, "wait_ms": 30_000, "ended_by": "customer"}
    made = call(call_id, minute, **given | fields)
    QueueVisit.objects.create(
        visit=f"{call_id}-v", call_id=call_id, queue=made.queue, entered_at=arrived, exit="abandoned",
        left_at=arrived + timedelta(milliseconds=made.wait_ms), wait_ms=made.wait_ms,
    )  # fmt: skip
    return made


def found(user, **said) -> dict[str, object]:
    """Call → what is told of it."""
    calls = calls_lost(user, asked(DAY | said, whole=True)).order_by("-arrived_at", "-call_id")
    return {one.call.call_id: one for one in told(calls)}


def test_lost_is_who_came_in_and_was_not_served(cast):
    gone("left")
    call("answered", 1, talk_ms=1000)
    call("greeting", 2)
    call("fault", 3, failed=True)
    call("dialled", 4, direction="outbound", dial_result="busy")
    CallRecord.objects.create(call_id="up", arrived_at=MORNING, number="15401400001")
    gone("day before", -24 * 60)
    assert list(found(cast.ada)) == ["fault", "greeting", "left"]
    assert list(found(cast.ada, outcome="system_failure")) == ["fault"]
    assert list(found(cast.ada, queue="support")) == ["left"]
    assert list(found(cast.ada, outcome="answered")) == ["fault", "greeting", "left"]


def test_what_became_of_the_caller(cast):
    """Each number its own story, all of one morning."""
    gone("open", number="15401400002")
    gone("tried", 1, number="15401400003")
    call("try", 2, number="15401400003", direction="outbound", dial_result="no_answer", agent="alice")
    gone("back", 3, number="15401400004")
    call("called", 4, number="15401400004", direction="outbound", talk_ms=5000, agent="bob")
    call("and again", 5, number="15401400004", talk_ms=5000, agent="alice")
    gone("again", 6, number="15401400005")
    gone("again too", 7, number="15401400005")
    call("at last", 8, number="15401400005", talk_ms=5000, agent="alice")
    gone("before", 9, number="15401400005")
    gone("withheld", 10, number="")
    seen = found(cast.ada)
    assert {name: one.fate for name, one in seen.items()} == {
        "open": Fate.OPEN, "tried": Fate.OPEN, "back": Fate.BACK, "again": Fate.AGAIN, "again too": Fate.AGAIN,
        "before": Fate.OPEN, "withheld": Fate.OPEN,
    }  # fmt: skip
    assert (seen["tried"].tried, seen["tried"].again) == (1, 0)
    assert (seen["again"].again, seen["again too"].again, seen["before"].again) == (3, 2, 0)
    assert (seen["back"].reached.agent, seen["back"].reached.at) == ("bob", MORNING + timedelta(minutes=4))
    assert (seen["again"].reached.agent, seen["again"].reached.back) == ("alice", False)
    for fate in Fate:
        assert set(found(cast.ada, fate=fate.value)) == {name for name, one in seen.items() if one.fate == fate}


def test_her_place_is_that_of_the_moment_she_left(cast):
    """By when they came less their head start, as they would have been served."""
    gone("first", 0, wait_ms=600_000)
    gone("second", 1, wait_ms=30_000)
    gone("later", 2, wait_ms=60_000)
    gone("other queue", 0, queue="sales", wait_ms=600_000)
    QueueVisit.objects.filter(pk="later-v").update(head_start_s=90)
    gone("last", 2, wait_ms=30_000)
    places = {name: one.place for name, one in found(cast.ada).items()}
    assert places == {"first": 1, "second": 2, "later": 2, "last": 3, "other queue": 1}


def test_settled_is_settled_until_it_is_opened_again(cast):
    gone("one")
    lost_settle(user=cast.sofia, call_id="one", note="  wrong\x00 number\n")
    one = found(cast.ada)["one"]
    assert (one.fate, one.settled.note, one.settled.by) == (Fate.SETTLED, "wrong number", cast.sofia)
    assert list(found(cast.ada, fate="settled")) == ["one"] and not found(cast.ada, fate="open")
    entry = Entry.objects.filter(kind="reports_settledcall").latest("id")
    assert (entry.action, entry.object) == ("insert", "one")
    assert lost_reopen(user=cast.sofia, call_id="one") and found(cast.ada)["one"].fate == Fate.OPEN
    assert not lost_reopen(user=cast.sofia, call_id="one")


def test_only_lost_calls_are_settled_and_only_by_whose_they_are(cast):
    gone("one")
    call("answered", talk_ms=1000, agent="alice")
    with pytest.raises(ValidationError):
        lost_settle(user=cast.ada, call_id="answered")
    with pytest.raises(PermissionDenied):
        lost_settle(user=cast.boris, call_id="one")  # it waited in a queue that his people do not serve
    with pytest.raises(PermissionDenied):
        lost_settle(user=cast.ada, call_id="never was")


def test_each_sees_what_the_list_of_calls_would_show_her(cast):
    gone("support")
    gone("sales", queue="sales")
    gone("offered", agent="", number="15401400009")
    assert set(found(cast.sofia)) == {"support", "offered"}
    assert set(found(cast.boris)) == {"sales"}
    assert set(found(cast.alice)) == set()
    cast.alice.roles.set([])
    forget(cast.alice)
    assert set(found(cast.alice)) == set()


def test_the_page_masks_numbers_and_says_why_nobody_can_be_called(client, cast):
    now = timezone.now()
    gone("one")
    CallRecord.objects.filter(pk="one").update(
        arrived_at=now, ended_at=now, month=month_of(now), number="15401400077"
    )
    client.force_login(cast.sofia)
    page = client.get("/reports/lost/").content.decode()
    assert "154****0077" in page and "15401400077" not in page and "data-dial" not in page
    assert "Only who works at the desk can call back from here." in page
    client.force_login(cast.ada)
    page = client.get("/reports/lost/").content.decode()
    assert "154 0140 0077" in page and "You have no extension to call from." in page
    cast.ada.extension = "2009"
    cast.ada.save()
    assert 'data-dial="one"' in client.get("/reports/lost/").content.decode()


def test_settling_on_the_page(client, cast):
    gone("one")
    client.force_login(cast.sofia)
    here = "?since=2026-09-16&until=2026-09-16"
    answer = client.post("/reports/lost/one/settle/", {"note": "called by mail", "back": here})
    assert answer.url == f"/reports/lost/{here}"
    page = client.get(answer.url).content.decode()
    assert "called by mail" in page and "Sofia" in page
    assert client.post("/reports/lost/one/settle/", {"again": "1", "back": "//evil"}).url == "/reports/lost/"
    client.force_login(cast.boris)
    assert client.post("/reports/lost/one/settle/").status_code == 404


def test_pages_lead_to_older_and_back(client, cast):
    for n in range(60):
        gone(f"c{n:02}", n)
    client.force_login(cast.ada)
    page = client.get("/reports/lost/", DAY)
    first = [row[0].call.call_id for row in page.context["rows"]]
    older = client.get("/reports/lost/" + page.context["older"])
    assert first == [f"c{n:02}" for n in range(59, 9, -1)]
    assert [row[0].call.call_id for row in older.context["rows"]] == [f"c{n:02}" for n in range(9, -1, -1)]
    newer = client.get("/reports/lost/" + older.context["newer"])
    assert [row[0].call.call_id for row in newer.context["rows"]] == first


def test_the_file_says_the_same_as_she_may_see_it(cast):
    gone("one", number="15401400004", caller_name="=1+1")
    call("called", 4, number="15401400004", direction="outbound", talk_ms=5000, agent="bob")
    lost_settle(user=cast.ada, call_id=gone("two", 1, number="").call_id, note="ring 15401400099")
    with translation.override("en"):
        made = file_ask(user=cast.sofia, report="lost_calls", form="csv", said=DAY | {"number": "0004", "x": "y"})
        every = file_ask(user=cast.sofia, report="lost_calls", form="csv", said=DAY)
    tasks.files()
    head, row, *rest = read_csv(SHELF.file(made).read_bytes())
    assert dict(zip(head, row, strict=True)) == {
        "Arrived": "2026-09-16 09:00:00", "Number": "154****0004", "Name sent": "'=1+1", "Queue": "Support",
        "Result": "left in the queue", "Waited (s)": "30.0", "Place": "1", "Called again": "0", "Tried": "1",
        "State": "called back", "Reached": "2026-09-16 09:04:00", "Reached by": "Bob", "Note": "",
    }  # fmt: skip
    assert rest[1] == ["Lost calls"] and rest[2] == ["Period: 2026-09-16 to 2026-09-16 (Asia/Shanghai)"]
    assert "ring 154****0099" in SHELF.file(every).read_text() and "15401400099" not in SHELF.file(every).read_text()
    told = Entry.objects.filter(action="export.made", object=str(made.pk)).latest("id").after
    assert told["filters"] == DAY | {"number": "0004"}
    made.refresh_from_db()
    assert (made.state, made.written, made.said) == ("ready", 1, DAY)
