"""`python -m tests.proofs.campaigns --rounds 1000`: plays so many rounds, says what was killed and who was called, and
names every law that was broken. 0: none was; 3: ``--switch real`` and there is none."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from ccsite.run.guard import Guard
from tests.freeswitch.switch import binary
from tests.proofs.campaigns.centre import Centre
from tests.proofs.campaigns.mutants import MUTANTS, named


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=30)
    words.add_argument("--seed", type=int, default=20261122)
    words.add_argument("--switch", choices=("simulated", "real"), default="simulated")
    words.add_argument("--broken", default="", help=f"break the product, and see it found: {', '.join(MUTANTS)}")
    words.add_argument("--seconds", type=float, default=float("inf"), help="no new round after so long")
    words.add_argument("--folder", type=Path, help="kept, with every log; without it a folder that goes")
    asked = words.parse_args()
    if asked.switch == "real" and binary() is None:
        print("No FreeSWITCH: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN.", file=sys.stderr)
        return 3
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="switchdesk-rounds-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # the database runs as another user when we are root
    with Guard() as guard:
        centre = Centre(folder, guard, asked.switch, asked.broken)
        try:
            return play(centre, asked)
        finally:
            centre.end()
            if asked.folder is None:
                forget(folder)


def play(centre: Centre, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    rows_ready(centre)
    from tests.proofs.campaigns.rounds import Play, laws_named

    made = Play(centre, asked.seed, asked.rounds)
    made.prepare()
    centre.start()
    found = made.run(began + asked.seconds)
    killed = ", ".join(f"{kind} {times}" for kind, times in sorted(found.killed.items()))
    ends = ", ".join(f"{end or 'none'} {times}" for end, times in found.ends.most_common())
    print(f"{found.rounds} rounds in {found.seconds:.0f} s ({killed}); {found.legs} customers called: {ends}")
    print(", ".join(f"campaign {name} {times}" for name, times in sorted(found.by.items())))
    print(", ".join(f"{times} x {most} at once" for most, times in sorted(found.at_once.items())))
    print(", ".join([f"{found.callers} called in", *(f"{what} {times}" for what, times in found.other.items())]))
    for said in found.wrong[:50]:
        print(said)
    if asked.broken:
        missed = {mutant.law for mutant in named(asked.broken)} - laws_named(found.wrong)
        print(f"not found: {', '.join(sorted(missed)) or 'none'}")
        return 1 if missed else 0
    print(f"{len(found.wrong)} laws broken")
    return 1 if found.wrong else 0


def rows_ready(centre: Centre) -> None:
    """Database and Redis are up, with our tables."""
    centre.start_servers()
    os.environ |= centre.environment
    import django

    django.setup()


def forget(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
