"""Numbers that lead to an extension, through the real switch: whose phone rings, and who hears whom."""

import msgspec
import pytest

from switchctl.contract import directory as d
from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.agents import password
from tests.freeswitch.centre import Centre
from tests.freeswitch.test_transfers import MUSIC
from tests.freeswitch.until import until

ALICES, HALLS = "4101", "4102"


@pytest.fixture
def layout() -> d.Directory:
    known = centre()
    lead = (
        d.Route(number=ALICES, target="extension", to="1001", greeting=""),
        d.Route(number=HALLS, target="extension", to="1050", greeting="", queue="support"),
    )
    phones = tuple(d.Extension(number=number) for number in ("1001", "1002", "1003", "1004", "1050"))
    return msgspec.structs.replace(known, routes=(*known.routes, *lead), extensions=phones)


def test_an_agents_own_number_and_that_of_the_hall_whose_phone_nobody_answers(desk: Centre) -> None:
    (alice,) = desk.at_work("alice", behave="ring")
    caller, call_id = desk.caller(ALICES)
    assert desk.fact(f.OfferMade, call_id=call_id).reason == f"number:dialled={ALICES}"
    until(lambda: alice.in_state("ringing"), "Alice's phone to ring")
    until(lambda: caller.media.heard() == MUSIC, "the caller to hear it ring")
    desk.outside.do(alice.call.answer)
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, alice)
    desk.outside.do(alice.call.hang_up)
    until(lambda: caller.state == "ended", "the caller to be thanked and let go")
    assert desk.ended(call_id).ended_by == "agent"

    hall = desk.outside.register("1050", password("1050"))
    until(lambda: hall.registered, "the hall's phone to be registered")
    caller, call_id = desk.caller(HALLS)
    called = desk.fact(f.PartyCalled, call_id=call_id)
    assert (called.outside, called.trunk) == ("1050", "")
    desk.fact(f.PartyJoined, call_id=call_id)
    desk.talks(caller, hall)
    desk.outside.do(caller.hang_up)
    assert desk.ended(call_id).ended_by == "customer"
    until(lambda: hall.call.state == "ended", "the hall to be let go")

    hall.behave, alice.behave = "reject", "answer"
    caller, call_id = desk.caller(HALLS)
    assert desk.fact(f.PartyLeft, call_id=call_id).result == "refused"
    assert desk.fact(f.QueueEntered, call_id=call_id).queue == "support"
    desk.talks(caller, alice)
    desk.outside.do(caller.hang_up)
    desk.ended(call_id)
