"""The event socket itself: who may speak, what is answered, what a connection hears."""

import socket

import pytest

from switchctl.sim.harness import Console, SimSwitch
from tests.sim.wires import Wire, connect, until


def raw(switch: SimSwitch) -> Wire:
    return Wire(socket.create_connection(("127.0.0.1", switch.port)))


def test_a_wrong_secret_is_refused_and_the_connection_ends(switch: SimSwitch) -> None:
    wire = raw(switch)
    assert until(lambda: wire.replies)[0][0]["Content-Type"] == "auth/request"
    assert wire.ask("auth wrong")[0]["Reply-Text"] == "-ERR invalid"
    assert until(lambda: wire.ended)
    assert "goodbye" in wire.notices[0][1]


def test_nothing_is_found_before_the_secret(switch: SimSwitch) -> None:
    wire = raw(switch)
    until(lambda: wire.replies)
    assert wire.ask("api status")[0]["Reply-Text"] == "-ERR command not found"
    assert wire.ask(f"auth {switch.secret}")[0]["Reply-Text"] == "+OK accepted"


def test_a_controller_outside_the_acl_is_turned_away_rudely(switch: SimSwitch, wire: Wire) -> None:
    switch.sim("reject on")
    try:
        turned_away = raw(switch)
        assert until(lambda: turned_away.ended)
        assert turned_away.notices[0][0]["Content-Type"] == "text/rude-rejection"
    finally:
        wire.api("sim reject off")
    Console("127.0.0.1", switch.port, switch.secret).close()


def test_plain_events_are_url_encoded_and_carry_their_body(switch: SimSwitch) -> None:
    wire = connect(switch.port, switch.secret)
    wire.ask("event plain BACKGROUND_JOB")
    wire.ask("bgapi global_getvar nothing\nJob-UUID: j 1")
    assert until(lambda: wire.events)
    text = wire.events[0]["text"]
    assert "Job-UUID: j%201\n" in text
    assert text.endswith("Content-Length: 14\n\n-ERR no reply\n")


def test_only_what_was_asked_for_is_heard(switch: SimSwitch) -> None:
    wire = connect(switch.port, switch.secret)
    wire.ask("event json HEARTBEAT CUSTOM sofia::unregister")
    switch.sim("unregister 1050")
    switch.sim("register 1050")
    wire.wait("HEARTBEAT")
    gone = wire.wait("CUSTOM")
    assert (gone["Event-Subclass"], gone["from-user"]) == ("sofia::unregister", "1050")
    wire.ask("nixevent HEARTBEAT")
    heard = len(wire.named("HEARTBEAT"))
    switch.sim("unregister 1050")
    wire.wait("CUSTOM", count=2)
    assert len(wire.named("HEARTBEAT")) == heard
    assert {event["Event-Name"] for event in wire.events} == {"HEARTBEAT", "CUSTOM"}


def test_a_filter_lets_one_channel_through(switch: SimSwitch) -> None:
    wire = connect(switch.port, switch.secret)
    wire.ask("filter Unique-ID leg-b")
    wire.ask("event json ALL")
    for uuid in ("leg-a", "leg-b"):
        switch.api(f"originate {{origination_uuid={uuid},ignore_early_media=true}}user/1001 &park()")
        switch.api(f"uuid_kill {uuid}")
    wire.wait("CHANNEL_DESTROY", "leg-b")
    assert {event.get("Unique-ID") for event in wire.events} == {"leg-b"}


def test_a_filter_with_a_minus_holds_back_what_others_let_through(switch: SimSwitch) -> None:
    wire = connect(switch.port, switch.secret)
    for line in ("Event-Name CHANNEL_CREATE", "Event-Name channel_execute", "Application -answer"):
        wire.ask(f"filter {line}")
    wire.ask("event json ALL")
    switch.api("originate {origination_uuid=leg-c,ignore_early_media=true}user/1001 &park()")
    for app in ("answer", "playback"):
        wire.ask(f"sendmsg leg-c\ncall-command: execute\nexecute-app-name: {app}\nexecute-app-arg: ivr/a.wav")
    wire.wait("CHANNEL_EXECUTE", "leg-c", Application="playback")
    switch.api("uuid_kill leg-c")
    told = [(event["Event-Name"], event.get("Application", "")) for event in wire.events]
    assert [one for one in told if one[1] != "park"] == [("CHANNEL_CREATE", ""), ("CHANNEL_EXECUTE", "playback")]


def test_a_quick_job_overtakes_a_slow_one_but_api_answers_wait(wire: Wire) -> None:
    wire.ask("bgapi msleep 2000\nJob-UUID: slow")
    wire.ask("bgapi create_uuid\nJob-UUID: quick")
    wire.wait("BACKGROUND_JOB", Job_UUID="slow")
    assert [event["Job-UUID"] for event in wire.named("BACKGROUND_JOB")] == ["quick", "slow"]
    wire.send("api msleep 200\n\napi hostname\n\n")
    before = len(wire.replies)
    assert until(lambda: len(wire.replies) >= before + 2)
    assert [body for _, body in wire.replies[-2:]] == ["+OK", "sim1"]


def test_a_job_outlives_its_connection(switch: SimSwitch, wire: Wire) -> None:
    dying = connect(switch.port, switch.secret)
    dying.ask("bgapi originate {origination_uuid=orphan,ignore_early_media=true}user/1001 &park()\nJob-UUID: last")
    dying.close()
    assert wire.wait("BACKGROUND_JOB", Job_UUID="last")["_body"] == "+OK orphan\n"
    wire.wait("CHANNEL_PARK", "orphan")
    assert wire.api("uuid_kill orphan") == "+OK\n"


def test_nothing_to_show_has_no_rows(wire: Wire) -> None:
    until(lambda: wire.api("sim counts").startswith("+OK channels=0"))
    assert wire.api("show channels as json") == '{"row_count": 0}\n'
    assert wire.api("show calls count") == "\n0 total.\n"


def test_a_global_is_set_only_if_it_is_what_was_expected(wire: Wire) -> None:
    wire.api("global_setvar leader=one")
    assert wire.api("global_setvar leader=two=nobody") == "+OK"
    assert wire.api("global_getvar leader") == "one"
    assert wire.api("global_setvar leader=two=one") == "+OK"
    assert wire.api("global_getvar leader") == "two"
    wire.api("global_setvar leader=three=")
    assert wire.api("global_getvar leader") == "three"


@pytest.mark.parametrize("line", ["sendmsg", "linger", "filter", "myevents", "event json NOSUCH", "log x"])
def test_a_useless_command_is_answered_with_an_error(wire: Wire, line: str) -> None:
    assert wire.ask(line)[0]["Reply-Text"].startswith("-ERR")
