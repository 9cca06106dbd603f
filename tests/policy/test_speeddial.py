"""Speed dial: what a code means to whom, and that it opens nothing that the number itself would not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import Directory, Extension, SpeedDial
from switchctl.contract.speeddial import code_of, codes_of, number_of
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory
from tests.policy.laws import over

NUMBER = "+8613800001111"
ROWS = (
    SpeedDial(code="10", number="1002"), SpeedDial(code="12", number="138 0000 1111"),
    SpeedDial(code="13", number="+12025550123"), SpeedDial(code="12", number="1003", owner="bob"),
    SpeedDial(code="20", number="110"),
)  # fmt: skip


def layout() -> Directory:
    known = directory()
    phones = (*(Extension(number=one.extension, user=one.id) for one in known.agents), Extension(number="1900"))
    return msgspec.structs.replace(known, speed_dials=ROWS, extensions=phones)


@pytest.fixture
def centre() -> Centre:
    made = Centre(layout())
    made.ready("amy", "bob")
    made.after_each = lambda: laws.always(made)
    return made


def dials(centre: Centre, agent: str, typed: str, by_hand: bool) -> None:
    extension = centre.brain.world.agents[agent].profile.extension
    if by_hand:
        centre.exchange.phone_dials("hers", extension, typed)
    else:
        centre.order(c.Dial, agent, number=typed)
        centre.drain()
        if rung := centre.wishes(do.Dial):
            centre.exchange.answer(rung[-1].leg)
    centre.drain()


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("agent, typed, number", [
    ("amy", "*010", "1002"), ("amy", "*012", NUMBER), ("bob", "*012", "1003"),
])  # fmt: skip
def test_a_code_is_its_number(centre: Centre, agent: str, typed: str, number: str, by_hand: bool):
    dials(centre, agent, typed, by_hand)
    call = centre.last(f.CallArrived)
    assert call.number == number and centre.exchange.legs[call.call_id].dialled == number
    centre.exchange.answer(call.call_id)
    centre.drain()
    assert centre.state(agent) == "talking" and centre.view.calls[call.call_id].number == number
    over(centre)


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("agent, typed, why, params", [
    ("amy", "*011", r.NO_SPEED_DIAL, {"code": "*011"}), ("amy", "*01", r.NO_SPEED_DIAL, {"code": "*01"}),
    ("amy", "*0123", r.NO_NUMBER, {}), ("amy", "*013", r.NATIONAL_ONLY, {}), ("bob", "*010", r.OWN_NUMBER, {}),
])  # fmt: skip
def test_it_opens_nothing(centre: Centre, agent: str, typed: str, why: str, params: dict[str, str], by_hand: bool):
    dials(centre, agent, typed, by_hand)
    told = centre.last(f.CommandRefused)
    assert (told.reason, told.params) == (why, params) and not centre.facts(f.CallArrived)
    assert not centre.wishes(do.Dial) and centre.state(agent) == "ready"
    if by_hand:
        assert centre.wishes(do.Transfer)[-1].extension == "refused-number"
    over(centre)


@pytest.mark.parametrize("typed, context, extension", [
    ("*010", "alone", "1002"), ("*012", "alone", "13800001111"), ("*011", "calls", "refused-number"),
])  # fmt: skip
def test_a_phone_of_nobody_reaches_what_it_reaches_anyway(centre: Centre, typed: str, context: str, extension: str):
    centre.exchange.phone_dials("halls", "1900", typed)
    centre.drain()
    (sent,) = [wish for wish in centre.wishes(do.Transfer) if wish.leg == "halls"]
    assert (sent.context, sent.extension) == (context, extension) and not centre.facts(f.CallArrived)


def test_a_customer_is_passed_on_by_a_code(centre: Centre):
    centre.order(c.Pause, "bob", reason="lunch")
    centre.talking("ann", "amy")
    centre.order(c.Transfer, "amy", what="number", to="*011")
    assert centre.last(f.CommandRefused).reason == r.NO_SPEED_DIAL and centre.stage("ann") == "talking"
    centre.order(c.Transfer, "amy", what="number", to="*012")
    centre.drain()
    assert centre.last(f.CallTransferred).to == NUMBER and centre.last(f.PartyCalled).outside == NUMBER
    over(centre)


codes = st.text("0123456789", min_size=2, max_size=2)
rows = st.builds(SpeedDial, code=codes, number=st.from_regex(r"\+?[0-9]{3,12}", fullmatch=True),
                 owner=st.sampled_from(["", "amy", "bob"]))  # fmt: skip


@given(st.lists(rows, max_size=8, unique_by=lambda row: (row.owner, row.code)), codes)
def test_hers_before_the_centres_never_anothers_and_never_a_code_again(given_rows: list[SpeedDial], code: str):
    known, typed = codes_of(given_rows), f"*0{code}"
    own = [row.number for row in given_rows if (row.owner, row.code) == ("amy", code)]
    centres = [row.number for row in given_rows if (row.owner, row.code) == ("", code)]
    found = number_of(typed, "amy", known)
    assert found == next(iter(own + centres), None) and number_of(typed, "", known) == next(iter(centres), None)
    assert not code_of(found or "") and number_of(f"*0-{code}", "amy", known) == found


@pytest.mark.parametrize("typed", ["", "012", "*12", "0*012", "*0ab", "*0123", "**012", "*083#", "13800001111"])
def test_all_else_is_what_it_was(typed: str):
    assert number_of(typed, "amy", {("amy", "12"): "1002"}) == typed
