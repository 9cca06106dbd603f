"""The configuration alone: it starts, keeps strangers out, and serves callers with no daemon there."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from switchctl.esl import commands
from switchctl.policy.announcing import AFTER, BEFORE, DIGIT
from tests.freeswitch.agents import password
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.switch import CONF, DOMAIN, Switch
from tests.freeswitch.until import until


def registered(outside: Endpoint, extension: str) -> Phone:
    phone = outside.register(extension, password(extension))
    until(lambda: phone.registered, f"phone {extension} to be registered")
    return phone


def test_starts_without_a_word_of_complaint(switch: Switch) -> None:
    """But that no daemon is there yet, whom it asks for networks of phones."""
    complaints = [line for line in switch.first_words.splitlines() if "[ERR]" in line or "[CRIT]" in line]
    away = f"trying to fetch http://127.0.0.1:{switch.daemon_http}/directory"
    assert [line for line in complaints if away not in line] == []


def test_does_not_start_without_a_secret(tmp_path: Path) -> None:
    switch = Switch(tmp_path)
    switch.prepare()
    environment = switch.environment()
    del environment["FREESWITCH_SECRET"]
    switch.process = switch.spawn(environment)
    try:
        assert switch.process.wait(120) != 0
    finally:
        switch.throw_away()
    assert "FREESWITCH_SECRET_is_not_set" in switch.log_text()


def test_event_socket_is_on_loopback_and_wants_the_secret(switch: Switch) -> None:
    assert Console(switch.esl_port, switch.secret).welcome == "+OK accepted"
    assert Console(switch.esl_port, "ClueCon").welcome == "-ERR invalid"
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
    places = [line.split()[3] for line in listening.splitlines() if line.split()[3].endswith(f":{switch.esl_port}")]
    assert places == [f"127.0.0.1:{switch.esl_port}"]


def test_phone_registers_with_its_password_only(switch: Switch, outside: Endpoint, console: Console) -> None:
    phone = registered(outside, "1001")
    until(lambda: "sip:1001@" in console.api(f"sofia_contact 1001@{DOMAIN}"), "the switch to find the phone")
    outside.unregister(phone)
    until(lambda: not phone.registered, "the phone to be gone")

    wrong = outside.register("1002", "not-the-password")
    until(lambda: wrong.refused, "the wrong password to be refused")
    assert wrong.refused == 403
    stranger = outside.register("9999", "x")
    until(lambda: stranger.refused, "an unknown phone to be refused")
    assert stranger.refused == 403


def test_phones_port_takes_no_call_without_a_password(switch: Switch) -> None:
    """A caller who finds the phones' port gets a challenge (407), not the dialplan."""
    intruder = Endpoint(switch.phones_port, switch.phones_port, DOMAIN)
    try:
        call = intruder.dial("4001")
        until(lambda: call.state == "ended", "the call to be refused")
        assert call.status == 407
    finally:
        intruder.close()


def test_trunk_takes_calls_from_its_network_only(tmp_path: Path) -> None:
    switch = Switch(tmp_path)
    switch.prepare()
    environment = switch.environment() | {"FREESWITCH_TRUNK_NETWORK": "192.0.2.0/24"}
    switch.process = switch.spawn(environment)
    stranger = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN)
    try:
        until(switch._ready, "the switch to be ready", 120)
        call = stranger.dial("4001")
        until(lambda: call.state == "ended", "the call to be refused")
        assert call.status == 403
    finally:
        stranger.close()
        switch.throw_away()


def test_siblings_port_takes_calls_of_siblings_only(tmp_path: Path) -> None:
    switch = Switch(tmp_path)
    switch.prepare()
    environment = switch.environment() | {"FREESWITCH_SIBLINGS_NETWORK": "192.0.2.0/24,198.51.100.7/32"}
    switch.process = switch.spawn(environment)
    stranger = Endpoint(switch.phones_port, switch.siblings_port, DOMAIN)
    try:
        until(switch._ready, "the switch to be ready", 120)
        call = stranger.dial("1001", extra=relayed())
        until(lambda: call.state == "ended", "the call to be refused")
        assert call.status == 403
        console = switch.console()
        allowed = [console.api(f"acl {address} siblings") for address in ("192.0.2.9", "198.51.100.7", "198.51.100.8")]
        assert allowed == ["true", "true", "false"]
        console.close()
    finally:
        stranger.close()
        switch.throw_away()


def relayed(**other: str) -> list[tuple[str, bytes]]:
    """Headers of a call that another switch brings."""
    usual = {"Call": "c-1", "Offer": "o-1", "Leg": "l-1"}
    return [(f"X-Switchdesk-{name}", value.encode()) for name, value in (usual | other).items() if value]


@pytest.mark.parametrize(
    "headers",
    [
        {"Leg": ""},
        {"Offer": "a b"},
        {"Leg": "l}user/1002{x=y"},
        {"Leg": "l,cc_x=1"},
        {"Call": "${system(touch /tmp/owned)}"},
        {"Offer": "x" * 200},
    ],
)
def test_a_sibling_whose_headers_are_no_ids_reaches_nobody(
    switch: Switch, outside: Endpoint, ear: Console, headers: dict[str, str]
) -> None:
    phone = registered(outside, "1001")
    sibling = Endpoint(switch.phones_port, switch.siblings_port, DOMAIN)
    try:
        call = sibling.dial("1001", extra=relayed(**headers))
        until(lambda: call.state == "ended", "the call to be refused")
        assert call.status == 404
    finally:
        sibling.close()
    assert not phone.calls and not Path("/tmp/owned").exists()


def test_a_sibling_reaches_a_phone_and_nothing_else(switch: Switch, outside: Endpoint, ear: Console) -> None:
    phone = registered(outside, "1001")
    sibling = Endpoint(switch.phones_port, switch.siblings_port, DOMAIN)
    try:
        call = sibling.dial("1001", extra=relayed(Leg="leg-to-1001"))
        until(lambda: phone.in_state("answered"), "the phone to be rung")
        rung = until(lambda: [e for e in ear.named("CHANNEL_CREATE") if e.direction == "outbound"], "its event")
        assert len(rung) == 1
        assert (rung[0].uuid, rung[0].cc_call_id) == ("leg-to-1001", "c-1")
        sibling.do(call.hang_up)
        until(lambda: phone.in_state("ended"), "the phone to be let go")
        for number in ("4001", "wait", "after-agent", "15400001111"):
            other = sibling.dial(number, extra=relayed(Leg=f"leg-to-{number}"))
            until(lambda other=other: other.state == "ended", "the call to be refused")
            assert other.status == 480, number
    finally:
        sibling.close()


def test_what_is_no_number_is_refused(outside: Endpoint) -> None:
    call = outside.dial("wait")
    until(lambda: call.state == "ended", "the call to be refused")
    assert call.status == 404


def test_caller_without_any_daemon_is_served_by_the_failsafe_queue(
    switch: Switch, outside: Endpoint, console: Console, ear: Console
) -> None:
    caller = outside.dial("4001", caller="15400002222", name="张三".encode())
    until(lambda: caller.state == "answered", "the switch to answer by itself")
    until(lambda: [e for e in ear.named("CUSTOM") if e.cc_action == "member-queue-start"], "the queue")
    until(lambda: -1 in caller.media.heard(), "music")

    phone = registered(outside, "1003")
    for order in (
        ("agent", "add", "1003", "callback"),
        ("agent", "set", "contact", "1003", "user/1003"),
        ("agent", "set", "status", "1003", "Available"),
        ("tier", "add", "failsafe@default", "1003", "1", "1"),
    ):
        assert console.ask(commands.callcenter(*order)).startswith("+OK")
    until(lambda: phone.in_state("answered"), "the agent of the queue to be rung")
    until(lambda: phone.call.media.mark in caller.media.heard(), "the caller to hear the agent")
    until(lambda: caller.media.mark in phone.call.media.heard(), "the agent to hear the caller")

    outside.do(phone.call.hang_up)
    until(lambda: caller.state == "ended", "thanks and goodbye")
    assert console.ask(commands.callcenter("agent", "del", "1003")).startswith("+OK")

    leg = next(e.uuid for e in ear.named("CHANNEL_CREATE") if e.caller_number == "15400002222")
    record = until(lambda: read_cdr(switch, leg), "the call's record")
    assert record["variables"]["hangup_cause"] == "NORMAL_CLEARING"
    assert record["variables"]["cc_stage"] == "survey"
    assert record["variables"]["cc_agent"] == "1003"
    assert int(record["variables"]["cc_queue_joined_epoch"]) > 0


def read_cdr(switch: Switch, uuid: str) -> dict[str, dict[str, str]] | None:
    """Not every record is UTF-8: a caller's name stands in it as its bytes came."""
    path = switch.cdr / f"{uuid}.cdr.json"
    try:
        record: dict[str, dict[str, str]] = json.loads(path.read_bytes().decode("utf-8", "replace"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return record


def test_prompts_speak_both_languages_at_8_khz(tmp_path: Path) -> None:
    run = [sys.executable, str(CONF / "prompts.py"), "--out", str(tmp_path)]
    subprocess.run(run, check=True, env=dict(os.environ), stdout=subprocess.DEVNULL)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.wav")}
    prompts = {"ivr/greeting.wav", "ivr/sorry.wav", "ivr/thanks.wav", "queue/wait.wav"}
    pieces = {BEFORE, AFTER, *(DIGIT.format(digit) for digit in range(10))}
    assert prompts | pieces < names
    assert any(name.startswith("moh/") for name in names)
    for name in sorted(names):
        with wave.open(str(tmp_path / name)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
            assert sound.getnframes() > (0.15 if name in pieces else 2) * 8000
            loud = max(memoryview(sound.readframes(sound.getnframes())).cast("h"))
            assert 3000 < loud < 32767, name
