"""Trying and importing what was ordered, by a task.

Theory of operation. One package is seen to at a time: the worker holds a lock of its database connection, which is gone
with it. The file is read as a stream, in chunks. While the database takes one chunk, a thread with a connection of its
own reads the next, checks what can be checked without asking (``checking``) and decides row by row, as lists and
customers are now (``deciding``): a chunk that is not committed yet changes nothing of that, for whatever number it
brings is remembered to have been said. Then it is written (``writing``, ``changing``) in the transaction that also says
how far the package is. So a worker that was killed leaves whole chunks; the next one reads the file again, remembers
which numbers it said, and goes on behind ``done``. A dry run is the same without the writing.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from crm.access.holding import may
from crm.alone import alone
from crm.audit import actor
from crm.audit import services as audit
from crm.customers.fields.selectors import fields_active
from crm.customers.imports.ahead import ahead
from crm.customers.imports.badrows import BadBook
from crm.customers.imports.changing import customers_change
from crm.customers.imports.checking import Checker
from crm.customers.imports.deciding import Decider, customer_key
from crm.customers.imports.files import PENDING, bad, files_forget, source, source_forget
from crm.customers.imports.lines import Line
from crm.customers.imports.seen import Seen
from crm.customers.imports.targets import Targets
from crm.customers.imports.undoing import package_unmake
from crm.customers.imports.writing import Writer
from crm.customers.models import Package, PackageCustomer, PackageState
from crm.customers.telling import numbers_told
from crm.sheets.streams.opening import rows_open
from crm.sheets.streams.rows import Rows

log = logging.getLogger(__name__)
LOCK = 0x696D7074
CHUNK = 2500
BEGUN_AT_MOST = 5
State = PackageState
Between = Callable[[Package], None]


class Unwanted(Exception):
    """It was cancelled."""


def packages_run(*, between: Between | None = None) -> None:
    """All that was ordered, the oldest first; nothing when another process is at it. ``between`` is called with the
    package after each chunk."""
    with alone(LOCK) as mine:
        while mine and (package := _next()):
            _see_to(package, between)


def _next() -> Package | None:
    pending = Package.objects.filter(state__in=PENDING).select_related("owner", "project")
    return pending.order_by("asked_at", "pk").first()


def _see_to(package: Package, between: Between | None) -> None:
    owner = package.owner
    if not owner.is_active or not may(owner, "customers.import"):
        return _fail(package, "not_allowed")
    if package.begun >= BEGUN_AT_MOST:
        return _fail(package, "given_up")
    mine = Package.objects.filter(pk=package.pk, state=package.state)
    if package.state == State.WAITING:
        begun = mine.update(state=State.WORKING, begun=1)
        package.state = State.WORKING
    else:
        begun = mine.update(begun=package.begun + 1)
    if not begun:
        return None  # cancelled this very moment
    with actor.acting(actor.of_user(owner, address="", door="task")):
        try:
            if package.state == State.UNDOING:
                package_unmake(package, between)
            else:
                _Run(package, between).go()
        except Unwanted:
            pass
        except ValidationError as error:
            log.info("package %d cannot be read: %s", package.pk, " ".join(error.messages))
            _fail(package, "unreadable")
        except OSError:
            log.exception("package %d cannot be read", package.pk)
            _fail(package, "disk")
    return None


def _fail(package: Package, reason: str) -> None:
    over = {"state": State.FAILED, "reason": reason, "finished_at": timezone.now()}
    if Package.objects.filter(pk=package.pk, state__in=PENDING).update(**over):
        audit.event("import.done", about=package, details={"state": State.FAILED, "reason": reason})
        source_forget(package)


class _Run:
    """One package, once."""

    def __init__(self, package: Package, between: Between | None) -> None:
        self._package, self._between = package, between
        self._writes = package.state == State.WORKING
        if not self._writes:
            package.done, package.counts = 0, {}
        self._targets = Targets(package.project)
        self._seen = Seen()
        self._decider = Decider(package.owner, package.same == "update", self._seen)
        self._writer = Writer(package, fields_active())
        self._counts = Counter(package.counts)

    def go(self) -> None:
        """Raises ValidationError for a file that cannot be read to its end."""
        package = self._package
        rows = rows_open(source(package), package.form, package.encoding)
        try:
            lines = iter(rows)
            header = next(lines).cells
            checker = Checker(self._targets, package.mapping)
            chunks = iter(lambda: [checker.line(row) for row in islice(lines, CHUNK)], [])
            last = self._again(chunks)
            book = BadBook(bad(package), header, last)
            with closing(ahead(self._decided(chunk) for chunk in chunks)) as ready:
                for chunk in ready:
                    self._chunk(chunk, book, rows)
                    if self._between:
                        self._between(package)
        except StopIteration:
            raise ValidationError("no rows") from None
        finally:
            rows.close()
            self._seen.close()
        self._over()

    def _again(self, chunks: Iterator[list[Line]]) -> int:
        """What an earlier worker did is remembered, not done again; the last row of it."""
        last = left = 0
        left = self._package.done
        while left > 0 and (chunk := next(chunks, None)):
            self._decider.claim(chunk, timezone.now())
            last, left = chunk[-1].row, left - len(chunk)
        if last:
            changed = PackageCustomer.objects.filter(package=self._package, before__isnull=False)
            self._seen.add(
                (customer_key(id_), row) for id_, row in changed.values_list("customer_id", "row").iterator(CHUNK)
            )
        return last

    def _decided(self, chunk: list[Line]) -> list[Line]:
        self._decider.claim(chunk, timezone.now())
        self._decider.match(chunk)
        return chunk

    def _chunk(self, chunk: list[Line], book: BadBook, rows: Rows) -> None:
        package, at = self._package, timezone.now()
        state = State.WORKING if self._writes else State.TRYING
        with transaction.atomic():
            if not Package.objects.select_for_update().filter(pk=package.pk, state=state).exists():
                raise Unwanted
            if self._writes:
                made = customers_change(package, self._writer, chunk, at) + self._writer.add(chunk, at)
                self._counts["companies"] += made
            book.add(chunk)
            self._counts.update(line.found for line in chunk)
            package.done += len(chunk)
            package.counts = {name: n for name, n in self._counts.items() if n}
            if not self._writes:
                package.total = max(package.done, round(package.done / max(rows.part(), 0.001)))
            package.save(update_fields=["done", "total", "counts"])
        if self._writes:
            numbers_told([number for line in chunk if not line.faults for number in line.numbers])

    def _over(self) -> None:
        package, now = self._package, timezone.now()
        mine = Package.objects.filter(pk=package.pk)
        if not self._writes:
            if not mine.filter(state=State.TRYING).update(state=State.TRIED, total=package.done, begun=0):
                raise Unwanted
            return
        with transaction.atomic():
            if not mine.filter(state=State.WORKING).update(state=State.DONE, total=package.done, finished_at=now):
                raise Unwanted
            audit.event("import.done", about=package, details={"state": State.DONE, **package.counts})
        source_forget(package)
        if not any(line in package.counts for line in ("wrong", "twice", "blacklisted", "do_not_call")):
            files_forget(package)
