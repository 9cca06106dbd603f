"""The list of calls and the page of one: filters, words, scope."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from crm.calls import words
from crm.calls.axis import axis
from crm.calls.filters import filters
from crm.calls.models import CallRecord
from crm.calls.selectors import TimelineEntry, call_with_timeline
from switchctl.contract import facts as f
from tests.crm.calls.rows import record

NOON = int(datetime(2026, 9, 16, 4, 0, tzinfo=UTC).timestamp() * 1_000_000)  # 12:00 in Shanghai


def story_of(call: str = "c1", agent: str = "alice", at: int = NOON, number: str = "15401400001", first: int = 1):
    """A call that was answered, held once and ended by the agent, as rows."""
    ids = {"call_id": call, "node": "n1"}
    told = [
        (0, f.CallArrived(**ids, number=number, name="<b>Mei</b>", dialled="4001")),
        (1, f.CallAnswered(**ids)),
        (1, f.FlowEntered(**ids, flow="greeting", flow_visit=f"{call}-g")),
        (5, f.FlowLeft(**ids, flow="greeting", flow_visit=f"{call}-g", exit="completed")),
        (5, f.QueueEntered(**ids, queue="support", visit=f"{call}-v", entered=at + 5_000_000,
                           reason="all_busy:signed_in=2")),
        (15, f.OfferMade(**ids, offer=f"{call}-o", agent=agent, queue="support", visit=f"{call}-v", ring_s=20,
                         waited_ms=10_000, reason="next_in_line:waiting=3,tier=1,waited_s=10")),
        (18, f.OfferEnded(**ids, offer=f"{call}-o", agent=agent, visit=f"{call}-v", result="answered", ring_ms=3000)),
        (18, f.QueueLeft(**ids, queue="support", visit=f"{call}-v", exit="answered", wait_ms=13_000)),
        (18, f.TalkStarted(**ids, offer=f"{call}-o", agent=agent, queue="support")),
        (30, f.HoldStarted(**ids, offer=f"{call}-o", agent=agent)),
        (50, f.HoldEnded(**ids, offer=f"{call}-o", agent=agent, held_ms=20_000)),
        (95, f.TalkEnded(**ids, offer=f"{call}-o", agent=agent, talk_ms=57_000, hold_ms=20_000, ended_by="agent")),
        (95, f.CallEnded(**ids, cause="NORMAL_CLEARING", ended_by="agent", sip_status="200")),
        (99, f.WrapUpEnded(**ids, offer=f"{call}-o", agent=agent, wrap_ms=4000, by="agent")),
    ]  # fmt: skip
    import msgspec

    record([
        msgspec.structs.replace(fact, id=f"j:{first + n}", seq=first + n, at=at + seconds * 1_000_000)
        for n, (seconds, fact) in enumerate(told)
    ])  # fmt: skip


def page(client, path: str) -> str:
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_calls_page_tells_it_in_words(client, cast):
    story_of()
    client.force_login(cast.sofia)
    text = page(client, "/calls/c1/")
    for expected in (
        "Mei Zhang", "Call arrived", "Queue Support entered", "All 2 agents who are signed in are busy", "Rings Alice",
        "Next in line after 0:10, 3 waiting, tier 1", "Put on hold", "held for 0:20", "ended by the agent", "Answered",
    ):  # fmt: skip
        assert expected in text, expected
    assert "&lt;b&gt;Mei&lt;/b&gt;" in text and "<b>Mei</b>" not in text


def test_in_chinese_nothing_of_it_is_english(client, cast):
    story_of()
    with translation.override("zh-hans"):
        story = call_with_timeline("c1")
        names = words.Names({"alice": "爱"}, {"support": "客服"}, {})
        told = [words.line(entry, names) for entry in story.timeline]
    for line in told:
        letters = [
            c
            for c in line.title + line.detail.replace("<b>Mei</b>", "").replace("SIP", "").replace("Q.850", "")
            if c.isascii() and c.isalpha()
        ]
        assert not letters, (line.title, line.detail)


def test_every_fact_of_a_call_has_words():
    names = words.Names({}, {}, {})
    silent = {  # never about one call
        "DeviceChanged", "LinkChanged", "NodeStateChanged", "TrunkChanged", "WorldStated", "CallBackWished",
        "CallBackOver", "DisturbChanged", "RoomOpened", "MemberCalled", "RoomLocked", "RoomClosed",
    }  # fmt: skip
    for kind in f.KINDS:
        if kind.__name__ not in silent:
            entry = TimelineEntry(datetime.now(UTC), kind.__name__, {"agent": "a", "reason": "", "n": 1}, 0.0)
            assert words.line(entry, names).title != kind.__name__


def test_the_axis_adds_up_to_the_call(client, cast):
    story_of()
    story = call_with_timeline("c1")
    drawn = axis(story, words.Names({}, {}, {}), story.record.ended_at)
    caller = drawn.rows[0].bars
    assert [(bar.stage, bar.stretch.seconds) for bar in caller] == [
        ("flow", 5), ("waiting", 13), ("talking", 12), ("held", 20), ("talking", 45),
    ]  # fmt: skip
    assert drawn.length == 99  # as long as the agent's wrap-up
    assert sum(bar.width for bar in caller) == pytest.approx(95 / 99 * 100)
    assert [label for _place, label in drawn.ticks] == [f"{s // 60}:{s % 60:02}" for s in range(0, 99, 10)]


def test_the_list_keeps_what_the_filters_say(client, cast):
    story_of("c1")
    story_of("c2", agent="bob", at=NOON + 86_400_000_000, number="15401400777", first=100)
    client.force_login(cast.sofia)
    both = page(client, "/calls/")
    assert "/calls/c1/" in both and "/calls/c2/" in both
    for query, found in {
        "since=2026-09-16&until=2026-09-16": ["c1"], "since=2026-09-17": ["c2"],
        "agent=bob": ["c2"], "queue=support": ["c1", "c2"], "queue=sales": [],
        "outcome=answered": ["c1", "c2"], "outcome=open": [], "number=0777": ["c2"],
        "number=154+0140+0001": ["c1"], "since=nonsense&older=-3&outcome=x&number=%00": ["c1", "c2"],
    }.items():  # fmt: skip
        text = page(client, f"/calls/?{query}")
        assert [c for c in ("c1", "c2") if f"/calls/{c}/" in text] == found, query


def test_another_departments_supervisor_does_not_find_it(client, cast):
    story_of()
    client.force_login(cast.boris)
    assert "/calls/c1/" not in page(client, "/calls/")
    assert client.get("/calls/c1/").status_code == 404
    assert client.post("/calls/c1/note/", {"note": "x"}).status_code == 404


def test_a_list_of_more_than_a_page_turns_its_pages(client, cast):
    begin = datetime(2026, 9, 16, tzinfo=UTC)
    CallRecord.objects.bulk_create(
        CallRecord(call_id=f"c{n}", arrived_at=begin + timedelta(minutes=n), agent="alice") for n in range(60)
    )
    client.force_login(cast.ada)
    first = client.get("/calls/")
    second = client.get(f"/calls/{first.context['older']}")
    again = client.get(f"/calls/{second.context['newer']}")
    told = [[call.call_id for call, _cells in answer.context["rows"]] for answer in (first, second, again)]
    assert told == [[f"c{n}" for n in range(59, 9, -1)], [f"c{n}" for n in range(9, -1, -1)], told[0]]
    assert (first.context["newer"], second.context["older"], again.context["newer"]) == ("", "", "")


def test_the_note_can_be_changed_afterwards(client, cast):
    story_of()
    client.force_login(cast.sofia)
    assert client.post("/calls/c1/note/", {"note": "called back", "disposition": "resolved"}).status_code == 302
    assert CallRecord.objects.get(call_id="c1").note == "called back"


def test_filters_survive_anything():
    from django.http import QueryDict

    for query in (
        "since=9999-12-31",
        "until=0001-01-01",
        "since=2026-02-31",
        "talked=99999999999999",
        "waited=²",
        "older=9999-12-31T23:59:59Z_x",
        "newer=_",
        "department=99999999999999999999",
        "span=never",
        "queue=" + "x" * 999,
    ):
        filters(QueryDict(query)).query()
