"""One chunk of a file is made ready while the database takes the one before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from crm.customers.imports.lines import Line


def ahead(chunks: Iterator[list[Line]]) -> Iterator[list[Line]]:
    """The same, each made in a thread with a connection of its own while the one before is dealt with; within
    somebody's transaction, of which another connection would see nothing, each when it is wanted. To be closed."""
    if connection.in_atomic_block:
        yield from chunks
        return
    with ThreadPoolExecutor(1) as pool:
        try:
            coming = pool.submit(next, chunks, None)
            while chunk := coming.result():
                coming = pool.submit(next, chunks, None)
                yield chunk
        finally:
            pool.submit(lambda: connection.close())  # the thread's own: it is looked up there
