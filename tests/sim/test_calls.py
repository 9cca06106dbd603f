"""Calls under control: what runs on them, who takes them over, how they end."""

import json

import pytest

from switchctl.sim.harness import SimSwitch
from tests.sim.conftest import Controlled, run
from tests.sim.wires import Listener, Wire, until


def names(wire: Wire, uuid: str, *wanted: str) -> list[str]:
    return [e["Event-Name"] for e in wire.events if e.get("Unique-ID") == uuid and e["Event-Name"] in wanted]


def called(wire: Wire, leg: str, target: str = "user/1001", **variables: str) -> None:
    """Originate into park and wait until it is there."""
    given = ",".join(f"{name}={value}" for name, value in variables.items())
    wire.ask(f"bgapi originate {{origination_uuid={leg},ignore_early_media=true,{given}}}{target} &park()")
    wire.wait("CHANNEL_PARK", leg)


def test_an_announcement_nests_into_the_music(wire: Wire, controlled: Controlled) -> None:
    uuid, _ = controlled()
    run(wire, uuid, "playback", "local_stream://moh", mark="music")
    wire.wait("PLAYBACK_START", uuid)
    run(wire, uuid, "playback", "while.wav", mark="first")
    run(wire, uuid, "playback", "short.wav", mark="second")
    wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="first")
    ends = [
        e["Application-UUID"] for e in wire.named("CHANNEL_EXECUTE_COMPLETE", uuid) if e["Application"] == "playback"
    ]
    assert ends == ["second", "first"]
    assert not [e for e in wire.named("PLAYBACK_STOP", uuid) if e["Playback-File-Path"] == "local_stream://moh"]


def test_locked_prompts_run_one_after_the_other(wire: Wire, controlled: Controlled) -> None:
    uuid, _ = controlled()
    for mark in ("a", "b", "c"):
        run(wire, uuid, "playback", "short.wav", locked=True, mark=mark)
    wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="c")
    order = [
        (e["Event-Name"][8:], e["Application-UUID"])
        for e in wire.events
        if e.get("Unique-ID") == uuid and e.get("Application") == "playback"
    ]
    assert order == [(what, mark) for mark in "abc" for what in ("EXECUTE", "EXECUTE_COMPLETE")]


def test_locked_music_ends_by_uuid_break_all(wire: Wire, controlled: Controlled) -> None:
    uuid, _ = controlled()
    run(wire, uuid, "playback", "local_stream://moh", locked=True, mark="music")
    wire.wait("PLAYBACK_START", uuid)
    run(wire, uuid, "playback", "short.wav", locked=True, mark="prompt")
    assert wire.api(f"uuid_break {uuid} all") == "+OK\n"
    assert (
        wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="music")["Application-Response"] == "FILE PLAYED"
    )
    wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="prompt")


def test_a_missing_file_and_an_unknown_app(wire: Wire, controlled: Controlled) -> None:
    uuid, _ = controlled()
    run(wire, uuid, "playback", "/sounds/gone.wav", mark="gone")
    done = wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="gone")
    assert done["Application-Response"] == "FILE NOT FOUND"
    run(wire, uuid, "nosuchapp")
    assert wire.wait("CHANNEL_HANGUP_COMPLETE", uuid)["Hangup-Cause"] == "DESTINATION_OUT_OF_ORDER"


def test_digits_are_taken_and_judged(switch: SimSwitch, wire: Wire, controlled: Controlled) -> None:
    uuid, _ = controlled()
    run(wire, uuid, "play_and_get_digits", "1 4 1 2000 # long.wav gone pin [0-9]+", mark="pin")
    wire.wait("PLAYBACK_START", uuid)
    switch.press(uuid, "204#")
    done = wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="pin")
    assert (done["variable_pin"], done["variable_read_result"]) == ("204", "success")
    run(wire, uuid, "play_and_get_digits", "1 1 1 100 # short.wav gone choice [1-3]", mark="choice")
    done = wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="choice")
    assert done["variable_read_result"] == "failure"


def test_two_talk_and_the_agent_leaves_first(
    switch: SimSwitch, wire: Wire, primary: Listener, controlled: Controlled
) -> None:
    uuid, _ = controlled()
    called(wire, "agent-1", hangup_after_bridge="true", cc_call_id="C7")
    assert wire.api(f"uuid_bridge {uuid} agent-1") == "+OK agent-1\n"
    assert wire.wait("CHANNEL_BRIDGE", uuid)["Bridge-B-Unique-ID"] == "agent-1"
    wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_Data="socket_resume=false")
    assert wire.api("uuid_getvar agent-1 cc_call_id") == "C7"
    calls = json.loads(wire.api("show bridged_calls as json"))["rows"]
    assert [(row["uuid"], row["b_uuid"]) for row in calls] == [(uuid, "agent-1")]
    before = len(primary.wires)
    switch.hangup("agent-1")
    assert wire.wait("CHANNEL_HANGUP_COMPLETE", "agent-1")["variable_sip_hangup_disposition"] == "recv_bye"
    wire.wait("CHANNEL_UNBRIDGE", uuid)
    survey = primary.take(before + 1)
    assert survey.ask("connect")[0]["variable_cc_stage"] == "survey"


@pytest.mark.parametrize("away", ["uuid_kill {}", "uuid_transfer {} wait XML stages"])
def test_who_leaves_just_before_the_talk_takes_the_other_along(
    switch: SimSwitch, wire: Wire, controlled: Controlled, away: str
) -> None:
    """As the switch's own source says: of a leg that is about to be joined the partner is ended, too."""
    uuid, _ = controlled()
    called(wire, "agent-2", hangup_after_bridge="true")
    switch.sim("joins off")
    wire.api(f"uuid_bridge {uuid} agent-2")
    wire.wait("CHANNEL_STATE", "agent-2", Channel_State="CS_SOFT_EXECUTE")
    wire.api(away.format(uuid))
    switch.sim("joins on")
    assert wire.wait("CHANNEL_HANGUP", "agent-2")["Hangup-Cause"] == "DESTINATION_OUT_OF_ORDER"


def test_a_talk_outlives_its_controller(switch: SimSwitch, wire: Wire, controlled: Controlled) -> None:
    uuid, lease = controlled()
    called(wire, "agent-2", hangup_after_bridge="true")
    wire.api(f"uuid_bridge {uuid} agent-2")
    wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_Data="socket_resume=false")
    lease.close()
    switch.hangup(uuid)
    wire.wait("CHANNEL_UNBRIDGE", uuid)
    assert wire.wait("CHANNEL_HANGUP", "agent-2")["Hangup-Cause"] == "NORMAL_CLEARING"


def serves(wire: Wire, extension: str) -> None:
    """The fail-safe queue may ring this phone."""
    for line in (
        f"agent add {extension}@default callback",
        f"agent set contact {extension}@default user/{extension}",
        f"agent set status {extension}@default Available",
        f"tier add failsafe@default {extension}@default",
    ):
        assert wire.api(f"callcenter_config {line}") == "+OK\n"


def _rung_for(wire: Wire, uuid: str) -> list[str]:
    rings = wire.named("CHANNEL_PROGRESS")
    return [e["Unique-ID"] for e in rings if e.get("variable_cc_member_session_uuid") == uuid]


@pytest.mark.parametrize("way", ["uuid_kill {}", "uuid_transfer {} wait XML stages"])
def test_a_caller_who_leaves_the_failsafe_queue_leaves_no_phone_ringing(
    wire: Wire, controlled: Controlled, way: str
) -> None:
    """Recorded (14c) for one who hangs up; for one who is taken out see tests/freeswitch/test_failsafe.py."""
    serves(wire, "1003")
    uuid, lease = controlled()
    run(wire, uuid, "playback", "local_stream://moh")
    wire.wait("PLAYBACK_START", uuid)
    lease.close()
    leg = until(lambda: _rung_for(wire, uuid))[0]
    assert wire.api(way.format(uuid)).startswith("+OK")
    assert wire.wait("CHANNEL_HANGUP", leg)["Hangup-Cause"] == "ORIGINATOR_CANCEL"
    wire.api("callcenter_config agent del 1003@default")


def test_a_waiting_caller_goes_to_the_failsafe_queue(wire: Wire, controlled: Controlled) -> None:
    serves(wire, "1001")
    uuid, lease = controlled()
    run(wire, uuid, "playback", "local_stream://moh", mark="wait")
    wire.wait("PLAYBACK_START", uuid)
    lease.close()
    assert (
        wire.wait("CHANNEL_EXECUTE_COMPLETE", uuid, Application_UUID="wait")["Application-Response"] == "PLAYBACK ERROR"
    )
    bridge = wire.wait("CHANNEL_BRIDGE", uuid)
    assert wire.api(f"uuid_getvar {uuid} cc_stage") == "failsafe"
    assert wire.api(f"uuid_getvar {bridge['Bridge-B-Unique-ID']} cc_agent") == "1001@default"
    wire.api("callcenter_config agent del 1001@default")


def test_hold_with_music_for_the_caller(wire: Wire, controlled: Controlled) -> None:
    uuid, _ = controlled()
    called(wire, "agent-3", hangup_after_bridge="true", hold_music="local_stream://moh")
    wire.api(f"uuid_bridge {uuid} agent-3")
    wire.wait("CHANNEL_BRIDGE", uuid)
    assert wire.api("uuid_hold agent-3") == "+OK Success\n"
    wire.wait("CHANNEL_HOLD", "agent-3")
    wire.wait("PLAYBACK_START", uuid)
    assert wire.api("uuid_hold agent-3") == "-ERR Operation failed\n"
    assert wire.api("uuid_hold off agent-3") == "+OK Success\n"
    wire.wait("CHANNEL_UNHOLD", "agent-3")
    assert wire.wait("PLAYBACK_STOP", uuid)["Playback-Status"] == "break"
    states = [e["Channel-Call-State"] for e in wire.named("CHANNEL_CALLSTATE", "agent-3")]
    assert states[-3:] == ["HELD", "UNHELD", "ACTIVE"]


def test_a_new_stage_takes_the_caller_out_of_the_bridge(wire: Wire, primary: Listener, controlled: Controlled) -> None:
    uuid, _ = controlled()
    called(wire, "agent-4", hangup_after_bridge="true")
    wire.api(f"uuid_bridge {uuid} agent-4")
    wire.wait("CHANNEL_BRIDGE", uuid)
    before = len(primary.wires)
    assert wire.api(f"uuid_transfer {uuid} wait XML stages") == "+OK\n"
    assert primary.take(before + 1).ask("connect")[0]["variable_cc_stage"] == "wait"
    assert wire.wait("CHANNEL_HANGUP", "agent-4")["Hangup-Cause"] == "NORMAL_CLEARING"


@pytest.mark.parametrize(
    ("extension", "cause"),
    [
        ("1003", "NO_ANSWER"),
        ("1004", "USER_BUSY"),
        ("1005", "CALL_REJECTED"),
        ("1009", "USER_NOT_REGISTERED"),
        ("7777", "SUBSCRIBER_ABSENT"),
    ],
)
def test_how_a_phone_does_not_answer(wire: Wire, extension: str, cause: str) -> None:
    leg = f"leg-{extension}"
    line = f"originate {{origination_uuid={leg},originate_timeout=1,ignore_early_media=true}}user/{extension} &park()"
    wire.ask(f"bgapi {line}\nJob-UUID: {leg}")
    assert wire.wait("BACKGROUND_JOB", Job_UUID=leg)["_body"] == f"-ERR {cause}\n"
    if extension in ("1009", "7777"):
        assert not names(wire, leg, "CHANNEL_CREATE", "CHANNEL_HANGUP")
    else:
        wire.wait("CHANNEL_HANGUP_COMPLETE", leg)


def test_a_phone_answers_on_the_pages_word(wire: Wire) -> None:
    wire.ask("bgapi originate {origination_uuid=page,ignore_early_media=true}user/1002 &park()")
    wire.wait("CHANNEL_PROGRESS", "page")
    assert not names(wire, "page", "CHANNEL_ANSWER")
    assert wire.api("uuid_phone_event page talk") == "+OK\n"
    wire.wait("CHANNEL_PARK", "page")
    wire.api("uuid_kill page")


def test_a_ringing_phone_is_cancelled(wire: Wire) -> None:
    wire.ask("bgapi originate {origination_uuid=cancelled,ignore_early_media=true}user/1003 &park()\nJob-UUID: gone")
    wire.wait("CHANNEL_PROGRESS", "cancelled")
    assert wire.api("uuid_kill cancelled ORIGINATOR_CANCEL") == "+OK\n"
    assert wire.api("uuid_kill cancelled") == "-ERR No such channel!\n"
    assert wire.wait("BACKGROUND_JOB", Job_UUID="gone")["_body"] == "-ERR ORIGINATOR_CANCEL\n"
    done = wire.wait("CHANNEL_HANGUP_COMPLETE", "cancelled")
    assert done["variable_sip_hangup_disposition"] == "send_cancel"


def test_a_parked_leg_with_a_timeout_ends(wire: Wire) -> None:
    called(wire, "parked", park_timeout="1:MEDIA_TIMEOUT")
    assert wire.wait("CHANNEL_HANGUP", "parked")["Hangup-Cause"] == "MEDIA_TIMEOUT"


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("13800000001", "+OK"),
        ("13400000001", "-ERR USER_BUSY"),
        ("13700000001", "-ERR UNALLOCATED_NUMBER"),
        ("13900000001", "-ERR NORMAL_TEMPORARY_FAILURE"),
        ("13200000001", ""),
        ("13500000001", "-ERR NO_ANSWER"),
    ],
)
def test_the_carrier_by_prefix(wire: Wire, number: str, answer: str) -> None:
    target = f"{{ignore_early_media=true,originate_timeout=2}}sofia/gateway/carrier/{number}"
    given = wire.api(f"originate {target} &park()")
    assert given.startswith(answer or "+OK") or not answer
    if given.startswith("+OK"):
        wire.api(f"uuid_kill {given.split()[1]}")


def test_the_call_is_lingered_over(switch: SimSwitch, wire: Wire, controlled: Controlled) -> None:
    uuid, lease = controlled()
    switch.hangup(uuid)
    wire.wait("CHANNEL_HANGUP_COMPLETE", uuid)
    assert until(lambda: lease.notices)[0][0]["Content-Disposition"] == "linger"
    assert not names(wire, uuid, "CHANNEL_DESTROY")
    lease.ask("exit")
    wire.wait("CHANNEL_DESTROY", uuid)
    assert until(lambda: lease.ended)


def test_no_name_forges_an_event(switch: SimSwitch, wire: Wire) -> None:
    hostile = "Bob%0AUnique-ID: victim%0AEvent-Name: CHANNEL_HANGUP ${domain} ' \" , } \\"
    uuid = switch.call("15400000002", "4001", hostile)
    event = wire.wait("CHANNEL_CREATE", uuid)
    assert event["Caller-Caller-ID-Name"].startswith("Bob\nUnique-ID: victim\nEvent-Name: CHANNEL_HANGUP %{domain}")
    switch.hangup(uuid)
    assert wire.wait("CHANNEL_HANGUP", uuid)["Hangup-Cause"] == "ORIGINATOR_CANCEL"


def test_a_name_that_is_not_utf8_passes(switch: SimSwitch, wire: Wire) -> None:
    uuid = switch.call("15400000003", "4001", "%D5%C5%C8%FD")
    assert "\ufffd" in wire.wait("CHANNEL_CREATE", uuid)["Caller-Caller-ID-Name"]
    switch.hangup(uuid)
    wire.wait("CHANNEL_HANGUP_COMPLETE", uuid)
