"""The keys that a caller presses: kept before the answer, never in a talk."""

import pytest

from switchctl.contract import facts as f
from tests.policy.centre import Centre
from tests.policy.test_restore import restart


def press(centre: Centre, keys: str, leg: str = "ann") -> None:
    centre.exchange.press(leg, keys)
    centre.drain()


def pressed(centre: Centre) -> str:
    return "".join(fact.keys for fact in centre.facts(f.KeysPressed))


def test_in_the_greeting_in_the_queue_and_while_a_phone_rings():
    centre = Centre()
    centre.call("ann")
    press(centre, "1")
    centre.exchange.finish("ann")
    centre.drain()
    press(centre, "23")
    centre.ready("amy")
    press(centre, "*d#")
    assert centre.offered() == {"amy": "ann"}
    assert pressed(centre) == centre.view.calls["ann"].keys == "123*D#"
    assert {fact.number for fact in centre.facts(f.KeysPressed)} == {"15401400001"}


def test_what_may_be_the_number_of_a_card_is_told_by_nobody():
    centre = Centre()
    centre.ready("amy")
    centre.waiting("ann")
    leg = centre.leg("amy")
    centre.exchange.answer(leg)
    centre.deliver(leg)  # picked up, and not known to be joined yet
    centre.exchange.press("ann", "4")
    centre.drain()
    assert centre.state("amy") == "talking"
    press(centre, "4111111111111111")
    press(centre, "4111", leg)
    centre.hangs_up("amy")
    press(centre, "5")
    assert pressed(centre) == ""


def test_whom_the_switch_itself_has_joined_with_an_agent_presses_for_her_alone():
    centre = Centre()
    centre.waiting("ann")
    centre.die()
    centre.exchange.fail_safe("ann", "1002", "leg")
    centre.start()
    press(centre, "4111")
    centre.wait(5)
    press(centre, "4111")
    assert pressed(centre) == ""


@pytest.mark.parametrize("key", ["", "w", "12", "é", "\n", "%"])
def test_only_keys_of_a_phone_count(key):
    centre = Centre()
    centre.waiting("ann")
    centre.exchange._say(centre.exchange.legs["ann"], "DTMF", digit=key)
    centre.drain()
    assert pressed(centre) == ""


def test_an_event_that_comes_twice_is_no_second_key():
    centre = Centre()
    centre.waiting("ann")
    centre.exchange.press("ann", "55")
    centre.deliver("ann", again=True)
    centre.drain()
    assert pressed(centre) == "55"


def test_so_many_and_no_more_also_over_a_restart():
    centre = Centre()
    centre.waiting("ann")
    press(centre, "7" * 30)
    restart(centre)
    centre.wait(3)
    assert centre.view.calls["ann"].keys == "7" * 30
    press(centre, "8" * 9)
    assert centre.view.calls["ann"].keys == "7" * 30 + "88"
    assert len(pressed(centre)) == 32
