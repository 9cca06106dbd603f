"""Start and stop."""

import json
import signal
import subprocess
import sys

import pytest

from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

from .switch import SECRET


def test_sigterm_leaves_talking_pairs_and_hands_waiting_callers_back(stage):
    stage.ready("alice")
    talking = stage.switch.call()
    talk = stage.talking(talking)
    waiting = stage.switch.call()
    stage.fact(f.QueueEntered, call_id=waiting)
    assert stage.stop_daemon() == 0
    stage.daemon = None
    stage.until(lambda: stage.switch.variable(waiting, "cc_stage") == "failsafe")
    assert {talking, talk.offer, waiting} <= set(stage.switch.channels())
    assert not stage.redis.exists(MAIN.daemon)
    seqs = [fact.seq for fact in stage.facts()]
    assert seqs == list(range(1, len(seqs) + 1)), "all told facts are in the stream"


def test_sigterm_stops_a_phone_that_rings(stage):
    stage.ready("alice")
    call = stage.switch.call()
    offer = stage.fact(f.OfferMade, call_id=call)
    stage.until(lambda: offer.offer in stage.switch.channels())
    assert stage.stop_daemon() == 0
    stage.until(lambda: offer.offer not in stage.switch.channels())
    assert stage.state("alice") == "ready"
    stage.start_daemon()
    stage.talking(call, offers=2)


def test_a_second_sigterm_ends_at_once(stage):
    stage.valkey.stop()  # so that the first one waits for the last facts to go
    stage.switch.call()
    stage.until(lambda: stage.metric("facts_total") > 2)
    stage.daemon.send_signal(signal.SIGTERM)
    assert not stage.until_ended(0.3)
    stage.daemon.send_signal(signal.SIGTERM)
    assert stage.daemon.wait(timeout=60) == 1  # else it ends in order, with 0


def test_health_tells_what_is_wrong(stage):
    stage.until(lambda: stage.health() == (200, []))
    stage.switch.stop()
    code, reasons = stage.until(lambda: stage.health() if stage.health()[0] == 503 else None)
    assert any("node1" in reason for reason in reasons)
    assert stage.get("/nothing")[0] == 404


def test_a_sign_of_life_is_in_redis(stage):
    stage.until(lambda: 0 < stage.redis.ttl(MAIN.daemon) <= 5)
    stage.until(lambda: b'"links":{"node1":true}' in (stage.redis.get(MAIN.daemon) or b""))


def test_a_wrong_secret_is_said_without_it_and_not_hammered(stage):
    stage.stop_daemon()
    stage.environment["FREESWITCH_NODES"] = f"node1=esl://:not-the-secret@127.0.0.1:{stage.switch.port}"
    stage.start_daemon(healthy=False)
    stage.until(lambda: any("refuses the secret" in reason for reason in stage.health()[1]))
    assert "not-the-secret" not in stage.log()
    assert SECRET not in stage.log()


def test_two_daemons_do_not_share_a_state_folder(stage):
    second = subprocess.run(
        [sys.executable, "-m", "switchctl"], env=stage.environment, capture_output=True, text=True, timeout=90
    )
    assert second.returncode == 2
    assert "Another daemon uses the state folder" in second.stderr


def test_a_taken_port_is_named(stage, tmp_path):
    other = {**stage.environment, "SWITCHDESK_VAR": str(tmp_path / "other")}
    second = subprocess.run([sys.executable, "-m", "switchctl"], env=other, capture_output=True, text=True, timeout=90)
    assert second.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{stage.http}" in second.stderr
    assert "SWITCHCTL_HTTP" in second.stderr


@pytest.mark.parametrize("missing", ["FREESWITCH_NODES", "REDIS_URL"])
def test_what_is_not_set_is_named(missing, tmp_path):
    environment = {
        "FREESWITCH_NODES": "node1=esl://:x@127.0.0.1:1", "REDIS_URL": "redis://127.0.0.1:1/0",
        "SWITCHDESK_VAR": str(tmp_path),
    }  # fmt: skip
    del environment[missing]
    ended = subprocess.run(
        [sys.executable, "-m", "switchctl"], env=environment, capture_output=True, text=True, timeout=90
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"switchctl: {missing} is not set.")


def test_every_line_of_the_log_is_json_with_a_call_id(stage):
    stage.ready("alice")
    call = stage.switch.call()
    stage.fact(f.CallArrived, call_id=call)
    stage.switch.sim(f"hangup {call}")
    stage.fact(f.CallEnded)
    whole, _, _ = stage.log().rpartition("\n")  # the daemon may be in the middle of the next one
    for line in whole.splitlines():
        assert "call_id" in json.loads(line)
