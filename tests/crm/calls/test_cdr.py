"""The switch's own files: a record for what no daemon saw, and nothing spoilt where one did."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from crm.calls.cdr.importing import import_folder
from crm.calls.models import CallDetail, CallRecord, Outcome
from tests.stories import NOON, SECOND, Story, numbered

from .cdrs import cdr, put
from .rows import everything, record

pytestmark = pytest.mark.django_db
BEGIN = datetime.fromtimestamp(NOON // SECOND, UTC)
SERVED = {
    "cc_queue": "support@default", "cc_queue_joined_epoch": str(NOON // SECOND + 3), "cc_agent": "2001@default",
    "cc_queue_answered_epoch": str(NOON // SECOND + 8),
}  # fmt: skip


def test_a_call_that_the_fail_safe_served_has_its_record(tmp_path, cast):
    put(tmp_path, "c1", bridged=8.5, **SERVED)
    assert import_folder(tmp_path) == {"calls": 1}
    call = CallRecord.objects.get()
    assert (call.outcome, call.final, call.sources) == (Outcome.ANSWERED, True, ["cdr"])
    assert (call.number_e164, call.dialled, call.queue, call.agent) == ("+8615401400001", "4001", "support", "alice")
    assert (call.arrived_at, call.ended_at) == (BEGIN, BEGIN + timedelta(seconds=40))
    assert (call.wait_ms, call.ended_by, call.hangup_cause) == (5000, "customer", "NORMAL_CLEARING")
    assert call.talk_started_at == BEGIN + timedelta(seconds=8)
    assert call.customer == cast.caller
    assert not list(tmp_path.glob("*.json"))
    assert len(list((tmp_path / "done").glob("*/c1.cdr.json"))) == 1


def test_a_caller_who_left_the_fail_safe_queue(tmp_path):
    put(tmp_path, "c1", cc_queue="support@default", cc_queue_joined_epoch=str(NOON // SECOND + 3))
    import_folder(tmp_path)
    call = CallRecord.objects.get()
    assert (call.outcome, call.wait_ms, call.agent) == (Outcome.ABANDONED_IN_QUEUE, 37_000, "")


def test_facts_and_cdr_in_either_order_give_the_same_record(tmp_path):
    facts = numbered(Story("c1").greeted().queued().offered_to("alice").answered().hung_up("agent").wrapped_up().facts)
    record(facts)
    put(tmp_path, "c1", seconds=38.3, bridged=8.2)
    import_folder(tmp_path)
    facts_first = everything()
    assert facts_first["CallRecord"][0]["sources"] == ["cdr", "esl"]
    assert facts_first["CallRecord"][0]["ended_by"] == "agent"
    for table in (CallRecord, CallDetail):
        table.objects.all().delete()
    put(tmp_path, "c1", seconds=38.3, bridged=8.2)
    import_folder(tmp_path)
    assert CallRecord.objects.get().sources == ["cdr"]
    record(facts)
    assert everything() == facts_first


def test_the_cdr_knows_better_than_an_inference(tmp_path):
    record(numbered(Story("c1").greeted().over("system", 600, cause="lost", source="inferred").facts))
    assert CallRecord.objects.get().sources == ["esl", "inferred"]
    put(tmp_path, "c1", seconds=20)
    import_folder(tmp_path)
    call = CallRecord.objects.get()
    assert (call.ended_at, call.hangup_cause) == (BEGIN + timedelta(seconds=20), "NORMAL_CLEARING")
    assert (call.sources, call.outcome) == (["cdr", "esl"], Outcome.ABANDONED_IN_GREETING)


def test_a_call_that_the_daemon_took_up_is_a_call(tmp_path):
    put(tmp_path, "c1", cc_call_id="c1", cc_stage="entry")
    assert import_folder(tmp_path) == {"calls": 1}


def test_twice_the_same_file_changes_nothing(tmp_path):
    put(tmp_path, "c1")
    import_folder(tmp_path)
    before = everything()
    put(tmp_path, "c1")
    import_folder(tmp_path)
    assert everything() == before


@pytest.mark.parametrize(
    "leg",
    [
        {"direction": "outbound"}, {"cc_call_id": "c0"}, {"cc_offer": "o1"}, {"sip_auth_username": "1001"},
        {"sofia_profile_name": "siblings"},
    ],
    ids=lambda leg: next(iter(leg)),
)  # fmt: skip
def test_legs_that_are_no_calls_make_no_record(tmp_path, leg):
    put(tmp_path, "c1", **leg)
    assert import_folder(tmp_path) == {"legs": 1}
    assert not CallRecord.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [b"", b'{"half":', b"[]", b"{}", b'{"variables": 7}', b'{"variables": {"uuid": "x", "start_uepoch": "soon"}}',
     b'{"variables": {"uuid": "x", "start_uepoch": "9", "end_uepoch": "7"}}', b"[" * 100_000,
     b'{"variables": {"uuid": "x", "direction": "inbound", "start_uepoch": "99999999999999999999",'
     b' "end_uepoch": "99999999999999999999"}}'],
)  # fmt: skip
def test_bad_files_are_put_aside_with_the_reason(tmp_path, raw):
    path = put(tmp_path, "x", raw)
    os.utime(path, (0, 0))
    put(tmp_path, "y")
    assert import_folder(tmp_path) == {"bad": 1, "calls": 1}
    assert (tmp_path / "bad/x.cdr.json").read_bytes() == raw
    assert (tmp_path / "bad/x.cdr.json.reason").read_text().strip()


def test_a_file_that_is_still_being_written_stays(tmp_path):
    path = put(tmp_path, "x", b'{"variables": {"uu')
    assert import_folder(tmp_path, now=time.time()) == {"young": 1}
    assert path.exists()


def test_hostile_names_and_bytes_that_are_not_utf8(tmp_path):
    put(tmp_path, "c1", name="\x00Bob\r\nEvent-Name: X\\N")
    put(tmp_path, "c2", raw=cdr_with_gbk())
    assert import_folder(tmp_path) == {"calls": 2}
    assert CallRecord.objects.get(call_id="c1").caller_name == "Bob\r\nEvent-Name: X\\N"


def cdr_with_gbk() -> bytes:

    return cdr("c2", name="NAME").replace(b"NAME", "张伟".encode("gbk"))


def test_secrets_are_not_kept(tmp_path):
    put(tmp_path, "c1", sip_auth_password="hunter2", digits_dialed="4929123")
    import_folder(tmp_path)
    kept = str(CallDetail.objects.get().payload)
    assert "hunter2" not in kept and "4929123" not in kept


def test_done_files_are_forgotten_after_a_week(tmp_path):
    put(tmp_path, "c1")
    import_folder(tmp_path, now=1_000_000_000)
    import_folder(tmp_path, now=1_000_000_000 + 6 * 86_400)
    assert list((tmp_path / "done").iterdir())
    import_folder(tmp_path, now=1_000_000_000 + 9 * 86_400)
    assert not list((tmp_path / "done").iterdir())


def test_a_call_for_which_no_line_was_free(tmp_path):
    put(
        tmp_path, "c1", seconds=0.2, cc_stage="blocked", answer_uepoch="0", sip_term_status="503",
        hangup_cause="NORMAL_TEMPORARY_FAILURE", hangup_cause_q850="41", sip_hangup_disposition="send_refuse",
        sip_gateway_name="carrier",
    )  # fmt: skip
    put(tmp_path, "c2", seconds=0.2, answer_uepoch="0", hangup_cause="NORMAL_TEMPORARY_FAILURE",
        sip_hangup_disposition="send_refuse")  # fmt: skip
    assert import_folder(tmp_path) == {"calls": 2}
    call = CallRecord.objects.get(call_id="c1")
    assert (call.outcome, call.final, call.trunk, call.dialled) == (Outcome.BLOCKED, True, "carrier", "4001")
    assert (call.number, call.arrived_at, call.wait_ms, call.ended_by) == ("15401400001", BEGIN, None, "system")
    assert CallRecord.objects.get(call_id="c2").outcome == Outcome.SYSTEM_FAILURE
