"""The world around the switch: callers at random, records of calls, faults, and its end in order or not."""

import json
import time
from pathlib import Path

import pytest

from switchctl.sim.harness import SimSwitch
from tests.sim.conftest import Controlled
from tests.sim.wires import Listener, Wire, connect, until


@pytest.fixture
def own() -> SimSwitch:
    """A switch of this test alone; nobody listens for its calls."""
    with SimSwitch(lease="127.0.0.1:1", phones="*=auto:0.1", heartbeat=0.1) as sim:
        yield sim


def listening(sim: SimSwitch, what: str = "ALL") -> Wire:
    wire = connect(sim.port, sim.secret)
    wire.ask(f"event json {what}")
    return wire


def test_the_same_seed_gives_the_same_people() -> None:
    people = []
    for _ in range(2):
        with SimSwitch(lease="127.0.0.1:1", seed=7) as sim:
            wire = listening(sim, "CHANNEL_CREATE")
            for _ in range(5):
                sim.sim("one")
            wire.wait("CHANNEL_CREATE", count=5)
            people.append([(e["Caller-Caller-ID-Number"], e["Caller-Caller-ID-Name"]) for e in wire.events])
    assert people[0] == people[1]
    assert len(set(people[0])) > 1


def test_callers_come_at_a_rate_and_stop(own: SimSwitch) -> None:
    wire = listening(own, "CHANNEL_CREATE")
    own.sim("rate 1200")
    wire.wait("CHANNEL_CREATE", count=3)
    own.sim("rate 0")
    wire.ask("api hostname")  # after its answer nothing is on its way any more
    came = len(wire.events)
    beats = listening(own, "HEARTBEAT")
    beats.wait("HEARTBEAT", count=3)
    assert len(wire.events) <= came + 1


def test_a_caller_loses_patience_and_a_talk_ends(own: SimSwitch) -> None:
    wire = listening(own)
    for line in (
        "agent add a callback",
        "agent set contact a user/1001",
        "agent set status a Available",
        "tier add failsafe@default a",
    ):
        own.api(f"callcenter_config {line}")
    waiting = own.sim("call 15400000001 4001 talk=0.3 agent_first Wang").split()[1]
    bridge = wire.wait("CHANNEL_BRIDGE", waiting)
    agent = bridge["Bridge-B-Unique-ID"]
    assert wire.wait("CHANNEL_HANGUP_COMPLETE", agent)["variable_sip_hangup_disposition"] == "recv_bye"
    own.api("callcenter_config agent set status a On Break")
    left = own.sim("call 15400000002 4001 patience=0.3 Li").split()[1]
    done = wire.wait("CHANNEL_HANGUP_COMPLETE", left)
    assert done["variable_sip_hangup_disposition"] == "recv_bye"
    assert done["variable_cc_cause"] == "cancel"


def test_a_record_is_written_with_no_controller(tmp_path: Path) -> None:
    with SimSwitch(lease="127.0.0.1:1", cdr=str(tmp_path)) as sim:
        wire = listening(sim)
        uuid = sim.call("15400000001", "4001", "王芳")
        wire.wait("PLAYBACK_START", uuid)
        sim.hangup(uuid)
        path = tmp_path / f"{uuid}.cdr.json"
        assert until(path.exists)
    record = json.loads(path.read_text())
    assert record["variables"]["hangup_cause"] == "NORMAL_CLEARING"
    assert record["variables"]["cc_cause"] == "cancel"
    assert int(record["variables"]["cc_queue_joined_epoch"]) > 0
    flow = record["callflow"][0]
    assert flow["caller_profile"]["caller_id_name"] == "王芳"
    assert int(flow["times"]["hangup_time"]) > int(flow["times"]["answered_time"]) > 0


def test_phones_register_leave_and_die(own: SimSwitch) -> None:
    wire = listening(own, "CUSTOM sofia::register sofia::unregister sofia::expire")
    own.sim("phone 1001 unregistered")
    assert wire.wait("CUSTOM")["from-user"] == "1001"
    assert own.api("originate user/1001 &park()") == "-ERR USER_NOT_REGISTERED\n"
    own.sim("phone 1001 auto:0")
    wire.wait("CUSTOM", Event_Subclass="sofia::register")
    own.sim("expire 1001")
    assert wire.wait("CUSTOM", Event_Subclass="sofia::expire")["user"] == "1001"


def sequence(wire: Wire, uuid: str) -> list[int]:
    return [int(e["Event-Sequence"]) for e in list(wire.events) if e.get("Unique-ID") == uuid]


def test_reordering_keeps_each_channel_in_order(own: SimSwitch) -> None:
    wire = listening(own)
    own.sim("reorder 0.3")
    uuids = [own.call(f"1540000000{n}", "4001") for n in range(6)]
    for uuid in uuids:
        wire.wait("PLAYBACK_START", uuid)
        own.hangup(uuid)
    for uuid in uuids:
        wire.wait("CHANNEL_DESTROY", uuid)
        assert sequence(wire, uuid) == sorted(sequence(wire, uuid))
    everything = [int(e["Event-Sequence"]) for e in wire.events]
    assert everything != sorted(everything)


def test_events_are_doubled_and_lost(own: SimSwitch) -> None:
    wire = listening(own)
    own.sim("duplicate 1")
    uuid = own.call("15400000001", "4001")
    wire.wait("PLAYBACK_START", uuid, count=2)
    own.sim("clear")
    own.sim("drop 1")
    heard = len(wire.events)
    own.hangup(uuid)
    until(lambda: own.sim("counts").startswith("+OK channels=0"))
    own.sim("clear")
    wire.wait("HEARTBEAT", count=len(wire.named("HEARTBEAT")) + 1)
    assert not [e for e in wire.events[heard:] if e["Event-Name"].startswith("CHANNEL")]


def test_events_come_late(own: SimSwitch) -> None:
    wire = listening(own, "CHANNEL_CREATE")
    own.sim("delay 300")
    uuid = own.call("15400000001", "4001")
    created = wire.wait("CHANNEL_CREATE", uuid)
    assert time.time() - int(created["Event-Date-Timestamp"]) / 1e6 > 0.25


def test_a_stalled_switch_goes_on(own: SimSwitch) -> None:
    wire = listening(own, "HEARTBEAT")
    wire.wait("HEARTBEAT")
    before = time.monotonic()
    wire.ask("api sim stall 0.5")
    assert time.monotonic() - before > 0.3


def test_links_are_cut_and_half_open(own: SimSwitch) -> None:
    wire, other = listening(own, "HEARTBEAT"), listening(own, "HEARTBEAT")
    own.sim("halfopen inbound")
    heard = 0

    def silent() -> bool:
        nonlocal heard
        before, heard = heard, len(wire.events)
        time.sleep(0.3)
        return len(wire.events) == heard == before

    assert until(silent)
    assert not wire.ended
    own.sim("kill inbound")
    assert until(lambda: wire.ended and other.ended)
    assert own.api("hostname") == "sim1"


def test_an_orderly_end(own: SimSwitch, primary: Listener) -> None:
    wire = listening(own)
    uuid = own.call("15400000001", "4001")
    wire.wait("PLAYBACK_START", uuid)
    assert own.stop() == 0
    assert until(lambda: wire.ended)
    wire.wait("SHUTDOWN")
    assert wire.wait("CHANNEL_HANGUP_COMPLETE", uuid)["Hangup-Cause"] == "SYSTEM_SHUTDOWN"
    assert wire.notices[-1][1] == "The system is being shut down.\n"


def test_a_crash_says_nothing_and_the_next_run_is_another(own: SimSwitch) -> None:
    wire = listening(own)
    before = own.api("global_getvar core_uuid")
    uuid = own.call("15400000001", "4001")
    wire.wait("PLAYBACK_START", uuid)
    own.sim("crash")
    assert until(lambda: wire.ended)
    assert not wire.notices
    assert not wire.named("CHANNEL_HANGUP", uuid)
    own.crash()
    own.start()
    assert own.api("global_getvar core_uuid") != before
    assert own.api("uuid_exists " + uuid) == "false"


def test_a_second_host_takes_over_at_connect_time(primary: Listener) -> None:
    with SimSwitch(lease=f"127.0.0.1:1|127.0.0.1:{primary.port}") as sim:
        number = len(primary.wires) + 1
        sim.call("15400000001", "4001")
        head, _ = primary.take(number).ask("connect")
        assert (head["variable_cc_stage"], head["Socket-Mode"], head["Control"]) == ("entry", "async", "full")


def test_myevents_brings_its_own_channel_only(wire: Wire, switch: SimSwitch, controlled: Controlled) -> None:
    uuid, lease = controlled()
    lease.ask("myevents json")
    lease.ask("event json PLAYBACK_START")
    other = switch.call("15400000009", "4001")
    wire.wait("CHANNEL_CREATE", other)
    switch.press(uuid, "5")
    lease.wait("DTMF")
    assert {event["Unique-ID"] for event in lease.events} == {uuid}
    switch.hangup(other)
