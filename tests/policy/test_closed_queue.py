"""A queue is taken out of the directory while callers wait in it or are on their way to it."""

from msgspec import structs

from switchctl.contract import facts as f
from switchctl.contract.directory import Route
from tests.policy.centre import Centre, directory

SUPPORT = directory(support=(("amy", 1),))
MOVED = structs.replace(SUPPORT, routes=(*SUPPORT.routes, Route(number="4002", queue="support")))
"""The number of the queue that is no more leads to the other one."""


def two_queues() -> Centre:
    """4001 leads to support with Amy, 4002 to sales with Bob."""
    return Centre(directory(support=(("amy", 1),), sales=(("bob", 1),)))


def closed(centre: Centre) -> list[str]:
    """Calls that were told to have been in a queue that is no more."""
    return [fact.call_id for fact in centre.facts(f.CallRepaired, reason="the queue was taken away")]


def test_she_goes_where_her_number_leads_now_before_all_who_came_later():
    centre = two_queues()
    centre.waiting("ann", "4002")
    centre.wait(20)
    centre.waiting("ben", "4001")
    centre.wait(20)
    centre.reconfigure(MOVED)
    assert closed(centre) == ["ann"]
    left, entered = centre.last(f.QueueLeft), centre.last(f.QueueEntered)
    assert (left.queue, left.exit, entered.queue) == ("sales", "system_failure", "support")
    assert centre.exchange.legs["ann"].variables["cc_place"].startswith("support/")
    centre.ready("amy")
    assert centre.offered() == {"amy": "ann"}
    centre.picks_up("amy")
    assert centre.stage("ann") == "talking"


def test_where_nobody_takes_the_call_she_is_told_so_and_let_go():
    centre = two_queues()
    centre.waiting("ann", "4002")
    centre.reconfigure(SUPPORT)
    assert centre.exchange.legs["ann"].playing, "the sentence"
    assert centre.stage("ann") == "leaving"
    centre.exchange.finish("ann")
    centre.drain()
    end = centre.last(f.CallEnded)
    assert (end.cause, end.ended_by) == ("NORMAL_CLEARING", "system")
    assert not centre.exchange.legs and "sales" in {fact.queue for fact in centre.facts(f.QueueLeft)}


def test_who_hears_the_greeting_hears_it_to_its_end():
    centre = two_queues()
    for name in ("ann", "ben"):
        centre.call(name, "4002")
    centre.reconfigure(MOVED)
    assert centre.stage("ann") == "flow"
    centre.exchange.finish("ann")
    centre.drain()
    assert centre.last(f.QueueEntered).queue == "support"
    centre.reconfigure(SUPPORT)
    centre.exchange.finish("ben")
    centre.drain()
    assert centre.stage("ben") == "leaving" and not centre.facts(f.QueueEntered, call_id="ben")


def test_a_phone_that_rings_may_be_answered_and_a_miss_sends_her_on():
    centre = two_queues()
    centre.ready("bob")
    centre.waiting("ann", "4002")
    centre.reconfigure(MOVED)
    assert centre.offered() == {"bob": "ann"}
    centre.misses("bob")
    centre.wait(6)
    assert closed(centre) == ["ann"] and centre.last(f.QueueEntered).queue == "support"
    assert centre.state("bob") == "ready"


def test_a_talk_is_not_touched():
    centre = two_queues()
    centre.waiting("ann", "4002")
    centre.ready("bob")
    centre.picks_up("bob")
    centre.reconfigure(SUPPORT)
    centre.wait(30)
    assert (centre.stage("ann"), centre.state("bob")) == ("talking", "talking")


def test_a_queue_that_is_back_before_anything_was_done_keeps_its_callers():
    """Nothing is done to a caller who could not hear it: her node is away."""
    centre = two_queues()
    centre.waiting("ann", "4002")
    centre.cut()
    centre.reconfigure(SUPPORT)
    assert centre.stage("ann") == "waiting" and not closed(centre)
    centre.reconfigure(structs.replace(directory(support=(("amy", 1),), sales=(("bob", 1),)), version=3))
    centre.connect()
    centre.drain()
    centre.ready("bob")
    assert centre.offered() == {"bob": "ann"} and not closed(centre)


def test_a_queue_that_was_taken_away_while_the_daemon_was_dead():
    centre = two_queues()
    centre.waiting("ann", "4002")
    centre.ready("bob")
    centre.waiting("ben", "4002")
    assert centre.offered() == {"bob": "ann"}
    centre.die()
    centre.layout = MOVED
    centre.start()
    centre.drain()
    centre.wait(8)
    assert sorted(closed(centre)) == ["ann", "ben"]
    assert {centre.brain.world.calls[name].queue for name in ("ann", "ben")} == {"support"}
    assert "sales" not in {queue.id for queue in centre.brain.world.queues.values() if queue.waiting}
