"""`python -m switchctl.told FOLDER`: the facts of a journal on standard output, one JSON a line, in their order.

The daemon may run meanwhile. Spoilt lines are skipped and named on standard error.
"""

import argparse
import sys
from pathlib import Path

import structlog

from switchctl.bus.segments import Cursor

BATCH = 1000


def main() -> None:
    """Reads the whole journal, or what follows ``--after``."""
    parser = argparse.ArgumentParser(prog="switchctl.told", description="Print the facts of a journal.")
    parser.add_argument("folder", type=Path, help="folder of the *.facts files")
    parser.add_argument("--after", type=int, default=0, help="only facts with a higher sequence")
    asked = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    cursor = Cursor(asked.folder)
    cursor.seek(asked.after)
    while found := cursor.read(BATCH):
        sys.stdout.buffer.write(b"".join(fact + b"\n" for _seq, fact in found))


if __name__ == "__main__":
    main()
