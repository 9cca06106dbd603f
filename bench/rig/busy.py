"""How much of the machine a process takes."""

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, with its threads."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def cores(pid: int, seconds: float = 2.0) -> float:
    """So many cores it keeps busy, over the ``seconds`` that this takes."""
    before, begun = cpu_s(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_s(pid) - before) / (time.monotonic() - begun)


def cores_there() -> int:
    """Cores that we may use."""
    return len(os.sched_getaffinity(0))
