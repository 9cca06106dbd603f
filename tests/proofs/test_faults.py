"""Faults in a virtual world: two whole daemons on the simulated switch, thousands of things that go wrong, no promise
broken. 200 faults with fixed seeds and every history that ever failed here; ``make prove`` brings about 10,000.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = int(os.environ.get("PROOF_FAULTS", "60"))
PROMISES = ("lost", "doubled", "double_dials", "stuck", "talking_dropped", "two_at_once", "wrong")
FOUND_WITHIN = 300
"""Faults."""


def harness(*options: str) -> tuple[dict[str, int], str]:
    """What it counted, and what it printed. In a process of its own, for its clock is not ours."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.harness", *options], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr


@pytest.mark.timeout(300 + 3 * FAULTS)
def test_no_promise_is_broken(tmp_path):
    counted, text = harness("--injections", str(FAULTS), "--kept", "--keep", str(tmp_path))
    assert {promise: counted[promise] for promise in PROMISES} == dict.fromkeys(PROMISES, 0), text
    assert counted["injections"] >= FAULTS and counted["talks"] > FAULTS / 4, "nothing happened"


BREAKS = [
    ("no_reconcile", {"stuck"}),
    ("no_fence", {"two_at_once", "talking_dropped", "wrong", "stuck"}),
    ("dials_again", {"double_dials"}),
    ("redials", {"double_dials"}),
    ("no_deduplication", {"wrong", "stuck"}),
    ("no_memory", {"lost", "stuck", "wrong"}),
    ("facts_skipped", {"lost", "stuck", "wrong"}),
    ("no_leases", {"lost", "stuck"}),
    ("no_put_back", {"stuck", "wrong"}),
    ("cdr_lost", {"lost"}),
]
"""How it is broken → promises of which one is then not kept. Each takes ten seconds: ``make prove`` tries them all."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("broken", "promises"), BREAKS if os.environ.get("PROOF_EACH") else BREAKS[::2])
def test_a_broken_product_is_found_out(broken, promises):
    counted, text = harness("--injections", str(FOUND_WITHIN), "--broken", broken)
    assert any(counted[promise] for promise in promises), text
