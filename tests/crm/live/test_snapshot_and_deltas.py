"""A page that opened at any moment and applied what it was told holds what a fresh page would be told."""

import copy
import os

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.live import groups, pages
from crm.live.feed import Feed, Post
from crm.live.scope import desk_scope, floor_scope
from switchctl.contract.facts import KINDS, Fact
from tests.crm.live.page import Gap, Page, a_fact, any_fact

MANY = bool(os.environ.get("PROOF_EACH"))
"""``make prove`` tries six times as many stories."""
EVERY = settings(max_examples=150 if MANY else 25, deadline=None, suppress_health_check=[*HealthCheck])


class Told:
    """The feeder's work on a list of facts: what each group was told, in order, flushing where the dice say."""

    def __init__(self) -> None:
        self.feed = Feed(None, name="life-1")
        self.seq = 0

    def take(self, fact: Fact, flush: bool) -> list[Post]:
        self.seq += 1
        posts = self.feed.take(f"{self.seq}-0", msgspec.structs.replace(fact, id=f"j:{self.seq}", seq=self.seq))
        return posts + (self.feed.flush() if flush else [])


class Floor:
    def __init__(self, user) -> None:
        self.scope, self.shown, self.groups = floor_scope(user), set(), {groups.FLOOR: "floor"}

    def snapshot(self, saved):
        made = copy.deepcopy(pages.floor_snapshot(self.scope, saved))
        self.shown = set(made["calls"])
        return made

    def delta(self, message):
        return copy.deepcopy(pages.floor_delta(self.scope, message, self.shown))


class Desk:
    def __init__(self, user) -> None:
        self.scope = desk_scope(user)
        lines = {groups.queue(code): f"queue:{code}" for code in self.scope.queues}
        own = {groups.desk(user.username): "desk", groups.phone(user.extension): "phone", groups.PARKED: "parked"}
        self.groups = {**own, **lines}

    def snapshot(self, saved):
        return copy.deepcopy(pages.desk_snapshot(self.scope, saved))

    def delta(self, message):
        return copy.deepcopy(pages.desk_delta(self.scope, message))


def pages_of(cast):
    return [Floor(cast.sofia), Floor(cast.boris), Floor(cast.ada), Desk(cast.alice), Desk(cast.carol)]


story = st.lists(st.tuples(a_fact, st.booleans()), min_size=1, max_size=40)


@EVERY
@given(story=story, opened=st.integers(0, 40))
def test_snapshot_and_deltas_are_a_fresh_read(cast, story, opened):
    told, open_pages = Told(), []
    for number, (fact, flush) in enumerate(story):
        if number == min(opened, len(story) - 1):
            open_pages = [(who, Page(who.snapshot(told.feed.saved))) for who in pages_of(cast)]
        posts = told.take(fact, flush)
        _deliver(posts, open_pages)
    _deliver(told.feed.flush(), open_pages)
    for who, page in open_pages:
        assert page.says() == Page(who.snapshot(told.feed.saved)).says()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(EVERY, max_examples=20 if MANY else 3)
@given(data=st.data(), before=st.lists(a_fact, max_size=12), after=st.lists(a_fact, max_size=4))
def test_every_kind_of_fact_reaches_every_page(cast, kind, data, before, after):
    """In the middle of whatever else happens; a new kind of the contract is met here by itself."""
    told = Told()
    for fact in before:
        told.take(fact, False)
    open_pages = [(who, Page(who.snapshot(told.feed.saved))) for who in pages_of(cast)]
    for fact in (data.draw(any_fact(kind)), *after):
        _deliver(told.take(fact, False), open_pages)
    _deliver(told.feed.flush(), open_pages)
    for who, page in open_pages:
        assert page.says() == Page(who.snapshot(told.feed.saved)).says()


@pytest.mark.parametrize("kind", [Floor, Desk])
@EVERY
@given(story=story, lost=st.integers(0, 39))
def test_a_lost_message_is_noticed_by_the_next_one(cast, kind, story, lost):
    """Without one of its messages a page asks anew, or holds the truth all the same."""
    told, who = Told(), kind(cast.ada if kind is Floor else cast.alice)
    page, sent = Page(who.snapshot(told.feed.saved)), 0
    for fact, flush in story:
        for post in told.take(fact, flush):
            if post.group in who.groups and post.message["type"] == "live.delta":
                sent += 1
                if sent == lost + 1:
                    continue
                try:
                    page.take(who.delta(post.message))
                except Gap:
                    page = Page(who.snapshot(told.feed.saved))
    for post in told.feed.flush():
        if post.group in who.groups:
            try:
                page.take(who.delta(post.message))
            except Gap:
                page = Page(who.snapshot(told.feed.saved))
    pulse = told.feed.pulse(1, daemon=True).message["told"]  # the very last one was lost: the pulse tells
    if any(pulse.get(group, 0) > page.told.get(of, page.held["cursor"]) for group, of in who.groups.items()):
        page = Page(who.snapshot(told.feed.saved))
    assert page.says() == Page(who.snapshot(told.feed.saved)).says()


def test_messages_of_another_life_of_the_feeder_do_not_follow(cast):
    who = Floor(cast.ada)
    page = Page(who.snapshot(Feed(None, name="life-1").saved))
    delta = {"type": "live.delta", "feeder": "life-2", "source": "floor", "from": 0, "to": 1}
    with pytest.raises(Gap):
        page.take(who.delta({**delta, "agents": {}, "calls": {}, "queues": {}, "devices": {}, "watches": {}}))


def _deliver(posts, open_pages):
    for who, page in open_pages:
        for post in posts:
            if post.group in who.groups and post.message["type"] == "live.delta":
                page.take(who.delta(post.message))
