"""Codes on an agent's phone: each phase and what a code means in it; what means nothing is the other party's."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre


@pytest.fixture
def ann() -> Centre:
    """Ann talks to Amy; Bob is ready."""
    centre = Centre()
    centre.talking("ann", "amy")
    centre.ready("bob")
    centre.after_each = lambda: laws.always(centre)
    return centre


def press(centre: Centre, *codes: str, agent: str = "amy") -> None:
    """Codes and digits, half a second apart; she whose leg it is may have gone to another call meanwhile."""
    for code in codes:
        centre.exchange.code(centre.leg(agent), code)
        centre.drain()
        centre.wait(0.5)


def typing(centre: Centre) -> bool:
    return bool(centre.exchange.legs[centre.leg("amy")].typing)


def passed(centre: Centre) -> list[str]:
    return [wish.keys for wish in centre.wishes(do.SendKeys)]


@pytest.mark.parametrize(
    "keys", ["*2 1 0 0 2 *", "*2 1 0 0 2 #", "F 1 0 0 2 *", "*3 1 0 0 2 #", "*3 1 3 8 0 0 0 0 1 1 1 1 #"]
)
def test_a_number_is_a_consult(ann: Centre, keys: str):
    press(ann, *keys.split())
    started = ann.last(f.ConsultStarted)
    outside = "8" in keys
    assert (started.what, started.to) == (("number", "+8613800001111") if outside else ("agent", "bob"))
    assert not typing(ann) and ann.stage("ann") == "consulting" and not passed(ann)
    ann.hangs_up("amy")
    ann.wait(2)
    assert ann.stage("ann") == "offered", "who hangs up gives her customer to whom she asked"
    ann.hangs_up("ann")
    ann.wait(120)
    laws.at_the_end(ann)


def test_it_is_whole_when_nothing_more_comes(ann: Centre):
    press(ann, "*2", "1", "0", "0", "2")
    assert not ann.facts(f.ConsultStarted) and typing(ann)
    ann.wait(1.1)
    assert ann.facts(f.ConsultStarted) and not typing(ann)


@pytest.mark.parametrize("keys", ["*2 * *", "*2 F", "F F", "*3 1 3 * *", "*3 1 F", "*3 #", "*2"])
def test_it_is_given_up(ann: Centre, keys: str):
    press(ann, *keys.split())
    ann.wait(4)
    assert not typing(ann) and not ann.facts(f.ConsultStarted) and not ann.facts(f.CommandRefused)
    assert ann.stage("ann") == "talking"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [("*2 9 9 9 *", r.NO_SUCH_TARGET), ("*2 1 0 0 1 *", r.OWN_NUMBER), ("*2 1 0 0 3 *", r.NOT_FREE),
     ("*3 0 0 1 2 0 2 5 5 5 0 1 2 3 #", r.NATIONAL_ONLY)],
)  # fmt: skip
def test_refused_as_on_the_page(ann: Centre, keys: str, reason: str):
    press(ann, *keys.split())
    told = ann.last(f.CommandRefused)
    assert (told.command, told.reason, told.call_id) == ("PhoneTransfer", reason, "ann")
    assert [wish.sound for wish in ann.wishes(do.Play) if wish.leg == ann.leg("amy")] == ["ivr/not-now.wav"]
    assert ann.stage("ann") == "talking" and not typing(ann)


@pytest.mark.parametrize("code", ["**", "F"])
def test_back_and_all_three(ann: Centre, code: str):
    """While his phone rings it is given up, once he has answered it is a conference."""
    press(ann, "*2", "1", "0", "0", "2", "*")
    press(ann, code)
    assert ann.last(f.ConsultEnded).result == "cancelled" and ann.stage("ann") == "talking"
    press(ann, "*2", "1", "0", "0", "2", "*")
    ann.picks_up("bob")
    assert ann.facts(f.ConsultAnswered)
    press(ann, code)
    aside = ann.brain.world.calls["ann"].aside
    assert aside is not None and (aside.want == "all" or aside.state == "joined")


def test_the_customer_is_marked_once(ann: Centre):
    press(ann, "*83", "*83")
    told = ann.last(f.CustomerMarked)
    assert (told.call_id, told.agent, told.how) == ("ann", "amy", "phone") and len(ann.facts(f.CustomerMarked)) == 1
    assert [wish.sound for wish in ann.wishes(do.Play)][-2:] == ["ivr/marked.wav"] * 2 and not passed(ann)
    assert ann.view.calls["ann"].marked
    order = ann.order(c.MarkCustomer, "amy")
    assert ann.last(f.CommandRefused).command_id == order and ann.last(f.CommandRefused).reason == r.MARKED_ALREADY
    press(ann, "*2", "1", "0", "0", "2", "*", "*83")
    ann.picks_up("bob")
    press(ann, "*83", agent="bob")
    assert passed(ann) == ["*83"], "she whose customer it is not has no such code"


def test_a_colleague_is_not_marked():
    centre = Centre()
    centre.ready("amy", "bob")
    call = centre.rings_out("amy", "1002")
    centre.exchange.answer(call)
    centre.drain()
    order = centre.order(c.MarkCustomer, "amy")
    told = centre.last(f.CommandRefused)
    assert (told.command_id, told.reason) == (order, r.NO_CUSTOMER) and not centre.facts(f.CustomerMarked)


def test_what_means_nothing_is_the_other_partys(ann: Centre):
    press(ann, "**")
    assert passed(ann) == ["**"] and ann.wishes(do.SendKeys)[-1].leg == "ann"
    press(ann, "*2", "1", "0", "0", "2", "*")
    ann.picks_up("bob")
    press(ann, "*2", agent="bob")
    assert passed(ann)[-1] == "*2" and ann.wishes(do.SendKeys)[-1].leg == ann.leg("amy")
    press(ann, "*3")
    assert passed(ann)[-1] == "*3" and ann.wishes(do.SendKeys)[-1].leg == ann.leg("bob")
    assert not typing(ann)


def test_the_page_was_quicker(ann: Centre):
    press(ann, "*2", "1", "0", "0")
    ann.order(c.Consult, "amy", what="agent", to="bob")
    ann.drain()
    press(ann, "2", "*")
    assert len(ann.facts(f.ConsultStarted)) == 1 and not typing(ann) and not ann.facts(f.CommandRefused)
