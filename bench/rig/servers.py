"""A PostgreSQL and a Valkey of a bench's own, with Django set up on them in this process."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from ccsite.run.valkey import Valkey

FINISH_S = 20


@contextmanager
def servers(state: Path | None = None, *, durable: bool = True, **environment: str) -> Iterator[Path]:
    """Gives the folder, tables migrated. Without ``state`` the folder goes with everything in it. ``environment`` is
    set before Django is. Django can be set up once in a process, and so can this."""
    folder = state or Path(tempfile.mkdtemp(prefix="switchdesk-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # PostgreSQL runs as another user when we are root
    try:
        with Guard() as guard:
            both = [kind(folder, folder / "log", guard, durable=durable) for kind in (Postgres, Valkey)]
            for server in both:
                server.child.start()
                server.wait()
            _set_up(DATABASE_URL=both[0].url, REDIS_URL=both[1].url, SWITCHDESK_VAR=str(folder), **environment)
            yield folder
            for server in both:
                server.child.ask_to_stop()
                server.child.finish(time.monotonic() + FINISH_S)
    finally:
        if state is None:
            shutil.rmtree(folder, ignore_errors=True)


def _set_up(**environment: str) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "ccsite.settings", "LOG_LEVEL": "ERROR", **environment}
    os.environ.setdefault("SECRET_KEY", "of this measurement alone, and of no use to anybody else")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
