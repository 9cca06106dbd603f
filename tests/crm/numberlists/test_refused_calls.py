"""A call that a list refused: its record, the page of it, and where reports count it."""

import pytest

from crm.calls.behind import CALLS
from crm.calls.models import CallRecord
from switchctl.contract import facts as f
from tests.crm.calls.rows import record
from tests.stories import NOON, numbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(cast, bus) -> CallRecord:
    told = [
        f.CallArrived(call_id="r1", node="n1", at=NOON, number="15401400001", dialled="4001", stage="refused"),
        f.CallRefused(call_id="r1", node="n1", at=NOON, list="black", entry=7, by="prefix"),
        f.CallEnded(
            call_id="r1", node="n1", at=NOON + 50_000, cause="CALL_REJECTED", ended_by="system", source="esl",
            sip_status="603", q850="21",
        ),
    ]  # fmt: skip
    record(numbered(told))
    return CallRecord.objects.get()


def test_it_has_an_outcome_of_its_own_and_is_whole(call):
    assert (call.outcome, call.final, call.answered_at, call.queue) == ("refused_by_list", True, None, "")


def test_trunk_load_counts_it_as_refused_and_as_nothing_else(call):
    fates = ("blocked", "refused", "queued", "self_served", "left_in_greeting")
    assert [fate for fate in fates if CallRecord.objects.filter(CALLS[fate])] == ["refused"]


def test_its_page_says_which_list(client, cast, call):
    client.force_login(cast.ada)
    text = client.get("/calls/r1/", headers={"accept-language": "en"}).content.decode()
    assert "Refused by a list" in text and "Refused before the answer" in text
    assert "the black list names a segment with this number" in text


def test_the_list_of_calls_finds_it(client, cast, call):
    client.force_login(cast.ada)
    answer = client.get("/calls/?outcome=refused_by_list&since=2026-11-22&until=2026-11-22")
    assert "/calls/r1/" in answer.content.decode()
