"""Called back with a colleague when her call is over, on the real switch."""

import pytest

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from switchctl.contract.directory import Directory
from tests.daemon.stage import centre
from tests.freeswitch.centre import Centre
from tests.freeswitch.test_transfers import speak


@pytest.fixture
def layout() -> Directory:
    return centre(wrap_up_s=60)


def test_kept_over_the_daemons_death_then_both_phones_ring(desk: Centre) -> None:
    (alice,) = desk.at_work("alice")
    caller, call_id = desk.queued()
    desk.fact(f.TalkStarted, call_id=call_id)
    desk.talks(caller, alice)
    (bob,) = desk.at_work("bob")
    desk.order(c.AskCallBack, "bob", of=alice.extension)
    wish = desk.fact(f.CallBackWished, agent="bob", of="alice").wish
    desk.kill_daemon()
    desk.start_daemon()
    desk.talks(caller, alice)
    desk.outside.do(caller.hang_up)
    assert desk.fact(f.CallBackOver, wish=wish).result == "dialled"
    desk.fact(f.TalkStarted, call_id=wish)
    speak(alice, bob)
    desk.outside.do(bob.call.hang_up)
    assert desk.ended(wish).ended_by == "agent"
