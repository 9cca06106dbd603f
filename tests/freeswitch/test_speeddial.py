"""Speed dial from a handset, through the real switch: whom a code reaches, and what it does not open."""

import msgspec
import pytest

from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract import refusals
from tests.daemon.stage import AGENTS, centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.test_handset import hear_each_other, refused

NUMBER = "+8613800001111"
ROWS = (
    d.SpeedDial(code="10", number="1002"), d.SpeedDial(code="11", number="1003"),
    d.SpeedDial(code="11", number=NUMBER, owner="alice"), d.SpeedDial(code="12", number="+12025550123"),
)  # fmt: skip


@pytest.fixture
def layout() -> d.Directory:
    phones = tuple(d.Extension(number=number, user=login) for login, number in AGENTS.items())
    return msgspec.structs.replace(centre(), extensions=phones, speed_dials=ROWS)


def test_a_handset_dials_codes(desk: Centre, carrier: Endpoint) -> None:
    mobile = carrier.subscriber(NUMBER)
    alice, bob = desk.at_work("alice", "bob")
    desk.fact(f.WorldStated)
    refused(desk, alice, "*099", refusals.NO_SPEED_DIAL)
    refused(desk, alice, "*012", refusals.NATIONAL_ONLY)
    for code, number, other in (("*010", "1002", bob), ("*011", NUMBER, mobile)):
        began = len(desk.facts(f.TalkStarted))
        party = desk.outside.call_from(alice, code)
        desk.until(lambda began=began: len(desk.facts(f.TalkStarted)) > began)
        call = desk.facts(f.TalkStarted)[-1].call_id
        assert desk.fact(f.CallArrived, call_id=call).number == number
        hear_each_other(party, other.call)
        desk.outside.do(party.hang_up)
        desk.ended(call)
        desk.until(lambda: desk.state("alice") == "ready")
