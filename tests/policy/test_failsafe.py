"""The fail-safe queue is told who is ready, and nothing twice."""

from collections.abc import Callable

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Agent, Directory, Membership, Queue, Route
from switchctl.model import effects as do
from switchctl.policy.failsafe import AT_ONCE
from tests.policy.centre import Centre, directory


def statuses(centre: Centre) -> dict[str, str]:
    """Agent's number in the fail-safe queue → status."""
    return {name: row["status"] for name, row in centre.exchange.callcenter.items()}


def test_everybody_is_in_the_queue_before_anybody_works() -> None:
    centre = Centre(directory(support=(("amy", 2), ("bob", 3)), sales=(("amy", 1),)))
    assert centre.exchange.callcenter == {
        "1001@default": {
            "contact": "[leg_timeout=20]user/1001", "max_no_answer": "2", "wrap_up_time": "30",
            "busy_delay_time": "5", "reject_delay_time": "5", "level": "1", "status": "Logged Out",
        },
        "1002@default": {
            "contact": "[leg_timeout=20]user/1002", "max_no_answer": "2", "wrap_up_time": "30",
            "busy_delay_time": "5", "reject_delay_time": "5", "level": "3", "status": "Logged Out",
        },
    }  # fmt: skip


def test_only_the_ready_are_available() -> None:
    centre = Centre()
    centre.order(c.SignIn, "bob")
    centre.ready("amy", "cai")
    assert statuses(centre) == {"1001@default": "Available", "1002@default": "On Break", "1003@default": "Available"}
    centre.waiting("anna")
    assert statuses(centre)["1001@default"] == "On Break", "her phone rings"
    centre.picks_up("amy")
    assert statuses(centre)["1001@default"] == "On Break", "she talks"
    centre.hangs_up("anna")
    assert (centre.state("amy"), statuses(centre)["1001@default"]) == ("wrapup", "On Break")
    centre.wait(31)
    assert (centre.state("amy"), statuses(centre)["1001@default"]) == ("ready", "Available")
    centre.order(c.SignOut, "amy")
    centre.drain()
    assert statuses(centre)["1001@default"] == "Logged Out"


def test_a_change_is_one_order() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.done.clear()
    centre.order(c.Pause, "amy", reason="lunch")
    centre.drain()
    assert [wish.words for wish in centre.wishes(do.FailSafe)] == [
        ("agent", "set", "status", "1001@default", "On Break")
    ]
    centre.reconfigure(centre.layout)
    assert len(centre.wishes(do.FailSafe)) == 1


def crowd(size: int) -> Directory:
    """So many agents a1101, a1102, … serve ``support``."""
    names = [f"a{1101 + number}" for number in range(size)]
    agents = tuple(Agent(id=name, name=name, extension=name[1:]) for name in names)
    queue = Queue(id="support", name="Support", members=tuple(Membership(agent=name, tier=1) for name in names))
    return Directory(
        version=1, agents=agents, queues=(queue,), routes=(Route(number="4001", queue="support", greeting=""),)
    )


def answered_orders(centre: Centre, until: Callable[[], bool]) -> int:
    """How many orders the switch carries out, one after the other, before this is so."""
    count = 0
    while not until():
        centre.deliver(next(line for line in centre.exchange.said if line.startswith("job failsafe")))
        count += 1
    return count


def test_who_is_rung_while_a_new_leader_tells_the_switch_of_everybody_is_soon_on_her_break() -> None:
    """Its own death in the midst of that must not have the switch ring again who talks with a caller by then.

    The real switch carries out an order in 20 ms: one at a time, one agent after the other, it took 8 s for 42 agents,
    and two of them were joined with a second caller when the leader fell.
    """
    centre = Centre(crowd(42))
    centre.ready(*(agent.id for agent in reversed(centre.layout.agents)))
    assert set(statuses(centre).values()) == {"Available"}
    centre.die()
    centre.start()
    while not any(line.startswith("job failsafe") for line in centre.exchange.said):
        centre.deliver(next(iter(centre.exchange.said)))
    centre.exchange.ring_in("anna", "15400000001", "4001")
    while not (rung := centre.offered()):
        centre.deliver(next(line for line in centre.exchange.said if not line.startswith("job failsafe")))
    (agent,) = rung
    assert statuses(centre)[f"{agent[1:]}@default"] == "Available"
    others = answered_orders(centre, lambda: statuses(centre)[f"{agent[1:]}@default"] == "On Break")
    assert others <= 2 * 42, "each has had two orders (that she is there, and her status), and not all of its nine"
    centre.drain()
    assert [name for name, status in statuses(centre).items() if status == "On Break"] == [f"{agent[1:]}@default"]


def test_several_are_told_at_once() -> None:
    centre = Centre()
    centre.ready("amy", "bob", "cai")
    centre.done.clear()
    for name in ("amy", "bob", "cai"):
        centre.order(c.Pause, name, reason="lunch")
    assert len(centre.wishes(do.FailSafe)) == 3, "none waits for the answer to another's"
    centre.drain()
    assert set(statuses(centre).values()) == {"On Break"}


def test_so_many_orders_at_once_and_no_more() -> None:
    centre = Centre(crowd(40))
    centre.die()
    centre.done.clear()
    centre.start()
    while not centre.wishes(do.FailSafe):
        centre.deliver(next(iter(centre.exchange.said)))
    assert len(centre.wishes(do.FailSafe)) == AT_ONCE


def test_orders_go_one_by_one_and_the_last_state_wins() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.done.clear()
    for kind in (c.Pause, c.BecomeReady, c.Pause):
        centre.order(kind, "amy", **({"reason": "lunch"} if kind is c.Pause else {}))
    assert len(centre.wishes(do.FailSafe)) == 1, "the others wait until it is done"
    centre.drain()
    assert statuses(centre)["1001@default"] == "On Break"


def test_a_lost_answer_holds_nothing_up() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.order(c.Pause, "amy", reason="lunch")
    (job,) = [line for line in centre.exchange.said if line.startswith("job failsafe")]
    centre.lose(job)
    centre.drain()
    centre.order(c.BecomeReady, "amy")
    centre.wait(6)
    assert statuses(centre)["1001@default"] == "Available"


def test_all_is_told_again_after_the_link_was_down() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.cut()
    centre.exchange.callcenter.clear()  # it was restarted without its database
    centre.order(c.Pause, "amy", reason="lunch")
    centre.connect()
    centre.drain()
    assert statuses(centre) == {"1001@default": "On Break", "1002@default": "Logged Out", "1003@default": "Logged Out"}
    assert all(row["level"] == "1" for row in centre.exchange.callcenter.values())


def test_who_left_the_directory_is_taken_out() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.reconfigure(directory(support=(("bob", 1), ("cai", 1))))
    assert set(statuses(centre)) == {"1002@default", "1003@default"}
    centre.die()
    centre.layout = directory(support=(("cai", 1),))
    centre.exchange.callcenter["1999@default"] = {"level": "1", "status": "Available"}  # from an older time
    centre.start()
    centre.drain()
    assert set(statuses(centre)) == {"1003@default"}


def test_who_talks_in_the_fail_safe_queue_is_offered_no_second_call() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.talking("anna", "amy")
    assert statuses(centre)["1001@default"] == "On Break"
    centre.die()
    assert statuses(centre)["1001@default"] == "On Break", "nobody changes it until a daemon returns"
    centre.start()
    centre.drain()
    centre.wait(2)
    centre.waiting("berta")
    assert centre.state("amy") == "talking"
    assert not centre.facts(f.OfferMade, call_id="berta")


def test_nobody_becomes_available_before_the_callers_are_back() -> None:
    """She comes back to work while no daemon lives: the switch must not give her a caller out of turn."""
    centre = Centre()
    centre.talking("anna", "amy")
    centre.hangs_up("anna")
    for name in ("berta", "carla"):
        centre.waiting(name)
        centre.wait(2)
    centre.die()
    centre.exchange.legs = dict(reversed(centre.exchange.legs.items()))
    centre.now += 40 * 1_000_000
    centre.done.clear()
    centre.start()
    centre.wait(0.1, drain=False)  # the callers are on their way
    centre.drain_replies()
    assert centre.state("amy") == "ready", "her after-call work is over"
    assert statuses(centre)["1001@default"] == "On Break" and not centre.facts(f.OfferMade, call_id="berta")
    centre.drain()
    assert centre.offered() == {"amy": "berta"}, "the first in the line"
    centre.wait(2)
    assert not [wish for wish in centre.wishes(do.FailSafe) if "Available" in wish.words]
    assert statuses(centre)["1001@default"] == "On Break"


def test_a_caller_who_does_not_come_back_holds_nobody_up_for_long() -> None:
    centre = Centre()
    centre.ready("amy")
    centre.order(c.Pause, "amy", reason="lunch")
    centre.waiting("anna")
    centre.die()
    centre.exchange._do[do.Transfer] = lambda _wish: None
    centre.start()
    centre.drain()
    centre.order(c.BecomeReady, "amy")
    centre.wait(2)
    assert statuses(centre)["1001@default"] == "On Break"
    centre.wait(5)
    assert statuses(centre)["1001@default"] == "Available"
    centre.waiting("berta")
    assert centre.offered() == {"amy": "berta"}
