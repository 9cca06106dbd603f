"""What each filter of the list finds, and that it says on the page what is set."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from crm.accounts.models import Department
from crm.calls.filters import ASKED, Filters, filters
from crm.calls.lists.chips import chips
from crm.calls.paging import COUNTED, counted
from crm.calls.selectors import calls_found
from crm.telephony.models import Disposition

from .calls import MORNING, call, many

DAY = 24 * 60


@pytest.fixture
def centre(cast):
    """a to e on the 16th, f on the 17th."""
    resolved = Disposition.objects.get(code="resolved")
    call("a", 0, agent="alice", queue="support", talk_ms=90_000, wait_ms=5_000, ended_by="agent", disposition=resolved)
    call("b", 1, agent="bob", queue="support", talk_ms=9_000, wait_ms=65_000, ended_by="customer", note="要退款 refund")
    call("c", 2, agent="carol", queue="sales", talk_ms=900_000, wait_ms=0, number="15401400777", ended_by="customer")
    call("d", 3, queue="support", queue_entered_at=MORNING, wait_ms=30_000, ended_by="customer", number="1001")
    call("e", 4, direction="outbound", agent="alice", dial_result="busy", ended_by="system", note="Refund, 100%")
    call("f", DAY, number="", ended_by="customer", marked_at=MORNING, marked_by="bob")
    return cast


CASES = {
    "": "fedcba",
    "since=2026-09-16&until=2026-09-16": "edcba",
    "since=2026-09-17": "f",
    "until=2026-09-15": "",
    "since=2026-09-17&until=2026-09-16": "fedcba",  # turned round
    "queue=support": "dba",
    "queue=nobodys": "",
    "agent=alice": "ea",
    "agent=alice&queue=support": "a",
    "direction=outbound": "e",
    "outcome=answered": "cba",
    "outcome=busy": "e",
    "outcome=not_reached": "e",
    "outcome=not_reached&direction=inbound": "",
    "outcome=abandoned_in_queue": "d",
    "disposition=resolved": "a",
    "ended_by=customer": "fdcb",
    "ended_by=system": "e",
    "talked=9": "cba",
    "talked=10": "ca",
    "talked=600": "c",
    "waited=30": "db",
    "waited=66": "",
    "number=154+0140+0777": "c",
    "number=0777": "c",
    "number=01400777": "c",  # eight digits: of the home area, or the end of a mobile's
    "number=1001": "d",
    "number=00001": "eba",
    "note=refund": "eb",
    "note=退款": "b",
    "note=100%25": "e",
    "note=_": "fedcba",  # one character is no search
    "note=__": "",
    "marked=yes": "f",
    "marked=no": "fedcba",
    "queue=support&talked=10&ended_by=agent&disposition=resolved&outcome=answered&direction=inbound&agent=alice": "a",
    "since=nonsense&outcome=x&direction=up&ended_by=nobody&talked=-1&waited=%C2%B2&span=ever&department=x": "fedcba",
}


@pytest.mark.parametrize("asked", CASES)
def test_a_filter_finds(centre, asked):
    found = calls_found(centre.ada, **filters(QueryDict(asked), whole=True).query())
    assert "".join(found.order_by("-arrived_at").values_list("call_id", flat=True)) == CASES[asked]


def test_a_department_stands_for_those_below_and_for_who_left(centre):
    below = Department.objects.create(name="East", parent=centre.alice.department)
    centre.bob.department, centre.bob.is_active = below, False
    centre.bob.save()
    found = calls_found(centre.ada, **filters({"department": str(centre.alice.department_id)}).query())
    assert set(found.values_list("call_id", flat=True)) == {"a", "b", "e"}


def test_a_quick_choice_moves_on_with_the_calendar(centre):
    now = timezone.now()
    for name, ago in {"now": 0, "day": 1, "days": 6, "week": 7}.items():
        call(name, (now - timedelta(days=ago) - MORNING) / timedelta(minutes=1))
    wanted = {"today": {"now"}, "yesterday": {"day"}, "week": {"now", "day", "days"}}
    for span, names in wanted.items():
        found = calls_found(centre.ada, **filters({"span": span}).query())
        assert set(found.values_list("call_id", flat=True)) == names, span
    first = timezone.localdate().replace(day=1)
    assert filters({"span": "month"}).days() == (first, timezone.localdate())
    assert filters({"span": "week", "since": "2026-09-16"}).span == ""


def test_days_are_those_of_the_centre(centre):
    begin = filters({"since": "2026-09-16", "until": "2026-09-16"}).query()
    assert begin["since"] == datetime(2026, 9, 15, 16, tzinfo=UTC) and begin["until"] - begin["since"] == timedelta(1)


@pytest.mark.parametrize("note", ["0140", "call 0777", "154 0140 0001"])
def test_who_sees_masked_numbers_does_not_guess_them_through_notes(centre, note):
    call("n", 9, note=f"reach her at {note}")
    assert not calls_found(centre.sofia, **filters({"note": note}).query()).exists()
    assert calls_found(centre.ada, **filters({"note": note}, whole=True).query()).exists()


def test_each_chip_takes_one_filter_away_and_says_what_it_is(centre):
    asked = filters(QueryDict(
        f"since=2026-09-16&until=2026-09-17&queue=support&agent=alice&department={centre.alice.department_id}"
        "&direction=inbound&outcome=answered&disposition=resolved&ended_by=agent&talked=90&waited=5&number=0001&note=xy"
        "&marked=yes&behind=visits.answered~20260916T010000Z~20260916T013000Z~support"
    ))  # fmt: skip
    with translation.override("en"):
        shown = chips(asked)
    assert [chip.name for chip in shown] == [name for name in ASKED if name != "span"]
    assert {"Support", "Alice", "Resolved", "2026-09-16", "1:30", "0:05",
            "Answered · 09-16 09:00–09:30 · Support"} <= {chip.text for chip in shown}
    for chip in shown:
        left = filters(QueryDict(chip.address.removeprefix("?"))).said()
        assert left == {name: value for name, value in asked.said().items() if name != chip.name}
    assert chips(filters({"span": "week"}))[0].address == "?all=1"


def test_whom_nobody_reached_can_be_asked_for_whatever_the_reason(centre):
    for name, result in {"g": "no_answer", "h": "invalid", "i": "answered", "j": ""}.items():
        talked = {"talk_ms": 1000, "answered_at": MORNING} if result == "answered" else {}
        ended = {} if result else {"ended_at": None}
        call(name, 5, direction="outbound", agent="alice", dial_result=result, **talked, **ended)
    asked = filters(QueryDict("outcome=not_reached"))
    assert set(calls_found(centre.ada, **asked.query()).values_list("call_id", flat=True)) == {"e", "g", "h"}
    with translation.override("en"):
        assert [chip.text for chip in chips(asked)] == ["dialled and not reached"]


def test_what_was_said_asks_for_the_same(centre):
    asked = filters(QueryDict("since=2026-09-16&queue=support&talked=10&note=refund&number=0001"))
    assert filters(asked.said()) == asked
    assert Filters().address() == "?all=1"


def test_a_count_stops_where_it_would_cost(centre):
    assert counted(calls_found(centre.ada)) == 6
    many(COUNTED - 6)
    assert counted(calls_found(centre.ada)) == COUNTED
    call("one more")
    assert counted(calls_found(centre.ada)) is None
