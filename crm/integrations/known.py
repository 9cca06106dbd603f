"""Tokens as they were read last, and whether they still are so.

Theory of operation. A token and those it belongs to (its integration, that one's user, her department) change seldom,
and each request needs all of them. What is asked of the database each time is only in which versions their rows are
(``xmin`` and ``ctid``: which transaction wrote one, and where it lies); while these are the ones that were read, so are
the rows. A token that was revoked lets in nobody from the moment of the commit on, in whichever process.
"""

import copy
from typing import NamedTuple

from django.db import connection

from crm.integrations.models import Token

MOST = 1000
"""Tokens that are remembered; then all are forgotten."""
_VERSIONS = """
SELECT t.xmin::text, t.ctid::text, i.xmin::text, i.ctid::text, u.xmin::text, u.ctid::text, d.xmin::text, d.ctid::text
FROM integrations_token t JOIN integrations_integration i ON i.id = t.integration_id
JOIN accounts_user u ON u.id = i.user_id LEFT JOIN accounts_department d ON d.id = u.department_id
WHERE t.prefix = %s
"""


class Known(NamedTuple):
    """``token`` with all that belongs to it; never given away itself."""

    versions: tuple[str, ...]
    token: Token


_known: dict[str, Known] = {}


def token_of(prefix: str) -> Token | None:
    """With its integration, user and department; the caller's own copies."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [prefix])
        versions = cursor.fetchone()
    if versions is None:
        return None
    found = _known.get(prefix)
    if found is None or found.versions != versions:
        # Read after the versions: what is changed in between is read anew the next time.
        token = Token.objects.select_related("integration__user__department").order_by().filter(prefix=prefix).first()
        if token is None:
            return None
        if len(_known) >= MOST:
            _known.clear()
        found = _known[prefix] = Known(versions, token)
    return _copied(found.token)


def _copied(token: Token) -> Token:
    made, integration, user = (copy.copy(one) for one in (token, token.integration, token.integration.user))
    user.department = copy.copy(user.department)
    integration.user = user
    made.integration = integration
    return made
