"""Anchors: the chain's newest link, told outside the database. Who rewrites the whole chain cannot rewrite these.

One line of JSON each, appended to the file ``AUDIT_ANCHORS`` and to the log; keep one of the two on another machine.
"""

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from crm.audit.chain import Tip, tip

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Anchor:
    """``at`` as ISO text. With ``restored`` the rows were brought back from a backup: links after it began anew."""

    at: str
    seq: int
    chain: str
    restored: bool = False


def cast(*, restored: bool = False) -> Anchor:
    """Tells the newest link. Raises OSError when the file cannot be written; the log has it by then."""
    last: Tip = tip()
    anchor = Anchor(timezone.now().isoformat(timespec="seconds"), last.seq, last.chain.hex(), restored)
    line = json.dumps(vars(anchor))
    log.warning("audit anchor: %s", line)
    path = Path(settings.AUDIT_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "w") as handle:
        handle.write(f"{line}\n")
        handle.flush()
        os.fsync(handle.fileno())
    return anchor


def anchors(path: Path) -> list[Anchor]:
    """All that a file tells and that still hold; none when there is no file. Raises ValueError for a line that is none.

    A restore brings the chain back to where the backup was: anchors of links that came after it no longer hold.
    """
    found: list[Anchor] = []
    lines = path.read_text().splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            anchor = Anchor(**json.loads(line))
        except (TypeError, ValueError):
            raise ValueError(f"{path}, line {number} is no anchor.") from None
        if anchor.restored:
            found = [one for one in found if one.seq <= anchor.seq]
        found.append(anchor)
    return found
