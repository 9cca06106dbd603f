"""The rows of a call's time axis, as a table of cases: who was in which stage, from which second to which."""

from datetime import timedelta

import pytest

from crm.calls.models import CallDetail, CallRecord
from crm.calls.selectors import call_with_timeline
from crm.calls.stretches import LONGEST_WRAP_S, parties
from crm.calls.up import moment, stated_facts
from switchctl.contract import facts as f
from tests.stories import NOON, SECOND, Story, numbered

from .rows import record

pytestmark = pytest.mark.django_db


def dialled(answered: bool = True) -> Story:
    story = Story("c", direction="outbound", dialled="")
    story.who, story.offer = "alice", "c-o"
    ids = {"offer": "c-o", "agent": "alice"}
    story.tell(f.DialStarted, **ids, dials="national")
    story.tell(f.DialProceeded, 3, **ids)
    if not answered:
        story.tell(f.DialEnded, 20, **ids, result="no_answer", cause="NO_ANSWER", ring_ms=23000)
        return story.over("system", 0, cause="NO_ANSWER", sip_status="480")
    story.tell(f.CallAnswered, 10)
    story.tell(f.DialEnded, **ids, result="answered", ring_ms=13000)
    story.tell(f.TalkStarted, **ids)
    story.talked = story.at
    return story.hung_up("agent", 60).wrapped_up(5)


def taken_back() -> Story:
    """The daemon that told the arrival is gone with its journal; the next one states how the call stands."""
    story = Story("c").queued().offered_to("alice").answered()
    talked = story.talked
    story.facts.clear()
    story.tell(
        f.CallStated, 6,
        number="1", name="", dialled="4001", stage="talking", since=talked, arrived=NOON, answered=True, flow="",
        flow_visit="", queue="support", visit="", entered=NOON, offer="c-o1", agent="alice", talk_since=talked,
        hold_since=0, hold_ms=0, via="", via_leg="", why="",
    )  # fmt: skip
    return story.hung_up("customer", 10)


CASES = {
    "two offers and a hold": (
        Story("c").greeted(4).queued().offered_to("bob").missed().offered_to("alice").answered().held(5).hung_up()
        .wrapped_up(10),
        None,
        {
            "": "flow 0-4.2, waiting 4.2-29.2, talking 29.2-31.2, held 31.2-36.2, talking 36.2-66.2",
            "bob": "offered 5.2-25.2",
            "alice": "offered 26.2-29.2, talking 29.2-31.2, held 31.2-36.2, talking 36.2-66.2, wrapup 66.2-76.3",
        },
    ),
    "dialled": (
        dialled(),
        None,
        {
            "": "offered 3-13, talking 13-73",
            "alice": "offered 0-3, dialling 3-13, talking 13-73, wrapup 73-78.1",
        },
    ),
    "dialled, nobody there": (
        dialled(answered=False), None, {"": "offered 3-23", "alice": "offered 0-3, dialling 3-23"},
    ),
    "abandoned in the queue": (Story("c").greeted(4).queued().gave_up(7), None, {"": "flow 0-4.2, waiting 4.2-11.2"}),
    "abandoned while it rings": (
        Story("c").queued().offered_to("bob").gave_up(7), None, {"": "waiting 0-8", "bob": "offered 1-8"},
    ),
    "abandoned in the greeting": (Story("c").greeted(4).over(after=0), None, {"": "flow 0-4.2"}),
    "still waiting": (Story("c").queued(), 30, {"": "waiting 0-30…"}),
    "still ringing": (
        Story("c").queued().offered_to("bob"), 11, {"": "waiting 0-11…", "bob": "offered 1-11…"},
    ),
    "still on hold": (
        Story("c").queued().offered_to("bob").answered().held(3), 20,
        {"": "waiting 0-4, talking 4-6, held 6-9, talking 9-20…",
         "bob": "offered 1-4, talking 4-6, held 6-9, talking 9-20…"},
    ),
    "still in wrap-up": (
        Story("c").queued().offered_to("bob").answered().hung_up(after=10), 30,
        {"": "waiting 0-4, talking 4-14", "bob": "offered 1-4, talking 4-14, wrapup 14-30…"},
    ),
    "the end of the wrap-up was lost": (
        Story("c").queued().offered_to("bob").answered().hung_up(after=10), LONGEST_WRAP_S + 20,
        {"": "waiting 0-4, talking 4-14", "bob": "offered 1-4, talking 4-14"},
    ),
    "the end of the ringing was lost": (
        Story("c").queued().offered_to("bob").over(after=9), None, {"": "waiting 0-10", "bob": "offered 1-10"},
    ),
    "known from where a term of leadership began": (
        taken_back(), None, {"": "waiting 0-4, talking 4-20", "alice": "talking 4-20, wrapup 20-20.1…"},
    ),
}  # fmt: skip


def drawn(story, after: float | None) -> dict[str, str]:
    """Login → its row; … marks what lasts. Zero-length waits (a dialled call) are no stretches."""
    known = call_with_timeline("c")
    now = moment(story.at if after is None else NOON + round(after * SECOND))
    return {
        party.agent: ", ".join(
            f"{part.stage} {part.begin:.4g}-{part.end:.4g}{'…' if part.open else ''}" for part in party.parts
        )
        for party in parties(known, now)
    }


@pytest.mark.parametrize("case", CASES)
def test_the_rows_of(case):
    story, after, rows = CASES[case]
    record(numbered(story.facts))
    assert drawn(story, after) == rows


def test_a_call_that_no_daemon_saw_is_drawn_from_the_switchs_own_record():
    seconds = {"arrived_at": 0, "queue_entered_at": 2, "talk_started_at": 9, "ended_at": 40}
    times = {name: moment(NOON + at * SECOND) for name, at in seconds.items()}
    CallRecord.objects.create(call_id="c", agent="alice", talk_ms=31000, told_by=["cdr"], **times)
    CallDetail.objects.create(call_id="c", file="c.json", started_at=times["arrived_at"], ended_at=times["ended_at"],
                              payload={})  # fmt: skip
    rows = {party.agent: [(p.stage, p.begin, p.end) for p in party.parts]
            for party in parties(call_with_timeline("c"), times["ended_at"] + timedelta(days=1))}  # fmt: skip
    assert rows == {"": [("flow", 0, 2), ("waiting", 2, 9), ("talking", 9, 40)], "alice": [("talking", 9, 40)]}


def test_the_callers_row_has_no_gap_and_no_overlap():
    story = CASES["two offers and a hold"][0]
    record(numbered(story.facts))
    for party in parties(call_with_timeline("c"), moment(story.at)):
        for one, next_one in zip(party.parts, party.parts[1:], strict=False):
            assert one.end <= next_one.begin
            assert party.agent or one.end == next_one.begin


@pytest.mark.parametrize("stage", ["flow", "waiting", "offered", "talking", "held"])
def test_what_the_live_view_knows_leads_to_the_stage_it_names(stage):
    """Folded again, the facts that are made of a live call are that call."""
    from switchctl.contract.live import LiveView

    story = Story("c").greeted(4)
    steps = {"waiting": story.queued, "offered": lambda: story.offered_to("bob"), "talking": story.answered,
             "held": lambda: story.tell(f.HoldStarted, 2, offer=story.offer, agent="bob")}  # fmt: skip
    if stage == "flow":
        story.facts.pop()
    for name, step in steps.items():
        if stage == "flow":
            break
        step()
        if name == stage:
            break
    view = LiveView()
    for fact in numbered(story.facts):
        view.apply(fact)
    call = view.calls["c"]
    told = sorted(stated_facts({name: getattr(call, name) for name in call.__struct_fields__}), key=lambda t: t[0])
    last = {"flow": "FlowEntered", "waiting": "QueueEntered", "offered": "OfferMade", "talking": "TalkStarted",
            "held": "HoldStarted"}  # fmt: skip
    assert told[0][1] == "CallArrived" and told[-1][1] == last[stage]
    assert told[-1][0] == call.since
