"""A few rounds with a fixed seed in CI; ``make prove`` plays many (``PROOF_ROUNDS``)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = int(os.environ.get("PROOF_ROUNDS", "16"))


@pytest.mark.slow
@pytest.mark.timeout(600 + 10 * ROUNDS)
def test_nobody_is_called_twice_or_lost_whatever_dies():
    line = [sys.executable, "-m", "tests.proofs.campaigns", "--rounds", str(ROUNDS)]
    done = subprocess.run(
        line, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(f"\n{done.stdout[-4000:]}")
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{ROUNDS} rounds in" in done.stdout


def environment() -> dict[str, str]:
    """Nothing of the tests' own servers."""
    return {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
