"""Input, step, effects, perform: with the real core, a real journal and no switch."""

from itertools import chain, repeat

import gevent
import pytest
from gevent.event import Event as Signal

from switchctl.bus.journal import Journal
from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.engine import inbox as i
from switchctl.engine.brain import Brain
from switchctl.engine.loop import Loop
from switchctl.esl.events import Event
from switchctl.model import effects as e
from tests.esl.peer import until

NOW = 1_800_000_000_000_000


class Hands:
    """Keeps what should be done, and what the journal held at that moment."""

    def __init__(self, journal) -> None:
        self.journal = journal
        self.done = []

    def __call__(self, effect) -> None:
        self.done.append((effect, self.journal.written))


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path, 1, lambda fact: None)


@pytest.fixture
def hands(journal):
    return Hands(journal)


@pytest.fixture
def loop(journal, hands):
    directory = d.Directory(version=1, agents=(d.Agent(id="alice", name="Alice", extension="1001"),))
    brain = Brain(directory, 1, lambda kind: f"{kind}-1")
    return Loop(brain, i.Inbox(), journal, hands, lambda: NOW)


def told(journal):
    return [f.decode(raw) for _, raw in journal.cursor(0).read(1000)]


def test_facts_are_on_disk_before_the_commands_of_their_batch_go_out(loop, hands, journal):
    loop.turn([i.LinkUp("node1", "core-1")])
    assert [type(fact) for fact in told(journal)] == [f.LinkChanged]
    effects = [effect for effect, _ in hands.done]
    assert e.ListChannels("node1") in effects
    assert {written for _, written in hands.done} == {1}


def test_all_facts_of_a_batch_come_before_all_of_its_commands(loop, hands, journal):
    loop.turn([i.LinkUp("node1", "core-1"), i.LinkUp("node2", "core-2")])
    assert len(told(journal)) == 2
    assert {written for _, written in hands.done} == {2}


def test_an_input_that_fails_is_dropped_and_the_others_are_not(loop, journal):
    loop.turn([i.Rang("no such timer|x"), i.Ordered(c.SignIn(id="1", agent="alice", deadline=NOW + 1))])
    assert loop.errors == 1
    assert [fact.state for fact in told(journal) if isinstance(fact, f.AgentStateChanged)] == ["paused"]


def test_the_fault_is_logged_with_the_call(loop, logged):
    class Broken(i.Input):
        call_id = "call-7"

    loop.turn([Broken()])
    [line] = logged()
    assert (line["call_id"], line["input"], line["level"]) == ("call-7", "Broken", "error")
    assert "NotImplementedError" in line["exception"]


def test_an_effect_that_fails_does_not_stop_the_next(loop, hands, journal):
    failing = chain([True], repeat(False))

    def perform(effect):
        if next(failing):
            raise RuntimeError("no hands")
        hands(effect)

    loop._perform = perform
    loop.turn([i.LinkUp("node1", "core-1")])
    assert loop.errors == 1
    assert hands.done


def test_the_greenlet_works_through_the_inbox(loop, journal):
    greenlet = gevent.spawn(loop.run)
    for number in range(1000):
        loop._inbox.put(i.Ordered(c.Hold(id=str(number), agent="alice", deadline=NOW + 1)))
    with gevent.Timeout(60):
        while not loop.drained(0.1):
            gevent.sleep(0)
    greenlet.kill()
    assert [fact.command_id for fact in told(journal)] == [str(number) for number in range(1000)]


def test_a_batch_that_waits_until_we_may_decide_is_seen_to_wait_and_then_done(journal, hands):
    may = Signal()
    brain = Brain(d.Directory(version=1), 1, lambda kind: f"{kind}-1")
    loop = Loop(brain, i.Inbox(), journal, hands, lambda: NOW, may.wait)
    greenlet = gevent.spawn(loop.run)
    loop._inbox.put(i.LinkUp("node1", "core-1"))
    until(lambda: loop.busy_since)
    assert not told(journal)
    may.set()
    until(lambda: told(journal) and not loop.busy_since)
    greenlet.kill()


def test_events_are_counted_by_node_and_name(loop):
    loop.turn([i.Heard("node1", Event(name="HEARTBEAT", timestamp=NOW - 2_000_000))])
    assert loop.events["node1", "HEARTBEAT"] == 1
    [metric] = loop.event_lag.collect()
    assert next(sample.value for sample in metric.samples if sample.name.endswith("_sum")) == 2


def test_events_wait_at_a_full_inbox_and_commands_do_not():
    inbox = i.Inbox(limit=4)
    passed = []

    def reader():
        for number in range(6):
            inbox.put_event("node1", Event(name="DTMF", sequence=number))
            passed.append(number)

    greenlet = gevent.spawn(reader)
    gevent.sleep(0)
    assert passed == [0, 1, 2, 3]
    inbox.put(i.Rang("a"))
    batch, _ = inbox.take(100)
    assert len(batch) == 5
    greenlet.join(30)
    assert passed == [0, 1, 2, 3, 4, 5]
