"""A carrier fails under a call to a number, through the real switch: the next one is tried, while nothing rang."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.agents import DOMAIN
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.switch import Switch
from tests.freeswitch.test_transfers import NUMBER, talking
from tests.freeswitch.until import until
from tests.ports import free_port as another_port


@pytest.fixture
def broken(switch: Switch) -> Iterator[Endpoint]:
    """A carrier that has no line left."""
    broken = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN, port=another_port())
    yield broken
    broken.close()


@pytest.fixture
def desk(switch: Switch, outside: Endpoint, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Centre]:
    desk = Centre(tmp_path, free_port, switch, outside)
    try:
        desk.start(centre(wrap_up_s=60))
        yield desk
    finally:
        switch.end_calls()
        console = switch.console()
        for name in ("dead", "full"):
            console.api(f"sofia profile external killgw {name}")
        console.api("global_setvar cc_trunks=none")
        console.close()
        desk.end()


def known(console: Console, gateway: str) -> bool:
    return not console.api(f"sofia status gateway {gateway}").startswith("Invalid")


def test_over_a_dead_and_a_full_one_to_the_third_and_not_again_once_it_rang(
    desk: Centre, console: Console, broken: Endpoint, carrier: Endpoint
) -> None:
    refused = broken.subscriber(NUMBER, "full")
    expert = carrier.subscriber(NUMBER)
    caller, call_id, alice, _bob = talking(desk)
    ways = {"dead": another_port(), "full": broken.port}
    trunks = (*(d.Trunk(gateway=name, proxy=f"127.0.0.1:{port}", pings=False) for name, port in ways.items()),
              d.Trunk(gateway="carrier"))  # fmt: skip
    desk.publish(msgspec.structs.replace(centre(version=2, wrap_up_s=60), trunks=trunks))
    until(lambda: all(known(console, name) for name in ways), "the gateways to be there")

    desk.order(c.Consult, "alice", what="number", to=NUMBER)
    desk.fact(f.ConsultAnswered, call_id=call_id)
    assert [fact.trunk for fact in desk.facts(f.PartyCalled)] == ["dead", "full", "carrier"]
    assert {(fact.cause, fact.result) for fact in desk.facts(f.PartyLeft)} == {("NORMAL_TEMPORARY_FAILURE", "failed")}
    until(lambda: alice.call.media.heard() == {expert.call.media.mark}, "her to hear the number")
    desk.order(c.CancelConsult, "alice")
    desk.talks(caller, alice)

    refused.behave = "failing"
    desk.order(c.Transfer, "alice", what="number", to=NUMBER)
    desk.until(lambda: [fact for fact in desk.facts(f.CallTransferred, call_id=call_id) if fact.how == "returned"])
    assert [fact.trunk for fact in desk.facts(f.PartyCalled)][3:] == ["dead", "full"], "a phone rang there"
    assert len(expert.calls) == 1
