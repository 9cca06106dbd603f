"""`python -m tests.proofs.harness --injections 10000`: plays histories until so many faults were brought about.

Histories with a broken promise are shrunk and written to `--keep`, one file each; those in tests/proofs/seeds are
played by CI for ever.
"""

# ruff: noqa: E402, I001 - the world must be virtual before anything else is imported
import os
import sys

if os.environ.get("PYTHONHASHSEED") != "0":  # or a set of names has another order in each run
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"})

from tests.proofs.virtual import install

install.virtual()

from tests.proofs.harness.command import main

if __name__ == "__main__":
    raise SystemExit(main())
