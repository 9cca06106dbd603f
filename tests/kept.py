"""Rows that most tests begin with: made by the services once in a process, written again as they were ever after.

Two hundred statements become one. What the database itself does with a row (its trail, its constraints) it does with
each that is written again, and the directory that it belongs to is said to have changed.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection, transaction
from django.db.models import Max, Model

from crm.accounts.models import User
from crm.telephony.publish import directory_changed

Made = TypeVar("Made")

ROWS = "SELECT json_agg(row ORDER BY id)::text FROM {table} row WHERE id > %s"
AGAIN = "INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s);"
ROLES = """
SELECT json_agg(given)::text FROM (
    SELECT user_id, code FROM accounts_user_roles JOIN accounts_role role ON role.id = role_id WHERE user_id > %s
) given"""
# By their codes: the roles of the start are made anew, with new numbers, after a test that commits.
ROLES_AGAIN = """
INSERT INTO accounts_user_roles (user_id, role_id)
SELECT user_id, role.id FROM json_to_recordset(%s) given (user_id bigint, code text)
JOIN accounts_role role USING (code);
"""


@dataclass(frozen=True)
class _Kept(Generic[Made]):
    made: Made
    statement: str
    rows: list[str]


class Again(Generic[Made]):
    """``Again(make, models)()`` is what ``make()`` gives, with its rows in the tables of these models (those that are
    referred to come first), and users' roles. Rows of other tables would be missing: tests/crm/test_cast.py looks.

    Instances are the caller's own; the rows have the same keys each time.
    """

    def __init__(self, make: Callable[[], Made], models: tuple[type[Model], ...]) -> None:
        self._make, self._models = make, models
        self._kept: _Kept[Made] | None = None

    @transaction.atomic
    def __call__(self) -> Made:
        if self._kept is None:
            self._kept = self._first()
        else:
            with connection.cursor() as cursor:
                cursor.execute(self._kept.statement, self._kept.rows)
            directory_changed()
        return copy.deepcopy(self._kept.made)

    def _first(self) -> _Kept[Made]:
        newest = {model: model.objects.aggregate(newest=Max("pk"))["newest"] or 0 for model in self._models}
        made = self._make()
        statements, rows = [], []
        with connection.cursor() as cursor:
            for model in self._models:
                table = model._meta.db_table
                cursor.execute(ROWS.format(table=table), [newest[model]])
                rows.append(cursor.fetchone()[0])
                statements.append(AGAIN.format(table=table))
            cursor.execute(ROLES, [newest[User]])
            rows.append(cursor.fetchone()[0])
        return _Kept(copy.deepcopy(made), " ".join([*statements, ROLES_AGAIN]), rows)
