"""All lines of the trunk are taken: one more caller is refused by the switch itself, and its record says why."""

from pathlib import Path

import pytest

from crm.calls.cdr.importing import import_folder
from crm.calls.models import CallRecord
from switchctl.contract import facts as f
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.test_configuration import read_cdr
from tests.freeswitch.until import until


def used(console: Console) -> str:
    return console.api("limit_usage hash trunk calls").strip()


@pytest.fixture
def two_lines(console: Console):
    console.api("global_setvar trunk_channels=2")
    yield
    console.api("global_setvar trunk_channels=-1")


@pytest.mark.django_db
def test_one_caller_too_many_is_refused_and_has_her_record(
    desk: Centre, console: Console, two_lines: None, tmp_path: Path
) -> None:
    (alice,) = desk.at_work("alice")
    talks, talk_id = desk.queued()
    desk.talks(talks, alice)  # a call that was transferred, or talks, keeps its line
    waits, waits_id = desk.queued()
    assert used(console) == "2"

    refused = desk.outside.dial("4001", caller="15400007777")
    until(lambda: refused.state == "ended", "the third caller to be refused")
    assert (refused.status, refused.ended_by) == (503, "switch")
    assert "recv 503 INVITE" in refused.log, refused.log
    assert used(console) == "2"

    desk.outside.do(alice.call.hang_up)  # her caller goes on to the survey, on the same line
    desk.outside.do(waits.hang_up)
    desk.ended(waits_id)
    until(lambda: used(console) in "01", "a line to be free again")
    third, third_id = desk.queued(caller="15400008888")
    desk.outside.do(third.hang_up)
    desk.ended(third_id)
    desk.outside.do(talks.hang_up)
    desk.ended(talk_id)
    until(lambda: used(console) == "0", "all lines to be free")

    assert {fact.number for fact in desk.facts(f.CallArrived)} >= {"15400008888"}
    assert not [fact for fact in desk.facts(f.CallArrived) if fact.number == "15400007777"], "no daemon heard of it"
    until(lambda: import_folder(desk.switch.cdr) or CallRecord.objects.filter(number="15400007777"), "its record")
    call = CallRecord.objects.get(number="15400007777")
    assert (call.outcome, call.dialled, call.sip_status, call.final) == ("blocked", "4001", "503", True)
    assert call.arrived_at <= call.ended_at and not call.visits.exists()
    assert read_cdr(desk.switch, call.call_id) is None or call.sources == ["cdr"]
