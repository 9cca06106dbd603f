"""What the watch looks at, each in a thread of its own: none of them waits for another, and none can stop the watch.

A look takes the alarms that are open (``findings.Open``) and returns ``findings.Findings``. What it cannot look at it
leaves out. ``late`` is what is found when it does not come back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open
from crm.alarms.looks import (
    attempts,
    certificates,
    daemons,
    disks,
    floor,
    log,
    rows,
    servers,
    stream,
    switchfiles,
)
from crm.alarms.models import Severity
from crm.alarms.rules import RULES

PATIENCE_S = 10.0
"""A look that takes longer is late."""


@dataclass(frozen=True)
class Look:
    """``every_s``: seconds from one begin to the next."""

    name: str
    look: Callable[[Open], Findings]
    every_s: float
    late: Findings = field(default_factory=dict)


def _frozen(code: str, text: str) -> Findings:
    params = {"reason": f"no answer within {PATIENCE_S:.0f} s"}
    return {code: [Finding("", Severity.CRITICAL, text, params)]}


LOOKS = (
    Look("database", servers.database, 5, _frozen("database_away", words.DATABASE_AWAY)),
    Look("redis", servers.redis, 5, _frozen("redis_away", words.REDIS_AWAY)),
    Look("daemons", daemons.daemons, 5),
    Look("stream", stream.recorder, 10),
    Look("events", log.events, 10),
    Look("floor", floor.floor, 5),
    Look("disks", disks.disks, 15),
    Look("rows", rows.rows, 30),
    Look("attempts", attempts.digest, 15),
    Look("switch files", switchfiles.cdr, 30),
    Look("certificates", certificates.certificates, 600),
)
AT_ONCE = (
    "database_away", "redis_away", "disk_low", "certificate", "dead_letters", "cdr_bad", "repairs", "node_restarted",
    *floor.LASTING,
)  # fmt: skip
"""Told when they are found first; the others must last for a while."""
SOON_OVER = tuple(RULES)
"""Over when they are not found twice: what is wrong with a caller or an agent ends for good."""
