"""Who writes attempts of a number or a person holds it, so that two never count the same calls at once."""

from collections.abc import Iterable

from django.db import connection

from crm.campaigns.guard.checks import Wanted

NUMBER, PERSON = 0x6E756D, 0x706572


def callees_lock(wanted: Iterable[Wanted]) -> None:
    """Until the end of the transaction. Always in the same order, so nobody waits in a ring; for that it is called once
    in a transaction, and after it no row is waited for."""
    wanted = list(wanted)
    keys = {f"{NUMBER}:{one.number}" for one in wanted} | {f"{PERSON}:{one.customer_id}" for one in wanted}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM"
            " (SELECT DISTINCT hashtextextended(said, 0) AS key FROM unnest(%s::text[]) AS said ORDER BY key) AS keys",
            [sorted(keys)],
        )
