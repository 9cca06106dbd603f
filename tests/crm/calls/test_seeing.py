"""Who sees which call, lists and filters, the timeline, and what an agent may write."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.accounts.models import Role
from crm.calls.models import CallRecord
from crm.calls.selectors import agent_states, call_with_timeline, calls_recent
from crm.calls.services import NOTE_LENGTH, wrapup_save
from tests.stories import NOON, SECOND, Story, numbered

from .rows import record


@pytest.fixture
def afternoon(cast):
    """a: answered by Alice after Bob missed it; s: by Carol in sales; q: given up; g: left in the greeting."""
    stories = [
        Story("a").greeted().queued().offered_to("bob").missed().offered_to("alice").answered().held().hung_up()
        .wrapped_up(),
        Story("s", NOON + 100 * SECOND, number="+447700900123").greeted().queued("sales").offered_to("carol")
        .answered().hung_up().wrapped_up(),
        Story("q", NOON + 200 * SECOND).greeted().queued().gave_up(),
        Story("g", NOON + 300 * SECOND, number="").greeted().over(),
    ]  # fmt: skip
    record(numbered(fact for story in stories for fact in story.facts))
    return cast


def seen(user, **filters) -> str:
    return "".join(call.call_id for call in calls_recent(user, **filters))


def test_everyone_sees_what_concerns_her(afternoon):
    assert seen(afternoon.alice) == "a"
    assert seen(afternoon.bob) == "a"
    assert seen(afternoon.carol) == "s"
    assert seen(afternoon.sofia) == "gqa"
    assert seen(afternoon.boris) == "gs"
    assert seen(afternoon.ada) == "gqsa"


def test_filters(afternoon):
    ada = afternoon.ada
    assert seen(ada, queue="support") == "qa"
    assert seen(ada, outcome="abandoned_in_greeting") == "g"
    assert seen(ada, agent="carol") == "s"
    assert seen(ada, number="+8615401400001") == "qa"
    assert seen(ada, number="0123") == "s"
    assert seen(ada, limit=2) == "gq"
    begin = CallRecord.objects.get(call_id="q").arrived_at
    assert seen(ada, since=begin) == "gq"
    assert seen(ada, until=begin) == "sa"


def test_the_timeline(afternoon):
    story = call_with_timeline("a", user=afternoon.alice)
    kinds = [entry.kind for entry in story.timeline if entry.kind != "AgentStateChanged"]
    assert kinds == [
        "CallArrived", "CallAnswered", "FlowEntered", "FlowLeft", "QueueEntered", "OfferMade", "OfferEnded",
        "OfferMade", "OfferEnded", "QueueLeft", "TalkStarted", "HoldStarted", "HoldEnded", "TalkEnded", "CallEnded",
        "WrapUpEnded",
    ]  # fmt: skip
    assert story.timeline[0].seconds == 0
    assert story.timeline[1].seconds == 0.2
    assert [offer.agent for offer in story.offers] == ["bob", "alice"]
    assert [visit.exit for visit in story.visits] == ["answered"]


def test_no_timeline_for_others(afternoon):
    assert call_with_timeline("a", user=afternoon.carol) is None
    assert call_with_timeline("a", user=afternoon.boris) is None
    assert call_with_timeline("none", user=afternoon.ada) is None


def test_listing_takes_few_queries(afternoon, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        for call in calls_recent(afternoon.sofia):
            str((call.customer, call.disposition))
    with django_assert_max_num_queries(8):
        call_with_timeline("a", user=afternoon.alice)


def test_states_of_a_day(afternoon):
    states = agent_states("alice", *(CallRecord.objects.get(call_id=c).arrived_at for c in "ag"))
    assert [state.state for state in states] == ["offered", "talking", "wrapup", "ready"]


def test_an_agent_notes_her_call_bit_by_bit(afternoon):
    wrapup_save(call_id="a", agent=afternoon.alice, note="wants a")
    wrapup_save(call_id="a", agent=afternoon.alice, disposition="resolved")
    call = wrapup_save(call_id="a", agent=afternoon.alice, note="wants a refund\x00")
    call.refresh_from_db()
    assert (call.note, call.disposition.code, call.noted_by) == ("wants a refund", "resolved", afternoon.alice)
    wrapup_save(call_id="a", agent=afternoon.alice, disposition="")
    call.refresh_from_db()
    assert (call.note, call.disposition) == ("wants a refund", None)


@pytest.mark.parametrize("who", ["carol", "boris"])
def test_nobody_notes_the_calls_of_others(afternoon, who):
    with pytest.raises(PermissionDenied):
        wrapup_save(call_id="a", agent=getattr(afternoon, who), note="x")
    with pytest.raises(PermissionDenied):
        wrapup_save(call_id="none", agent=getattr(afternoon, who), note="x")


def test_what_does_not_fit_is_refused(afternoon):
    with pytest.raises(ValidationError):
        wrapup_save(call_id="a", agent=afternoon.alice, disposition="nonsense")
    with pytest.raises(ValidationError):
        wrapup_save(call_id="a", agent=afternoon.alice, note="x" * (NOTE_LENGTH + 1))
    assert CallRecord.objects.get(call_id="a").note == ""


def test_who_sees_all_but_notes_her_own_notes_her_own_only(client, afternoon):
    """Each permission reaches as far as the role that gives it, also where one user has both."""
    afternoon.alice.roles.add(Role.objects.get(code="data_specialist"))
    client.force_login(afternoon.alice)
    assert "note-form" in client.get("/calls/a/").content.decode()
    assert "note-form" not in client.get("/calls/s/").content.decode()
    assert client.post("/calls/a/note/", {"note": "mine"}).status_code == 302
    assert client.post("/calls/s/note/", {"note": "hers"}).status_code == 403
    with pytest.raises(PermissionDenied):
        wrapup_save(call_id="s", agent=afternoon.alice, note="hers")
