"""What nobody may make the switch do: run a program, take a text, call where another says. The switch alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from switchctl.esl import commands
from tests.freeswitch.agents import password
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.stranger import Stranger
from tests.freeswitch.switch import DOMAIN, Switch
from tests.freeswitch.test_configuration import registered, relayed
from tests.freeswitch.until import holds, until

NUMBER = "+8613800001111"


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    stranger = Stranger()
    yield stranger
    stranger.close()


@pytest.mark.parametrize("word", ["system", "bg_system", "spawn", "spawn_stream", "bg_spawn", "bgsystem"])
def test_no_command_runs_a_program(console: Console, tmp_path: Path, word: str) -> None:
    owned = tmp_path / "owned"
    assert console.api(f"{word} touch {owned}") == f"-ERR {word} Command not found!"
    console.api(f"eval ${{{word}(touch {owned})}}")
    assert not owned.exists()


@pytest.mark.parametrize("word", ["system", "bgsystem"])
def test_no_application_runs_a_program(
    outside: Endpoint, console: Console, ear: Console, tmp_path: Path, word: str
) -> None:
    """Nor does what a caller sends: her name, a header, a number."""
    owned = tmp_path / "owned"
    evil = f"${{{word}(touch {owned})}}".encode()
    caller = outside.dial("4001", name=evil, extra=[("X-Switchdesk-Call", evil), ("User-to-User", evil)])
    until(lambda: caller.state == "answered", "the fail-safe queue to take her")
    (leg,) = until(lambda: [event.uuid for event in ear.named("CHANNEL_CREATE")], "its event")
    assert console.api(f"uuid_transfer {leg} '{word}:touch {owned}' inline").startswith("+OK")
    (end,) = until(lambda: ear.named("CHANNEL_HANGUP_COMPLETE", leg), "the call to end at what is not there")
    assert end.hangup_cause == "DESTINATION_OUT_OF_ORDER"
    dialled = outside.dial(f"$%7B{word}(touch%20{owned})%7D")
    until(lambda: dialled.state == "ended", "the number to be refused")
    assert dialled.status == 404
    assert not owned.exists()


@pytest.mark.parametrize("port", ["phones_port", "trunk_port", "siblings_port"])
def test_a_text_is_thrown_away_whoever_sends_it(
    switch: Switch, outside: Endpoint, stranger: Stranger, console: Console, ear: Console, port: str
) -> None:
    """The switch has no word for it but 202. With its chat on, ``api+…`` is a command that it runs for any phone."""
    registered(outside, "1002")
    ear.hear("MESSAGE", "RECV_MESSAGE")
    for phone in (("9999", ""), ("1002", password("1002"))):
        for to in ("1002", "api+status", f"api+global_setvar%20owned=by-{port}", "event+owned"):
            assert stranger.ask("MESSAGE", getattr(switch, port), to, b"hello", phone=phone) == 202
    heard = lambda: ear.named("MESSAGE") + ear.named("RECV_MESSAGE")  # noqa: E731
    delivered = lambda: [one for one in outside.others if one.method == "MESSAGE"]  # noqa: E731
    holds(lambda: not heard() and not delivered(), "no event, and no phone gets anything", 0.5)
    assert console.api("global_getvar owned") == "-ERR no reply"


def test_nobody_is_called_for_who_sends_a_refer_out_of_nowhere(
    switch: Switch, outside: Endpoint, stranger: Stranger, ear: Console
) -> None:
    registered(outside, "1002")
    mine = ("1002", password("1002"))
    for port in (switch.phones_port, switch.trunk_port, switch.siblings_port):
        refer = (("refer-to", f"<sip:{NUMBER}@{DOMAIN}>".encode()),)
        # The profile of phones hears REFER: of no call, it takes it and does nothing.
        taken = 202 if port == switch.phones_port else 405
        assert stranger.ask("REFER", port, "1001", phone=mine, extra=refer) == taken
    holds(lambda: not ear.named("CHANNEL_CREATE"), "nobody is called", 0.3)
    assert not ear.named("CHANNEL_CREATE")


def test_nobody_is_called_where_a_called_one_says(
    switch: Switch, outside: Endpoint, carrier: Endpoint, console: Console, ear: Console
) -> None:
    """By a phone that rings alone, by one whose caller is here, and by the carrier, in each way to say "moved"."""
    phone, other = registered(outside, "1001"), registered(outside, "1002")
    elsewhere = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
    sibling = Endpoint(switch.phones_port, switch.siblings_port, DOMAIN)
    trap = elsewhere.subscriber("666")
    places = [
        f"sip:666@127.0.0.1:{elsewhere.port}", f"sip:1002@{DOMAIN}", f"sip:1002@127.0.0.1:{switch.phones_port}",
        f"sip:4001@127.0.0.1:{switch.trunk_port}", f"sip:666%7B%5B,%5E%5E$%7Bx%7D@127.0.0.1:{elsewhere.port}",
    ]  # fmt: skip

    def refused(leg: str, status: int) -> None:
        end = until(lambda: ear.named("CHANNEL_HANGUP_COMPLETE", leg), f"the leg {leg} to end")[0]
        (first,) = ear.named("CHANNEL_HANGUP", leg)
        assert first.hangup_cause == end.hangup_cause == "REQUESTED_CHAN_UNAVAIL"
        assert first.proto_cause == end.proto_cause == f"sip:{status}"

    try:
        ways = [(302, place) for place in places] + [(status, places[0]) for status in (300, 301, 305)]
        for turn, (status, place) in enumerate(ways):
            phone.behave, phone.places, phone.moved_with = "moved moved answer", (place, places[0]), status
            console.ask(commands.originate_park("user/1001", f"alone-{turn}", {}, 9, f"alone-{turn}", 9))
            refused(f"alone-{turn}", status)
            brought = sibling.dial("1001", extra=relayed(Leg=f"brought-{turn}"))
            refused(f"brought-{turn}", status)
            until(lambda brought=brought: brought.state == "ended", "the other switch to be told")
            assert brought.status == status
            customer = carrier.subscriber(NUMBER, "moved")
            customer.places, customer.moved_with = (place,), status
            whom = commands.Customer(f"sofia/gateway/carrier/{NUMBER}", f"customer-{turn}", {}, 9)
            hers = {"hangup_after_bridge": "true"}
            console.ask(commands.originate_bridge("user/1001", f"hers-{turn}", hers, 9, whom, f"hers-{turn}"))
            refused(f"customer-{turn}", status)
            until(lambda: phone.in_state("ended"), "her phone to be let go")
        assert not trap.calls and not other.calls
        entered = {event.context for event in ear.named("CHANNEL_CREATE") if event.direction == "inbound"}
        assert entered == {"relay"}
    finally:
        elsewhere.close()
        sibling.close()
