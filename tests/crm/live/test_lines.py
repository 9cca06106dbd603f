"""What the desks of a queue are told of its line, and what not: each message there goes to all of them."""

import msgspec
import pytest

from crm.live import groups
from crm.live.feed import Feed
from switchctl.contract import facts as f

NODE = {"node": "n1"}
AT = 1_700_000_000_000_000


def gone(call: str) -> f.Fact:
    return f.CallEnded(call_id=call, **NODE, cause="NORMAL_CLEARING", ended_by="customer")


class Line:
    """Facts of one queue, each followed by a flush; ``told``: the lines that each flush told."""

    def __init__(self) -> None:
        self.feed, self.seq = Feed(None, name="life-1"), 0

    def told(self, *facts: f.Fact) -> list[dict]:
        for fact in facts:
            self.seq += 1
            self.feed.take(f"{self.seq}-0", msgspec.structs.replace(fact, id=f"j:{self.seq}", seq=self.seq))
        return [post.message["queues"] for post in self.feed.flush() if post.group == groups.queue("support")]

    def waits(self, call: str) -> list[dict]:
        return self.told(
            f.CallArrived(call_id=call, **NODE),
            f.QueueEntered(call_id=call, **NODE, queue="support", visit=f"{call}-v", entered=AT, reason="all_busy:"),
        )

    def talks(self, call: str) -> list[dict]:
        ids = {"call_id": call, **NODE, "offer": f"{call}-o", "agent": "alice"}
        return self.told(
            f.OfferMade(**ids, queue="support", visit=f"{call}-v", ring_s=20, waited_ms=0, reason="longest_idle:"),
            f.OfferEnded(**ids, visit=f"{call}-v", result="answered", ring_ms=3000),
            f.QueueLeft(call_id=call, **NODE, queue="support", visit=f"{call}-v", exit="answered", wait_ms=7000),
            f.TalkStarted(**ids, queue="support"),
        )


@pytest.fixture
def line() -> Line:
    return Line()


def test_who_comes_and_goes_is_told(line):
    assert line.waits("c1") == [{"support": {"waiting": 1, "oldest": AT}}]
    assert line.talks("c1") == [{"support": {"waiting": 0, "oldest": 0}}]


def test_a_talk_that_is_held_and_resumed_is_nothing_to_the_line(line):
    line.waits("c1"), line.talks("c1")
    ids = {"call_id": "c1", **NODE, "offer": "c1-o", "agent": "alice"}
    assert line.told(f.HoldStarted(**ids)) == []
    assert line.told(f.HoldEnded(**ids, held_ms=2000)) == []
    assert line.told(f.TalkEnded(**ids, talk_ms=1, hold_ms=0, ended_by="agent"), gone("c1")) == []


def test_a_line_that_was_another_in_between_is_told_again(line):
    """A page that opened in between has seen it otherwise."""
    came = (
        f.CallArrived(call_id="c1", **NODE),
        f.QueueEntered(call_id="c1", **NODE, queue="support", visit="c1-v", entered=AT, reason="all_busy:"),
    )
    assert line.told(*came, gone("c1")) == [{"support": {"waiting": 0, "oldest": 0}}]
