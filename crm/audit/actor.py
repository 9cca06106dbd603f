"""Who acts, from where and through which door: what each entry says first.

Theory of operation. A context (a request, a websocket, a task) says in a context variable who acts; it may say so by a
function, because a token of the API is read long after the request began. What the process itself does on its own
account is done by ``system:<process>``. ``connection.tell`` hands the actor to the database with each statement that
writes, for that statement only: nothing is left on a connection that the next request gets.
"""

import getpass
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

SYSTEM = "system:"
WHO_LENGTH, ADDRESS_LENGTH = 120, 120


@dataclass(frozen=True)
class Actor:
    """``who``: a login, ``system:<process>``, or "" for a page's visitor who is not signed in.

    ``door``: page, api, admin, command, shell, task or process; the database itself adds ``database``.
    """

    who: str
    person: int | None
    """Primary key of the user: it stays when the login changes."""
    address: str
    door: str

    def told(self) -> str:
        """As the database reads it."""
        return json.dumps({name: plain(value) for name, value in asdict(self).items()}, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Text as PostgreSQL takes it, without NUL and half characters; in lists and dicts, too."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


_source: ContextVar[Callable[[], Actor] | None] = ContextVar("audit_actor", default=None)


def current() -> Actor:
    """Whoever acts in this context, else the process."""
    source = _source.get()
    if source is None:
        return process()
    token = _source.set(None)  # finding out who it is may itself write (a session): that is the process's doing
    try:
        return source()
    finally:
        _source.reset(token)


@contextmanager
def acting(source: Actor | Callable[[], Actor]) -> Iterator[None]:
    """What is written inside is done by this actor."""
    token = _source.set(source if callable(source) else lambda: source)
    try:
        yield
    finally:
        _source.reset(token)


def begin(source: Actor) -> Any:
    """Like ``acting``, for signals that come in pairs; give what it returns to ``end``."""
    return _source.set(lambda: source)


def end(token: Any) -> None:
    """The context is over."""
    _source.reset(token)


def of_user(user: Any, *, address: str, door: str) -> Actor:
    """The actor that a user is; nobody signed in is ""."""
    if user is None or not user.is_authenticated:
        return Actor("", None, address[:ADDRESS_LENGTH], door)
    return Actor(user.get_username(), user.pk, address[:ADDRESS_LENGTH], door)


@cache
def process() -> Actor:
    """This process: a command of manage.py with whoever started it, or a server."""
    program, words = Path(sys.argv[0] or "python"), sys.argv[1:]
    if program.name == "manage.py" and words:
        door = "shell" if words[0] == "shell" else "command"
        return Actor(f"{SYSTEM}{words[0]}"[:WHO_LENGTH], None, _terminal(), door)
    name = program.parent.name if program.stem == "__main__" else program.stem
    if name == "celery":
        name = next((word for word in words if word in ("worker", "beat")), name)
    return Actor(f"{SYSTEM}{name}"[:WHO_LENGTH], None, socket.gethostname()[:ADDRESS_LENGTH], "process")


def _terminal() -> str:
    """``account@host``, and from which address she came there."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = str(os.getuid())  # an account without a name, as in containers
    came = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    return f"{account}@{socket.gethostname()}{f' ({came})' if came else ''}"[:ADDRESS_LENGTH]
