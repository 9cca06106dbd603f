"""`python -m tests.proofs.campaigns --rounds 1000`: plays so many rounds, says what was killed and who was called, and
names every law that was broken. 0: none was."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from ccsite.run.guard import Guard
from tests.proofs.campaigns.centre import Centre


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=30)
    words.add_argument("--seed", type=int, default=20261122)
    words.add_argument("--seconds", type=float, default=float("inf"), help="no new round after so long")
    words.add_argument("--folder", type=Path, help="kept, with every log; without it a folder that goes")
    asked = words.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="switchdesk-rounds-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # the database runs as another user when we are root
    with Guard() as guard:
        centre = Centre(folder, guard)
        try:
            return play(centre, asked)
        finally:
            centre.end()
            if asked.folder is None:
                forget(folder)


def play(centre: Centre, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    centre.start_servers()
    os.environ |= centre.environment
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.proofs.campaigns.rounds import Play

    made = Play(centre, asked.seed, asked.rounds)
    made.prepare()
    centre.start()
    found = made.run(began + asked.seconds)
    killed = ", ".join(f"{kind} {times}" for kind, times in sorted(found.killed.items()))
    ends = ", ".join(f"{end or 'none'} {times}" for end, times in found.ends.most_common())
    print(f"{found.rounds} rounds in {found.seconds:.0f} s ({killed}); {found.legs} customers called: {ends}")
    print(", ".join(f"campaign {name} {times}" for name, times in sorted(found.by.items())))
    for said in found.wrong[:50]:
        print(said)
    print(f"{len(found.wrong)} laws broken")
    return 1 if found.wrong else 0


def forget(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
