"""What the manager does while processes die: hours of a campaign close and open, lists are imported and taken in, calls
are promised. Each returns at once; whatever a dead server refuses is tried again at the next step."""

import random
import time
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.models import Campaign
from crm.campaigns.running.filling import fill_ask
from crm.campaigns.running.services import campaign_change
from crm.customers.imports.asking import package_import, package_set, package_try, package_upload
from crm.customers.models import Customer, CustomerNumber, Package, PackageState
from tests.proofs.campaigns.rows import ALWAYS, People, far_hours, now, number

CLOSED_EVERY_S, CLOSED_S = 15.0, 2.0
PROMISED_EVERY_S = 2.0
IMPORTED_EVERY_S = 40.0
TAKEN_IN_EACH = 10
"""One of so many imports goes into a campaign."""
ROWS = 2600
"""Of an import: more than one chunk."""
FIRST_IMPORTED, FIRST_PROMISED = 1_000_000, 5_000_000
"""From here on their numbers count."""


def numbers_of(first: int) -> list[str]:
    """Those of the import whose first one it is."""
    return [number(n, n) for n in range(first, first + ROWS)]


class Office:
    """``closings``: campaign, and from when to when its hours were closed for certain."""

    def __init__(self, people: People, campaigns: dict[str, Campaign], chance: random.Random) -> None:
        self.people, self.campaigns, self.chance = people, campaigns, chance
        self.closings: list[tuple[int, datetime, datetime]] = []
        self.imported: list[int] = []
        """Packages, in their order."""
        self.leaves = False
        self.parts = (self.hours, self.lists, self.promises)
        self._closed: datetime | None = None
        self._closed_at, self._promised_at, self._promised = time.monotonic(), 0.0, 0
        self._imported_at, self._taken_in = 0.0, 0

    def hours(self) -> None:
        if self._closed is not None and (self.leaves or now() - self._closed > timedelta(seconds=CLOSED_S)):
            before = now()
            self._change(ALWAYS)
            self.closings.append((self.campaigns["always"].pk, self._closed, before))
            self._closed = None
        elif self._closed is None and not self.leaves and time.monotonic() > self._closed_at + CLOSED_EVERY_S:
            self._change(far_hours(now()))
            self._closed_at, self._closed = time.monotonic(), now()

    def lists(self) -> None:
        """One import after the other; each tenth goes into a campaign, the first among them."""
        last = Package.objects.filter(pk__in=self.imported[-1:]).first()
        if last is None or (last.state == PackageState.DONE and self._taken_in == len(self.imported)):
            if not self.leaves and (last is None or time.monotonic() > self._imported_at + IMPORTED_EVERY_S):
                self._upload()
        elif last.state == PackageState.UPLOADED:
            package_try(user=self.people.manager, package_id=last.pk)
        elif last.state == PackageState.TRIED:
            package_import(user=self.people.manager, package_id=last.pk)
        elif last.state in (PackageState.DONE, PackageState.FAILED):
            if len(self.imported) % TAKEN_IN_EACH == 1 and last.state == PackageState.DONE:
                fill_ask(user=self.people.manager, campaign=self.campaigns["always"], package=last, priority=1)
            self._taken_in = len(self.imported)

    def promises(self) -> None:
        """Of somebody who is in no list: personal or for whoever of the campaign is free."""
        if self.leaves or time.monotonic() < self._promised_at + PROMISED_EVERY_S:
            return
        self._promised_at = time.monotonic()
        self._promised += 1
        n = FIRST_PROMISED + self._promised
        looks = self.chance.random() < 0.3
        with transaction.atomic():
            customer = Customer.objects.create(name=f"Promised {n}")
            CustomerNumber.objects.create(customer=customer, number=number(n, self.chance.choice((0, 0, 0, 5))))
            callback_make(
                user=self.people.manager, customer_id=customer.pk, number=customer.numbers.get().number,
                due_at=now() + timedelta(seconds=self.chance.uniform(1, 6)),
                agent=self.people.looking if looks else self.chance.choice((None, self.people.recalling)),
                campaign=self.campaigns["shown" if looks else "promised"], untouched=self.chance.random() < 0.3,
            )  # fmt: skip

    def _change(self, hours: list[list[list[str]]]) -> None:
        campaign = Campaign.objects.get(pk=self.campaigns["always"].pk)
        campaign_change(
            user=self.people.manager, campaign_id=campaign.pk, version=campaign.version, fields={"hours": hours}
        )

    def _upload(self) -> None:
        first = FIRST_IMPORTED + ROWS * len(self.imported)
        rows = "\n".join(f"Imported {n},{number(n, n)}" for n in range(first, first + ROWS))
        file = SimpleUploadedFile("list.csv", f"name,number\n{rows}\n".encode())
        made = package_upload(user=self.people.manager, upload=file)
        self.imported.append(made.pk)
        self._imported_at = time.monotonic()
        package_set(
            user=self.people.manager, package_id=made.pk, name="list", encoding=made.encoding, project=None,
            mapping=made.mapping, same="skip",
        )  # fmt: skip
