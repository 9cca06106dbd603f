"""Putting a chunk of rows into the tables: a few statements, however many rows they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from crm.calls.services import calls_claim_many
from crm.customers.companies import companies_named, names_hold
from crm.customers.events import customers_told_added
from crm.customers.fields.writing import words_of_values
from crm.customers.imports.lines import ADDED, Line
from crm.customers.models import CustomerField, Kind, Level, NumberLabel, Package
from crm.numbers import is_mobile, masked

_IDS = """
SELECT nextval(said.sequence) FROM generate_series(1, %s),
    (SELECT pg_get_serial_sequence('customers_customer', 'id')::regclass AS sequence OFFSET 0) AS said
"""
"""The name of the sequence is looked up once, not for each row."""
_PEOPLE = """
INSERT INTO customers_customer
    (id, kind, name, company, employer_id, level, note, created_at, "values", words, version, changed_at, changed_by_id)
SELECT id, kind, name, company, employer, level, note, %(at)s, "values", words, 1, %(at)s, %(who)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS said(
    id bigint, kind text, name text, company text, employer bigint, level text, note text, "values" jsonb, words text)
"""
_NUMBERS = """
INSERT INTO customers_customernumber (customer_id, number, label, place)
SELECT customer, number, label, 1
FROM jsonb_to_recordset(%s::jsonb) AS said(customer bigint, number text, label text) ON CONFLICT DO NOTHING
"""
_PROJECT = """
INSERT INTO customers_customer_projects (customer_id, project_id) SELECT unnest(%s::bigint[]), %s
"""
_MEMBERS = """
INSERT INTO customers_packagecustomer (package_id, customer_id, "row", named)
SELECT %s, customer, "row", named
FROM jsonb_to_recordset(%s::jsonb) AS said(customer bigint, "row" int, named boolean)
"""


class Writer:
    """Writes for one package. ``fields``: all of the centre in use, for the words of the search."""

    def __init__(self, package: Package, fields: Sequence[CustomerField]) -> None:
        self._package, self._user, self._fields = package, package.owner, fields
        self._searched = [field for field in fields if field.searchable]

    def add(self, lines: Sequence[Line], at: datetime) -> int:
        """Adds those of the rows that are new; returns how many companies came with them. Inside a transaction."""
        new = [line for line in lines if not line.faults and line.found == ADDED]
        if not new:
            return 0
        employers, named = self.employers(new)
        for line, id_ in zip(new, _ids(len(new)), strict=True):
            line.customer = id_
        rows = [self._company(id_, name) for name, id_ in named.items()]
        rows += [self._row(line, employers) for line in new]
        numbers = [(line.customer, number) for line in new for number in line.numbers]
        _put(_PEOPLE, {"rows": _json(rows), "at": at, "who": self._user.pk})
        _put(_NUMBERS, [numbers_json(numbers)])
        if self._package.project_id:
            _put(_PROJECT, [[line.customer for line in new], self._package.project_id])
        members = [{"customer": line.customer, "row": line.row, "named": False} for line in new]
        first = {line.company: line.row for line in reversed(new)}
        members += [{"customer": id_, "row": first.get(name, 0), "named": True} for name, id_ in named.items()]
        _put(_MEMBERS, [self._package.pk, _json(members)])
        calls_claim_many({number: customer for customer, number in numbers})
        customers_told_added([row["id"] for row in rows], at)
        return len(named)

    def employers(self, lines: Sequence[Line]) -> tuple[dict[str, tuple[int, str]], dict[str, int]]:
        """Name as typed → id and name of its record; and names of companies for which there is none yet → the ids that
        they get. Those names are held until the transaction ends."""
        wanted = {line.company for line in lines if line.company and line.kind != Kind.COMPANY}
        found = companies_named(wanted) if wanted else {}
        missing = wanted - found.keys()
        if not missing:
            return found, {}
        names_hold(missing)
        found |= companies_named(missing)
        new: dict[str, str] = {}
        for name in sorted(missing - found.keys()):
            new.setdefault(name.upper(), name)
        named = dict(zip(new.values(), _ids(len(new)), strict=True))
        for name in missing - found.keys():
            one = new[name.upper()]
            found[name] = (named[one], one)
        return found, named

    def companies(self, named: dict[str, int], rows: dict[str, int], at: datetime) -> None:
        """Adds companies that changed customers work for from now on, as ``add`` does those of new ones."""
        told = [self._company(id_, name) for name, id_ in named.items()]
        _put(_PEOPLE, {"rows": _json(told), "at": at, "who": self._user.pk})
        customers_told_added(list(named.values()), at)
        members = [{"customer": id_, "row": rows.get(name, 0), "named": True} for name, id_ in named.items()]
        _put(_MEMBERS, [self._package.pk, _json(members)])

    def words(self, values: dict[str, Any]) -> str:
        """What the search finds of the values."""
        return words_of_values(values, self._searched)

    def _row(self, line: Line, employers: dict[str, tuple[int, str]]) -> dict[str, Any]:
        """Without a name she is called by her masked number: names are shown to who may not see whole numbers."""
        employer, company = employers.get(line.company, (None, ""))
        if line.kind == Kind.COMPANY:
            employer, company = None, ""
        name = line.name or masked(line.numbers[0])
        return {
            "id": line.customer, "kind": line.kind or Kind.PERSON.value, "name": name, "company": company,
            "employer": employer, "level": line.level or Level.NORMAL.value, "note": line.note,
            "values": line.values, "words": self.words(line.values),
        }  # fmt: skip

    def _company(self, id_: int, name: str) -> dict[str, Any]:
        return {
            "id": id_, "kind": Kind.COMPANY.value, "name": name, "company": "", "employer": None,
            "level": Level.NORMAL.value, "note": "", "values": {}, "words": "",
        }  # fmt: skip


def numbers_json(numbers: Sequence[tuple[int, str]]) -> str:
    """Of customers and their numbers, for ``_NUMBERS``."""
    return _json(
        [
            {"customer": customer, "number": number,
             "label": (NumberLabel.MOBILE if is_mobile(number) else NumberLabel.OTHER).value}
            for customer, number in numbers
        ]
    )  # fmt: skip


def numbers_put(numbers: Sequence[tuple[int, str]]) -> list[int]:
    """Gives customers numbers that they have not; ids of the rows."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS + "RETURNING id", [numbers_json(numbers)])
        return [row[0] for row in cursor.fetchall()]


def _ids(many: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [many])
        return [row[0] for row in cursor.fetchall()]


def _put(statement: str, said: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, said)


def _json(rows: Any) -> str:
    return msgspec.json.encode(rows).decode()
