"""What can be asked of the simulation is written in its help."""

import subprocess
import sys

from switchctl.sim.api_sim import DEEDS
from switchctl.sim.registry import MODES


def test_help_names_every_command_and_manner() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "switchctl.sim", "--help"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert not [word for word in (*DEEDS, *MODES) if word not in told]


def test_a_switch_without_a_secret_does_not_start() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "switchctl.sim", "--esl", "127.0.0.1:0"],
        capture_output=True,
        text=True,
        timeout=30,
        env={},
    )
    assert (done.returncode, "ESL_SECRET" in done.stderr) == (2, True)
