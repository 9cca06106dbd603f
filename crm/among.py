"""``field__among=[…]`` and ``key__named=[…]``: as ``__in``, as one array.

Django writes ``__in`` with a parameter for each value, and prepares each by itself; for the hundreds of a batch that
takes longer than the query. So does PostgreSQL's planner, which holds each value of an array against the most common
ones of the column; rows of a subquery it joins (``among``). Under an OR it cannot, and reads the whole table. A key has
no common values: there the array itself is asked for (``named``), along the index and in its order, for as many as a
page takes.
"""

from typing import Any

from django.db.models import Field, ForeignObject, Lookup


class Among(Lookup):
    """The values are those of the column."""

    lookup_name = "among"
    prepare_rhs = False

    written = "{column} IN (SELECT unnest(%s::{kind}[]))"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.rel_db_type(connection)
        if kind.startswith(("varchar", "character")):  # to which too long a value would be cut
            kind = "text"
        return self.written.format(column=column, kind=kind), [*params, list(self.rhs)]


class Named(Among):
    """The values are those of a column that is unique."""

    lookup_name = "named"
    written = "{column} = ANY(%s::{kind}[])"


Field.register_lookup(Among)
ForeignObject.register_lookup(Among)
Field.register_lookup(Named)
