"""A supervisor hears a talk, is heard in it, leaves it, takes it over; ends it, or signs the agent out."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre


def talk() -> Centre:
    """Ann talks to Amy; Cai is nobody's agent now and may supervise."""
    centre = Centre()
    centre.talking("ann", "amy")
    return centre


def watched(mode: str = "listen") -> Centre:
    """Cai hears them."""
    centre = talk()
    centre.order(c.Watch, "amy", by="cai", mode=mode)
    centre.drain()
    centre.wait(1)
    centre.picks_up("cai")
    return centre


def modes(centre: Centre) -> list[str]:
    return [fact.mode for fact in centre.facts(f.WatchChanged)]


def refused(centre: Centre, order: str) -> str:
    return centre.last(f.CommandRefused, command_id=order).reason


@pytest.mark.parametrize("mode, heard", [
    ("listen", ["listen"]), ("whisper", ["listen", "whisper"]), ("barge", ["listen", "barge"]),
])  # fmt: skip
def test_she_is_let_in_as_she_asked(mode: str, heard: list[str]):
    centre = watched(mode)
    started = centre.last(f.WatchStarted)
    assert (started.agent, started.by, started.mode, started.call_id) == ("amy", "cai", mode, "ann")
    wish = centre.wishes(do.Eavesdrop)[-1]
    assert (wish.phone, wish.spied) == ("1003", centre.last(f.TalkStarted).offer)
    assert modes(centre) == heard
    assert centre.view.watches[started.watch].mode == mode
    assert not centre.facts(f.WatchEnded)


def test_the_talk_knows_nothing_of_it():
    centre = watched("barge")
    centre.order(c.EndWatch, "amy", by="cai")
    centre.drain()
    assert (centre.state("amy"), centre.stage("ann"), centre.state("cai")) == ("talking", "talking", "offline")
    assert centre.last(f.WatchEnded).result == "left"
    talks = [fact for fact in centre.told if fact.call_id == "ann"]
    assert [type(fact).__name__ for fact in talks][-1] == "WatchEnded"
    assert not [fact for fact in talks if type(fact) in (f.HoldStarted, f.TalkEnded, f.CallRepaired)]


def test_the_mode_is_what_the_switch_says_of_keys_whoever_pressed_them():
    centre = watched()
    centre.order(c.Watch, "amy", by="cai", mode="whisper")
    assert modes(centre) == ["listen"]
    centre.drain()
    assert modes(centre) == ["listen", "whisper"]
    centre.exchange.press(centre.leg("cai"), "3310")
    centre.drain()
    assert modes(centre) == ["listen", "whisper", "barge", "customer", "listen"]


def test_she_hears_until_the_talk_is_over():
    centre = watched()
    centre.wait(9)
    centre.hangs_up("ann")
    centre.drain()
    end = centre.last(f.WatchEnded)
    assert (end.result, end.watched_ms) == ("talk_over", 9000)
    assert not centre.brain.world.watches and not centre.view.watches


def test_the_end_of_the_talk_may_be_told_after_hers():
    centre = watched()
    leg = centre.leg("cai")
    centre.exchange.hang_up("ann")
    while leg in centre.exchange.said:
        centre.deliver(leg)
    assert centre.last(f.WatchEnded).result == "talk_over" and centre.state("amy") == "talking"


def test_she_hangs_up_her_own_phone():
    centre = watched()
    centre.hangs_up("cai")
    assert centre.last(f.WatchEnded).result == "left" and centre.state("amy") == "talking"


def test_her_phone_is_not_picked_up():
    centre = talk()
    centre.order(c.Watch, "amy", by="cai")
    centre.drain()
    centre.misses("cai")
    assert centre.last(f.WatchEnded).result == "unanswered"
    assert centre.state("cai") == "offline"
    centre.exchange.unregistered.add("1003")
    centre.order(c.Watch, "amy", by="cai")
    centre.drain()
    assert centre.last(f.WatchEnded).result == "failed"


def test_nobody_says_anything_of_her_phone():
    centre = talk()
    centre.order(c.Watch, "amy", by="cai")
    centre.drain()
    centre.wait(30, drain=False)
    assert centre.last(f.WatchEnded).result == "unanswered"
    assert centre.wishes(do.Kill)[-1].leg == centre.last(f.WatchStarted).watch


def test_whoever_watches_is_offered_nothing_and_then_the_next():
    centre = talk()
    centre.ready("cai")
    centre.order(c.Watch, "amy", by="cai")
    centre.drain()
    centre.picks_up("cai")
    centre.waiting("ben")
    assert centre.offered() == {}
    centre.order(c.EndWatch, "amy", by="cai")
    centre.drain()
    assert centre.offered() == {"cai": "ben"}


@pytest.mark.parametrize("kind", [c.Watch, c.TakeOver])
def test_refusals(kind: type[c.Command]):
    centre = talk()
    assert refused(centre, centre.order(kind, "amy", by="zoe")) == r.NO_PHONE_TO_WATCH
    assert refused(centre, centre.order(kind, "amy", by="amy")) == r.OWN_TALK
    assert refused(centre, centre.order(kind, "bob", by="cai")) == r.NOT_TALKING
    centre.talking("ben", "bob")
    assert refused(centre, centre.order(kind, "amy", by="bob")) == r.BUSY_YOURSELF
    centre.order(c.Watch, "amy", by="cai")
    assert refused(centre, centre.order(kind, "amy", by="cai")) == r.PICK_UP_FIRST
    assert refused(centre, centre.order(kind, "bob", by="cai")) == r.WATCHING_ANOTHER
    assert refused(centre, centre.order(c.EndWatch, "bob", by="cai")) == r.NOT_WATCHING
    centre.drain()
    centre.picks_up("cai")
    assert refused(centre, centre.order(c.Watch, "amy", by="cai")) == r.WATCHING_SO
    centre.order(c.SignIn, "cai")
    assert refused(centre, centre.order(c.Dial, "cai", number="13800001111")) == r.WATCHING
    centre.cut()
    assert refused(centre, centre.order(c.EndWatch, "amy", by="cai")) == r.SWITCH_AWAY


def test_a_phone_that_is_away():
    centre = talk()
    centre.brain.world.devices["1003"] = ""
    assert refused(centre, centre.order(c.Watch, "amy", by="cai")) == r.OWN_PHONE_AWAY


def test_nobody_is_taken_out_of_a_hold():
    centre = watched()
    centre.order(c.Hold, "amy")
    centre.drain()
    assert refused(centre, centre.order(c.TakeOver, "amy", by="cai")) == r.HELD_NOW


@pytest.mark.parametrize("listened", [False, True])
def test_she_takes_the_call_over(listened: bool):
    centre = watched() if listened else talk()
    centre.order(c.TakeOver, "amy", by="cai")
    centre.drain()
    if not listened:
        assert centre.wishes(do.Eavesdrop)[-1].spied == ""
        assert centre.state("amy") == "talking"
        centre.picks_up("cai")
    assert (centre.state("amy"), centre.state("cai"), centre.stage("ann")) == ("wrapup", "talking", "talking")
    first, second = centre.facts(f.TalkStarted)
    assert centre.last(f.CallTaken).offer == second.offer and second.agent == "cai" and second.queue == first.queue
    assert centre.last(f.TalkEnded, agent="amy").ended_by == "supervisor"
    assert centre.last(f.WatchEnded).result == "taken"
    assert not centre.facts(f.CallEnded)
    centre.hangs_up("ann")
    centre.drain()
    assert centre.last(f.CallEnded).ended_by == "customer"
    centre.wait(31)
    assert centre.last(f.TalkEnded).agent == "cai" and centre.state("cai") == "offline"


def test_a_dialled_call_is_taken_over_too():
    centre = Centre()
    centre.ready("amy")
    call = centre.rings_out("amy")
    centre.exchange.answer(call)
    centre.drain()
    centre.order(c.SignIn, "cai")
    centre.order(c.Pause, "cai", reason="tea")
    centre.order(c.TakeOver, "amy", by="cai")
    centre.drain()
    centre.picks_up("cai")
    assert (centre.state("amy"), centre.state("cai"), centre.stage(call)) == ("wrapup", "talking", "talking")
    centre.hangs_up("cai")
    assert centre.stage(call) == ""
    centre.wait(60)
    assert centre.last(f.AgentStateChanged, agent="cai").reason == "tea"


def test_the_talk_ends_while_her_phone_rings_for_it():
    centre = talk()
    centre.order(c.TakeOver, "amy", by="cai")
    centre.drain()
    leg = centre.leg("cai")
    centre.hangs_up("ann")
    centre.exchange.answer(leg)
    centre.drain()
    assert centre.last(f.WatchEnded).result == "talk_over"
    assert leg not in centre.exchange.legs


def test_a_death_and_the_eavesdrop_is_found_again():
    centre = watched("whisper")
    centre.die()
    centre.wait(1)
    centre.start()
    centre.drain()
    watch = centre.brain.world.watches[centre.last(f.WatchStarted).watch]
    assert (watch.mode, watch.by, centre.brain.world.agents["cai"].watches) == ("whisper", "cai", watch.id)
    assert [wish.key for wish in centre.wishes(do.Press)] == ["2", "2"]
    centre.wait(5)
    assert not centre.facts(f.CallRepaired) and not centre.facts(f.WatchEnded)
    centre.die()
    centre.exchange.hang_up(centre.leg("cai"))
    centre.start()
    centre.wait(10)
    assert centre.last(f.WatchEnded).result == "lost"


def test_who_took_a_call_over_is_not_signed_in_by_it_nor_by_a_death():
    centre = talk()
    centre.order(c.TakeOver, "amy", by="cai")
    centre.drain()
    centre.picks_up("cai")
    centre.die()
    centre.start()
    centre.drain()
    centre.hangs_up("ann")
    assert centre.state("cai") == "wrapup"
    centre.wait(40)
    assert centre.state("cai") == "offline" and centre.last(f.AgentStateChanged, agent="cai").reason == ""


def test_a_death_while_she_takes_the_call_over():
    centre = watched()
    centre.exchange.busy = True
    centre.order(c.TakeOver, "amy", by="cai")
    centre.exchange.said.clear()
    centre.exchange.catch_up()
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(3)
    assert (centre.state("cai"), centre.stage("ann")) == ("talking", "talking")
    assert centre.state("amy") == "wrapup"


def test_a_supervisor_ends_a_call():
    centre = talk()
    centre.order(c.HangUp, "amy", by="cai")
    centre.drain()
    assert centre.last(f.TalkEnded).ended_by == centre.last(f.CallEnded).ended_by == "supervisor"


@pytest.mark.parametrize("kind, fields", [(c.Pause, {"reason": "tea"}), (c.BecomeReady, {}), (c.SignOut, {})])
def test_who_forces_a_state_is_told(kind: type[c.Command], fields: dict[str, str]):
    for by, source in (("cai", "supervisor"), ("amy", "agent")):
        centre = Centre()
        centre.order(c.SignIn, "amy")
        centre.order(kind, "amy", by=by, **fields)
        assert centre.last(f.AgentStateChanged).source == source


@pytest.mark.parametrize("state", ["talking", "offered", "dialling", "wrapup", "ready"])
def test_signed_out_whatever_she_does(state: str):
    centre = Centre()
    if state in ("talking", "wrapup"):
        centre.talking("ann", "amy")
    if state == "wrapup":
        centre.hangs_up("ann")
    if state in ("offered", "ready", "dialling"):
        centre.ready("amy")
    if state == "offered":
        centre.waiting("ann")
    if state == "dialling":
        centre.rings_out("amy")
    assert centre.state("amy") == state
    centre.order(c.SignOut, "amy", by="cai", force=True)
    centre.drain()
    assert centre.state("amy") == "offline"
    assert centre.last(f.AgentStateChanged, agent="amy").source == "supervisor"
    assert not centre.brain.world.agents["amy"].leaves
    talks, wraps = centre.facts(f.TalkEnded), centre.facts(f.WrapUpEnded)
    assert [fact.offer for fact in talks] == [fact.offer for fact in wraps]
    if state == "talking":
        assert centre.last(f.CallEnded).ended_by == "supervisor"
    if state == "offered":
        assert centre.stage("ann") == "waiting" and centre.last(f.OfferEnded).misses == 0


@pytest.mark.parametrize("state", ["talking", "dialling"])
@pytest.mark.parametrize("ended_meanwhile", [True, False])
def test_signed_out_though_the_daemon_dies_before_the_switch_hears_of_it(state: str, ended_meanwhile: bool):
    centre = Centre()
    if state == "talking":
        centre.talking("ann", "amy")
    else:
        centre.rings_out("amy")
    perform, centre._perform = centre._perform, lambda effect: None
    order = centre.order(c.SignOut, "amy", by="cai", force=True)
    centre._perform = perform
    assert centre.state("amy") == state and centre.view.agents["amy"].leaves == "supervisor"
    assert centre.last(f.SignOutOrdered, agent="amy").command_id == order
    centre.die()
    if ended_meanwhile:
        centre.exchange.hang_up(centre.leg("amy"))
    centre.start()
    centre.drain()
    centre.wait(5)
    assert centre.state("amy") == "offline" and not centre.view.agents["amy"].leaves
    assert not centre.view.calls and "leave|amy" not in centre.timers
    laws.always(centre)


def test_no_phone_rings_on_for_a_call_that_ended_while_no_daemon_lived():
    centre = Centre()
    centre.talking("ann", "amy")
    centre.order(c.SignIn, "cai")
    centre.order(c.Watch, "amy", by="cai")
    centre.drain()
    centre.die()
    centre.exchange.hang_up("ann")
    centre.start()
    centre.drain()
    centre.wait(7)
    assert not centre.exchange.legs and centre.last(f.WatchEnded).result == "lost"
    laws.always(centre)


def test_a_supervisor_whose_phone_is_at_the_other_switch():
    centre = Centre(nodes=("n1", "n2"))
    centre.exchanges["n2"].register("1001")
    centre.exchanges["n1"].register("1002")
    centre.drain()
    centre.talking("ann", "bob")
    centre.order(c.Watch, "bob", by="amy", mode="barge")
    centre.drain()
    wish = centre.wishes(do.Eavesdrop)[-1]
    assert (wish.node, wish.via, wish.spied) == ("n1", "n2", centre.last(f.TalkStarted).offer)
    centre.exchanges["n2"].answer(centre.last(f.WatchStarted).via_leg)
    centre.drain()
    centre.wait(30)  # the listings of both switches hold nothing strange
    assert [fact.mode for fact in centre.facts(f.WatchChanged)] == ["listen", "barge"]
    assert not centre.facts(f.CallRepaired) and not centre.wishes(do.Inspect)
    centre.order(c.TakeOver, "bob", by="amy")
    centre.drain()
    centre.wait(30)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert centre.last(f.TalkStarted).agent == "amy" and not centre.facts(f.CallRepaired)
    centre.hangs_up("ann")
    centre.wait(10)
    assert not centre.exchanges["n2"].legs and centre.last(f.CallEnded).ended_by == "customer"


def test_a_supervisor_sends_the_customer_of_a_talk_elsewhere():
    centre = talk()
    centre.ready("bob")
    centre.order(c.Transfer, "amy", what="agent", to="bob", by="cai")
    centre.drain()
    told = centre.last(f.CallTransferred)
    assert (told.agent, told.by, told.to, told.how) == ("amy", "cai", "bob", "blind")
    centre.picks_up("bob")
    assert (centre.state("amy"), centre.state("bob"), centre.stage("ann")) == ("wrapup", "talking", "talking")


def test_nobody_is_taken_out_of_a_consultation():
    centre = watched()
    centre.ready("bob")
    centre.order(c.Consult, "amy", what="agent", to="bob")
    centre.drain()
    assert refused(centre, centre.order(c.TakeOver, "amy", by="cai")) == r.CONSULTING
