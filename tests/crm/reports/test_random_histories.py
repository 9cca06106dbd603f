"""Thousands of histories: the laws hold, and no order of the facts and no repetition changes what is counted.

``PROOF_HISTORIES`` says how many; each has its own seed, which is named when it fails.
"""

import os
from random import Random

import pytest
from django.db import transaction
from django.test import override_settings

from crm.calls.models import CallRecord
from crm.reports.rollup.months import close_all
from crm.telephony.models import Disposition
from tests.crm.calls.rows import record
from tests.crm.reports import laws
from tests.crm.reports.histories import History, disordered

pytestmark = pytest.mark.django_db
HISTORIES = int(os.environ.get("PROOF_HISTORIES", "200"))
PARTS = 20
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe")


@pytest.mark.parametrize("part", range(PARTS))
def test_any_history(part, roll_up):
    for seed in range(part, HISTORIES, PARTS):
        random = Random(seed)
        with override_settings(TIME_ZONE=random.choice(ZONES)):
            facts = History(random).told()
            in_order = _counted([facts], random, roll_up, f"seed {seed}, in order")
            assert _counted(disordered(facts, random), random, roll_up, f"seed {seed}") == in_order, f"seed {seed}"


def _counted(batches, random, roll_up, name) -> dict:
    """Of facts that are recorded in these batches, while half-hours are counted and months are closed now and then, and
    agents give dispositions and take them back."""
    with transaction.atomic():
        sold = Disposition.objects.create(code="sold", name="Sold")
        for batch in batches:
            record(batch)
            if random.random() < 0.3:
                roll_up()
            some = [call for call in CallRecord.objects.values_list("pk", flat=True) if random.random() < 0.3]
            CallRecord.objects.filter(pk__in=some).update(disposition=random.choice((sold, None)))
            if random.random() < 0.2:
                close_all()
        roll_up()
        broken = laws.broken()
        close_all()
        found, broken = laws.counted() | laws.closed(), [*broken, *laws.broken()]
        transaction.set_rollback(True)
    assert not broken, f"{name}: {broken}"
    return found
