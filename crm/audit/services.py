"""Leaving entries that no trigger leaves: who opened what, who came in, whom a door refused.

Call ``read`` before what is read leaves the house: when the entry cannot be written, the read does not happen.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from crm.audit import actor
from crm.audit.words import EVENTS

_INSERT = """INSERT INTO audit_entry (who, person, address, door, action, kind, object, label, after)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


def event(
    action: str, *, user: Any = None, about: Model | None = None, label: str = "",
    details: Mapping[str, Any] | None = None, about_key: tuple[str, str] = ("", ""),
) -> int:  # fmt: skip
    """Leaves an entry and returns its id. ``action``: one of ``words.EVENTS``, else ValueError.

    ``user``: who did it, if it is another than who acts in this context. ``about``: the row that it concerns,
    or ``about_key``: its table and key.
    ``details``: what else is worth knowing, in plain values; never a secret.
    """
    if action not in EVENTS:
        raise ValueError(f"{action} is no event of the trail: add it to crm/audit/words.py.")
    doer = actor.current()
    if user is not None:
        doer = actor.of_user(user, address=doer.address, door=doer.door)
    kind, key = (about._meta.db_table, str(about.pk)) if about is not None else about_key
    label = label or (str(about) if about is not None else "")
    told = json.dumps(actor.plain(dict(details)), ensure_ascii=False, default=str) if details else None
    values = [doer.who, doer.person, doer.address, doer.door, action, kind, key[:64], label[:200]]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*actor.plain(values), told])
        return int(cursor.fetchone()[0])


def read(user: Any, action: str, about: Model | None = None, **said: Any) -> int:
    """A sensitive read by a user: a recording, a masked number, an export, a supervision. Arguments as of ``event``."""
    return event(action, user=user, about=about, **said)
