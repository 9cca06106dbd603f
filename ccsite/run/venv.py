"""Make `.venv` hold exactly what the requirements say; quick when nothing changed.

Run by the system's own Python before anything is installed (`make setup`), so it imports the standard
library only and is a script, not a part of the package. A stamp in `.venv` keeps the hash of the requirement
files and the interpreter: equal stamp, nothing to do.

    python3 ccsite/run/venv.py          what `make run` needs
    python3 ccsite/run/venv.py --dev    and the tests' tools
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
RUNTIME = os.path.join(ROOT, "requirements.txt")
DEV = os.path.join(ROOT, "tests", "requirements-dev.txt")


def fingerprint(files):
    """Hash of the files' bytes and of the interpreter that builds the environment."""
    digest = hashlib.sha256(sys.version.encode())
    for name in files:
        with open(name, "rb") as handle:
            digest.update(handle.read())
    return digest.hexdigest()


def stamped(name, value):
    try:
        with open(os.path.join(VENV, name), encoding="ascii") as handle:
            return handle.read() == value
    except OSError:
        return False


def create():
    """A new environment, in place of one that does not run any more (another Python, a moved folder)."""
    try:
        usable = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        usable = False
    if usable:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "Could not make .venv: {}\nOn Debian and Ubuntu `apt install python3-venv` brings what it needs.".format(
                (made.stdout + made.stderr).strip()
            )
        )


def install(requirements):
    """pip, quietly; its whole output when it fails."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-q", "-r", requirements]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit("{}\npip could not install {}.".format(done.stdout, os.path.relpath(requirements, ROOT)))


def main(arguments):
    if sys.version_info < (3, 11):
        sys.exit(
            "Switchdesk needs Python 3.11 or newer; {} is {}. Name another: make PYTHON=python3.12 run".format(
                sys.executable, sys.version.split()[0]
            )
        )
    dev = "--dev" in arguments
    stamp = "requirements-dev.stamp" if dev else "requirements.stamp"
    runtime, everything = fingerprint([RUNTIME]), fingerprint([RUNTIME, DEV])
    wanted = everything if dev else runtime
    if stamped(stamp, wanted) and os.path.exists(PYTHON):
        return
    with open(os.path.join(ROOT, ".venv.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once: the second waits and finds the work done
        if stamped(stamp, wanted) and os.path.exists(PYTHON):
            return
        started = time.monotonic()
        print("Installing Python packages into .venv (once; one to three minutes) ...", flush=True)
        create()
        install(DEV if dev else RUNTIME)
        stamps = {"requirements.stamp": runtime}
        if dev:
            stamps["requirements-dev.stamp"] = everything
        for name, value in stamps.items():
            with open(os.path.join(VENV, name), "w", encoding="ascii") as handle:
                handle.write(value)
        print("Packages installed in {:.0f} s.".format(time.monotonic() - started), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
