"""Kill rounds: the daemon is killed again and again under random calls, and nobody notices but the clock.

A few rounds with a fixed seed in CI; ``make prove`` runs many (``PROOF_ROUNDS`` rounds). After the last round the
callers stop coming, the last ones leave, and the books must close: what the switch's own CDR files say it carried is
what the facts say, each call ended once, no wait began anew, nobody is stuck.
"""

import json
import os
import random
import time
from pathlib import Path

import pytest

from switchctl.contract import facts as f
from tests.daemon.stage import Stage, one_end_each

ROUNDS = int(os.environ.get("PROOF_ROUNDS", "3"))
SEED = 20261122


@pytest.fixture
def stage(tmp_path, free_port):
    made = Stage(
        tmp_path, free_port, "--phones", "*=auto:0.2-0.8", "--patience", "6", "--talk", "3", "--rate", "0", "--dids",
        "4001", "--agent-first", "0.3", "--seed", str(SEED), "--cdr", str(tmp_path / "cdr"),
    )  # fmt: skip
    try:
        made.start()
        yield made
    finally:
        made.end()


def carried(folder: Path) -> set[str]:
    """The callers' legs that the switch wrote a CDR of."""
    calls = set()
    for path in folder.glob("*.json"):
        variables = json.loads(path.read_text())["variables"]
        if variables.get("direction") == "inbound":
            calls.add(variables["uuid"])
    return calls


def pairs(up: dict[str, dict]) -> set[tuple[str, str]]:
    """(caller, agent) legs that are joined, of these channels."""
    return {(row["call_uuid"], row["uuid"]) for row in up.values() if row["call_uuid"] not in ("", row["uuid"])}


def pause(chance: random.Random, least: float, most: float) -> None:
    """Let the callers do what they do for a while: the one thing here that only time can bring."""
    until = time.monotonic() + chance.uniform(least, most)
    while time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.timeout(300 + 30 * ROUNDS)
def test_a_daemon_killed_at_any_moment_loses_nothing(stage, tmp_path):
    chance = random.Random(SEED)
    stage.ready("alice", "bob")
    stage.switch.sim("rate 90")
    torn = 0
    for _ in range(ROUNDS):
        pause(chance, 1.0, 4.0)
        stage.kill_daemon()
        before = pairs(stage.switch.channels())
        pause(chance, 0.1, 2.0)
        up = stage.switch.channels()
        torn += sum(caller in up and agent in up and (caller, agent) not in pairs(up) for caller, agent in before)
        stage.start_daemon()
    stage.switch.sim("rate 0")
    stage.until(lambda: not stage.switch.channels())
    stage.until(lambda: not stage.metric('calls{stage="waiting"}') and one_end_each(stage.facts()) == {})
    told = stage.facts()
    arrived = {fact.call_id for fact in told if isinstance(fact, f.CallArrived)}
    unseen = carried(tmp_path / "cdr") - arrived
    assert arrived - carried(tmp_path / "cdr") == set()
    assert torn == 0, "a talk did not survive the daemon's death"
    assert _waits_that_began_anew(told) == []
    assert stage.until(lambda: {stage.metric('agents{state="ready"}')} == {2.0})
    print(
        f"\n{ROUNDS} kill rounds, {len(arrived | unseen)} calls, {len(unseen)} of them lived and died unseen "
        f"(CDR only), {sum(isinstance(x, f.TalkStarted) for x in told)} talks, {torn} torn, "
        f"{sum(isinstance(x, f.CallRepaired) for x in told)} repairs"
    )


def _waits_that_began_anew(told: list[f.Fact]) -> list[str]:
    began: dict[str, int] = {}
    again = []
    for fact in told:
        if isinstance(fact, f.QueueEntered) and began.setdefault(fact.visit, fact.entered) != fact.entered:
            again.append(fact.visit)
    return again
