"""``python -m switchctl``: the daemon. Its environment is described by ``--help``."""

# ruff: noqa: E402, I001 - nothing may be imported before the patch
from gevent import monkey

monkey.patch_all()

import os
import signal
import sys

import gevent
from gevent.event import Event as Signal

from switchctl import log, settings
from switchctl.addresses import CannotListen
from switchctl.main import serve
from switchctl.state import StateError


def main() -> int:
    """0 after an orderly stop, 2 when the environment is wrong."""
    if len(sys.argv) > 1:
        print(settings.USAGE)
        return 0 if sys.argv[1:] in (["--help"], ["-h"]) else 2
    try:
        ours = settings.read()
    except settings.SettingsError as error:
        print(f"switchctl: {error}", file=sys.stderr)
        return 2
    log.configure(ours.log, ours.secrets)
    ended = Signal()

    def asked() -> None:
        if ended.is_set():
            os._exit(1)
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, asked)
    try:
        serve(ours, ended)
    except (StateError, CannotListen) as error:
        print(f"switchctl: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
