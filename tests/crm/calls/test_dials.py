"""Records of calls that agents dialled: from facts, from the switch's own file, in any order."""

import random

import pytest
from django.utils import timezone

from crm.calls.cdr.importing import import_folder
from crm.calls.models import CallRecord, Offer, Outcome
from switchctl.contract import facts as f
from switchctl.contract.dialling import RESULTS
from switchctl.policy import attempts
from tests.stories import NOON, SECOND, Story, numbered

from .cdrs import put
from .rows import everything, record

pytestmark = pytest.mark.django_db
NUMBER = "+8613800001111"


def dialled(picked_up: bool = True) -> Story:
    story = Story("c1", number=NUMBER, dialled="", name="", direction="outbound")
    story.who, story.offer = "alice", "c1-o1"
    story.tell(f.DialStarted, offer="c1-o1", agent="alice", dials="national", shows="+862160000000", trunk="carrier")
    story.state("dialling", "paused")
    if picked_up:
        story.tell(f.DialProceeded, 2, offer="c1-o1", agent="alice")
    return story


def talked() -> Story:
    story = dialled()
    story.tell(f.CallAnswered, 5)
    story.tell(f.DialEnded, offer="c1-o1", agent="alice", result="answered", ring_ms=7000)
    story.tell(f.TalkStarted, offer="c1-o1", agent="alice")
    story.talked = story.at
    story.state("talking", "dialling")
    return story.held(5).hung_up("agent", 30).wrapped_up(10)


def recorded(story: Story) -> CallRecord:
    record(numbered(story.facts))
    return CallRecord.objects.get(call_id="c1")


def test_a_dialled_call_that_was_answered():
    call = recorded(talked())
    assert (call.outcome, call.final, call.direction, call.agent) == (Outcome.ANSWERED, True, "outbound", "alice")
    assert (call.number_e164, call.queue, call.wait_ms) == (NUMBER, "", None)
    assert (call.talk_ms, call.hold_ms, call.wrap_ms) == (32_000, 5000, 10_000)
    leg = Offer.objects.get()
    assert (leg.offered_at, leg.result, leg.dial_result, leg.dial_ms, leg.shows) == (
        None, "", "answered", 7000, "+862160000000",
    )  # fmt: skip


def test_the_first_mark_of_a_customer_stands_whichever_is_told_first():
    story = dialled()
    story.tell(f.CustomerMarked, 3, offer="c1-o1", agent="alice", how="phone")
    story.tell(f.CustomerMarked, 9, offer="c1-o2", agent="bob", how="order")
    facts = numbered(story.facts)
    first = next(fact for fact in facts if isinstance(fact, f.CustomerMarked))
    for batch in ([fact for fact in facts if fact is not first], [first]):
        record(batch)
    call = CallRecord.objects.get(call_id="c1")
    assert (call.marked_by, round(call.marked_at.timestamp() * 1_000_000)) == ("alice", first.at)


@pytest.mark.parametrize("result", ["busy", "no_answer", "invalid", "refused", "absent", "failed", "cancelled"])
def test_a_dialled_call_that_nobody_answered(result: str):
    story = dialled()
    story.tell(f.DialEnded, 5, offer="c1-o1", agent="alice", result=result, cause="SOMETHING", q850="17", ring_ms=7000)
    call = recorded(story.over("customer", 0, cause="SOMETHING", q850="17"))
    assert (call.outcome, call.final, call.agent, call.q850) == (result, True, "alice", "17")


def test_her_own_phone_was_not_picked_up():
    story = dialled(picked_up=False)
    story.tell(f.DialEnded, 20, offer="c1-o1", agent="alice", result="own_phone", cause="NO_ANSWER", ring_ms=20_000)
    call = recorded(story.over("agent", 0, cause="NO_ANSWER"))
    assert (call.outcome, call.final) == (Outcome.OWN_PHONE, True)


def test_while_it_rings_the_record_is_open_and_her_name_is_on_it():
    call = recorded(dialled())
    assert (call.outcome, call.final, call.open_parts, call.agent) == (Outcome.OPEN, False, 1, "alice")


def test_an_end_that_was_never_told_closes_the_dialling_as_failed():
    call = recorded(dialled().over("system", 5, cause="lost", source="inferred"))
    assert (call.outcome, call.final) == (Outcome.FAILED, True)


def test_facts_in_any_order_and_twice_give_the_same_rows():
    facts = numbered(talked().facts)
    record(facts)
    once = everything()
    CallRecord.objects.all().delete()
    Offer.objects.all().delete()
    mixed = [*facts, *facts]
    random.Random(3).shuffle(mixed)
    for fact in mixed:
        record([fact])
    again = everything()
    assert again["CallRecord"] == once["CallRecord"] and again["Offer"] == once["Offer"]


OURS = {"direction": "outbound", "cc_call_id": "c1", "cc_offer": "c1-o1", "cc_agent": "alice"}


def test_what_no_daemon_saw_has_its_record_from_the_switch(tmp_path):
    put(tmp_path, "c1", dialled=NUMBER, number="+862160000000", bridged=8.5, **OURS)
    assert import_folder(tmp_path) == {"calls": 1}
    call = CallRecord.objects.get()
    assert (call.outcome, call.direction, call.number_e164, call.agent) == (
        Outcome.ANSWERED, "outbound", NUMBER, "alice",
    )  # fmt: skip
    assert (call.sources, call.final, call.talk_ms) == (["cdr"], True, 31_500)


def test_an_announcement_that_was_bridged_is_no_talk(tmp_path):
    put(tmp_path, "c1", dialled=NUMBER, bridged=0.5, answer_uepoch="0", hangup_cause="USER_BUSY", **OURS)
    import_folder(tmp_path)
    call = CallRecord.objects.get()
    assert (call.outcome, call.talk_started_at) == (Outcome.BUSY, None)


def test_the_leg_of_her_own_phone_makes_no_record(tmp_path):
    put(tmp_path, "c1-o1", **OURS)
    assert import_folder(tmp_path) == {"legs": 1}
    assert not CallRecord.objects.exists()


def test_facts_and_the_switch_agree_on_one_record(tmp_path):
    record(numbered(talked().facts))
    put(tmp_path, "c1", start=NOON + 2 * SECOND, seconds=40, dialled=NUMBER, bridged=5, **OURS)
    import_folder(tmp_path)
    call = CallRecord.objects.get()
    assert (call.sources, call.outcome, call.talk_ms, call.direction) == (
        ["cdr", "esl"], Outcome.ANSWERED, 32_000, "outbound",
    )  # fmt: skip


@pytest.mark.parametrize(("cause", "result"), [*RESULTS.items(), ("MANAGER_REQUEST", "failed")])
def test_the_switchs_record_alone_comes_to_the_same_result_as_the_daemon(db, cause, result):
    """One table for both: a call that no daemon saw is counted as one that a daemon told of."""
    call = CallRecord.objects.create(call_id="c1", direction="outbound", hangup_cause=cause, ended_at=timezone.now())
    call.refresh_from_db()
    assert (call.outcome, attempts.result(cause)) == (result, result)
