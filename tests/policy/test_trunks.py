"""Which trunk a number takes: by its beginnings, in their order, past what is down or full."""

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract import refusals as r
from switchctl.contract.directory import Trunk
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import Centre, directory

MOBILE, FAR = "13800001111", "0044 20 7946 0958"


def centre_with(*trunks: Trunk, **states: str) -> Centre:
    layout = directory()
    agents = tuple(msgspec.structs.replace(agent, dialling="international") for agent in layout.agents)
    centre = Centre(msgspec.structs.replace(layout, trunks=trunks, agents=agents))
    centre.after_each = lambda: laws.always(centre)
    centre.exchange.trunks = {one.gateway: states.get(one.gateway, "REGED/UP") for one in trunks}
    centre.wait(4)
    return centre


def over(centre: Centre) -> str:
    """The gateway of the newest dialling."""
    return centre.wishes(do.Dial)[-1].gateway


def dials(centre: Centre, number: str, agent: str = "amy") -> str:
    """Over which trunk, or why not."""
    before = len(centre.wishes(do.Dial))
    centre.dials(agent, number)
    return over(centre) if len(centre.wishes(do.Dial)) > before else centre.last(f.CommandRefused).reason


CHEAP, DEAR = Trunk(gateway="cheap", prefixes=("138", "021")), Trunk(gateway="dear")


@pytest.mark.parametrize(
    "number, states, expected",
    [
        (MOBILE, {}, "cheap"),
        (FAR, {}, "dear"),
        ("110", {}, "cheap"),
        (MOBILE, {"cheap": "REGED/DOWN"}, "dear"),
        (MOBILE, {"cheap": "FAIL_WAIT/UP"}, "dear"),
        (FAR, {"dear": "TRYING/UP"}, r.NO_FREE_TRUNK),
        ("110", {"dear": "NOREG/DOWN", "cheap": "NOREG/DOWN"}, "cheap"),
    ],
)
def test_by_beginnings_and_past_what_is_down(number: str, states: dict[str, str], expected: str):
    assert dials(centre_with(CHEAP, DEAR, **states), number) == expected


def test_only_beginnings_and_none_fits():
    assert dials(centre_with(CHEAP), FAR) == r.NO_TRUNK
    assert dials(centre_with(CHEAP), MOBILE) == "cheap"


def test_a_full_one_is_passed_over_until_a_call_ends():
    centre = centre_with(msgspec.structs.replace(CHEAP, channels=1), msgspec.structs.replace(DEAR, channels=1))
    assert dials(centre, MOBILE, "amy") == "cheap"
    assert dials(centre, MOBILE, "bob") == "dear"
    assert dials(centre, MOBILE, "cai") == r.NO_FREE_TRUNK
    centre.die()
    centre.start()
    centre.drain()
    assert dials(centre, MOBILE, "cai") == r.NO_FREE_TRUNK, "a restart forgets none"
    centre.hangs_up("amy")
    centre.wait(5)
    assert dials(centre, MOBILE, "cai") == "cheap"


def test_its_state_is_told_once_each_and_survives_a_restart():
    centre = centre_with(CHEAP, DEAR, cheap="TRYING/UP")
    told = [(one.gateway, one.previous, one.state) for one in centre.facts(f.TrunkChanged)]
    assert sorted(told) == [("cheap", "", "trying"), ("dear", "", "registered")]
    centre.exchange.trunks["cheap"] = "REGED/UP"
    centre.wait(61)
    assert centre.last(f.TrunkChanged).state == "registered" and len(centre.facts(f.TrunkChanged)) == 3
    assert centre.view.trunks == {"cheap": {"n1": "registered"}, "dear": {"n1": "registered"}}
    centre.die()
    centre.start()
    centre.wait(10)
    assert len(centre.facts(f.TrunkChanged)) == 3 and dials(centre, MOBILE) == "cheap"
    centre.exchange.trunks = {"dear": "REGED/UP"}
    centre.reconfigure(msgspec.structs.replace(centre.layout, trunks=(DEAR,)))
    centre.wait(4)
    assert centre.last(f.TrunkChanged).state == "gone" and list(centre.view.trunks) == ["dear"]


def test_a_customer_is_passed_on_only_where_a_line_works():
    centre = centre_with(DEAR, dear="NOREG/DOWN")
    centre.talking("ann", "amy")
    centre.order(c.Transfer, "amy", what="number", to=MOBILE)
    centre.drain()
    assert centre.last(f.CommandRefused).reason == r.NO_FREE_TRUNK and centre.stage("ann") == "talking"
