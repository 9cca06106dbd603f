"""Leader and standby on the real switch: nobody is cut off, nobody waits for long, and only one of them speaks."""

import logging
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from switchctl.contract import facts as f
from tests.daemon.pair import Daemon, Two
from tests.freeswitch.centre import Centre
from tests.freeswitch.console import Console
from tests.freeswitch.endpoint import Endpoint, Party
from tests.freeswitch.hour import MUSIC, busy_hour, ends_well
from tests.freeswitch.relay import Relay
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import holds, until

ROUNDS = 6


class Pair(Two, Centre):
    """A centre with two daemons; what the first says to the switch goes through ``relay``."""

    def __init__(self, folder: Path, free_port: Callable[[], int], switch: Switch, outside: Endpoint) -> None:
        super().__init__(folder, free_port, switch, outside)
        self.hire(folder, free_port, switch.standby)
        port = free_port()
        self.relay = Relay(port, switch.esl_port)
        self.first.environment["FREESWITCH_NODES"] = f"node1=esl://:{switch.secret}@127.0.0.1:{port}"

    def end(self) -> None:
        super().end()
        self.relay.close()

    def kill(self, daemon: Daemon) -> float:
        """kill -9; returns when."""
        daemon.kill()
        return time.monotonic()

    def has(self, daemon: Daemon, calls: int) -> None:
        """Wait until this daemon leads and holds so many calls or more."""
        self.until(lambda: daemon.role == "leader")
        self.until(lambda: daemon.metric("leases") >= calls)


@pytest.fixture
def pair(
    switch: Switch, outside: Endpoint, console: Console, tmp_path: Path, free_port: Callable[[], int]
) -> Iterator[Pair]:
    pair = Pair(tmp_path, free_port, switch, outside)
    try:
        pair.start()
        yield pair
    finally:
        console.api("hupall NORMAL_CLEARING")
        pair.end()


def hears(party: Party, *marks: int) -> Callable[[], bool]:
    return lambda: party.state == "answered" and party.media.alone(*marks)


def test_kill_9_of_the_leader_with_calls_in_every_state(pair: Pair, console: Console) -> None:
    hour = busy_hour(pair)
    since = {state: pair.facts(f.QueueEntered, call_id=hour.id(state))[0].entered for state in ("ringing", "waiting")}
    pair.followed()
    half_built, alice = hour.phones["carol"].call, hour.phones["alice"].call
    pair.kill(pair.first)
    hour.phones["carol"].behave = "answer"
    late = pair.outside.dial("4001", caller="15400009999")  # comes while nobody leads
    talking = hour.party("talking")
    both = [hears(talking, alice.media.mark), hears(alice, talking.media.mark)]
    until(lambda: all(hear() for hear in both), "Alice and her caller to talk")
    holds(lambda: all(hear() for hear in both), "Alice and her caller talk on while the other takes over", 3.5)
    until(lambda: pair.second.role == "leader", "the standby to lead")
    for state in ("waiting", "waiting too"):
        uuid = hour.id(state)
        until(lambda uuid=uuid: console.api(f"uuid_getvar {uuid} cc_stage") == "wait", f"{state} to be taken up")
        party = hour.party(state)
        until(hears(party, *MUSIC), f"music for the caller: {state}")
    until(lambda: half_built.state == "ended", "the half-built offer to be ended")
    ends_well(pair, hour, late, since)
    assert pair.second.metric("engine_errors_total") == 0


@pytest.mark.alone
def test_a_waiting_caller_is_regained_within_three_seconds(pair: Pair) -> None:
    """The daemons die in turns; a caller waits and two talk all the while."""
    (alice,) = pair.at_work("alice")
    talks, talks_id = pair.queued()
    pair.talks(talks, alice)
    waits, waits_id = pair.queued()
    entered = pair.fact(f.QueueEntered, call_id=waits_id).entered
    leader, standby = pair.first, pair.second
    led, regained = [], []
    for _ in range(ROUNDS):
        pair.has(leader, 2 if not led else 1)
        began = pair.kill(leader)
        until(lambda standby=standby: standby.role == "leader", "the standby to lead")
        led.append(time.monotonic() - began)
        until(lambda standby=standby: standby.metric("leases") >= 1, "the caller to be taken up")
        regained.append(time.monotonic() - began)
        until(hears(waits, *MUSIC), "music for the caller")
        until(hears(talks, alice.call.media.mark), "the caller to hear Alice")
        until(hears(alice.call, talks.media.mark), "Alice to hear the caller")
        leader.start()
        until(lambda leader=leader: leader.health().get("status") == "ok", "the killed one to stand by")
        leader, standby = standby, leader
    logging.getLogger(__name__).warning("led after %s; regained after %s", _words(led), _words(regained))
    assert statistics.median(regained) <= 3
    assert not pair.facts(f.TalkEnded)
    assert {visit.entered for visit in pair.facts(f.QueueEntered, call_id=waits_id)} == {entered}

    pair.outside.do(talks.hang_up)
    pair.ended(talks_id)
    pair.talks(waits, alice)  # after her wrap-up
    left = pair.fact(f.QueueLeft, call_id=waits_id)
    assert left.exit == "answered" and left.wait_ms == (left.at - entered) // 1000
    pair.outside.do(waits.hang_up)
    pair.ended(waits_id)


def _words(times: list[float]) -> str:
    return f"median {statistics.median(times):.2f} s, {min(times):.2f} to {max(times):.2f} s, {len(times)} rounds"


def test_a_leader_that_slept_says_nothing_more(pair: Pair, console: Console) -> None:
    (alice,) = pair.at_work("alice")
    talks, _ = pair.queued()
    pair.talks(talks, alice)
    waits, waits_id = pair.queued()
    pair.followed()
    epoch = pair.first.health()["epoch"]
    assert "bgapi originate" in " ".join(pair.relay.commands(0)), "it did speak before"
    pair.first.signal(signal.SIGSTOP)
    try:
        lost = pair.outside.dial("4001", caller="15400004444")  # the sleeper's port takes her connection
        pair.has(pair.second, 1)
        until(hears(waits, *MUSIC), "music for the caller who waited")
        late = pair.outside.dial("4001", caller="15400005555")
        pair.fact(f.CallArrived, number="15400005555", epoch=epoch + 1, stage="entry")
        until(lambda: late.state == "answered", "the leader to answer the next caller")
        told = len(pair.facts(epoch=epoch))
        held = console.api("global_getvar cc_leader")
    finally:
        woken = time.monotonic()
        pair.first.signal(signal.SIGCONT)
    until(lambda: "another daemon has taken over" in pair.first.log(), "the old leader to see it")
    pair.until(lambda: {"role": "standby", "status": "ok"}.items() <= pair.first.health().items())
    pair.fact(f.CallArrived, number="15400004444", epoch=epoch + 1)
    until(lambda: lost.state == "answered", "the caller of the sleeper to be taken")
    for party in (waits, late, lost):
        until(hears(party, *MUSIC), "music for everybody who waits")
    # The end of the sleeper's own sockets may have moved a caller on once more, to a second socket of the leader.
    pair.until(lambda: pair.second.metric("leases") >= 3)
    for arrived in (waits_id, *(fact.call_id for fact in pair.facts(f.CallArrived, epoch=epoch + 1))):
        assert console.api(f"uuid_getvar {arrived} cc_stage") in ("entry", "standby", "wait")
    fence = ("api global_getvar ", "api global_setvar cc_leader=")
    said = pair.relay.commands(woken)
    assert said and not [line for line in said if not line.startswith(fence)], said
    assert console.api("global_getvar cc_leader").rpartition(":")[0] == held.rpartition(":")[0]
    assert len(pair.facts(epoch=epoch)) == told
    until(hears(talks, alice.call.media.mark), "the caller to hear Alice")
    until(hears(alice.call, talks.media.mark), "Alice to hear the caller")
    assert not pair.facts(f.CallEnded)


def test_sigterm_hands_waiting_callers_straight_to_the_standby(pair: Pair, ear: Console) -> None:
    waits, waits_id = pair.queued()
    pair.followed()
    pair.until(lambda: pair.second.health().get("status") == "ok")
    assert pair.first.terminate() == 0
    pair.has(pair.second, 1)
    assert not [e for e in ear.named("CUSTOM") if e.cc_action == "member-queue-start"], "not by the fail-safe queue"
    until(hears(waits, *MUSIC), "music for the caller")
    assert not pair.facts(f.CallRepaired, call_id=waits_id)


def test_a_reload_of_the_configuration_leaves_the_fence_alone(pair: Pair, console: Console) -> None:
    before = console.api("global_getvar cc_leader").rpartition(":")[0]
    assert before.startswith(pair.first.health()["fences"]["node1"].partition(":")[0])
    assert console.api("global_getvar cc_lease") == pair.switch.lease
    assert console.api("reloadxml").startswith("+OK")
    holds(lambda: console.api("global_getvar cc_leader").rpartition(":")[0] == before, "the leader holds its fence", 1)
    assert pair.leaders() == ["first"]
