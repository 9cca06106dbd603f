"""Everything counted at once. That it says what marks would is asked of all random histories (``together``)."""

import pytest

from crm.calls.models import QueueVisit
from crm.reports.models import Mark, QueueDay, QueueHalfHour
from crm.reports.rollup.whole import count_all
from tests.crm.calls.rows import record
from tests.crm.reports import laws
from tests.crm.reports.example import facts

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_never_counted_and_what_is_no_more(roll_up):
    record(facts())
    count_all()
    assert QueueDay.objects.exists() and not Mark.objects.exists() and not laws.broken()
    QueueVisit.objects.filter(visit="c3-v").delete()
    Mark.objects.all().delete()
    count_all()
    assert not laws.broken()
    QueueVisit.objects.all().delete()
    count_all()
    assert not QueueHalfHour.objects.exists() and not QueueDay.objects.exists()


def test_broken_off_it_has_forgotten_no_mark(roll_up):
    record(facts())
    marked = Mark.objects.count()

    def broken_off(_said: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_all(broken_off)
    assert Mark.objects.count() == marked > 0
    roll_up()
    assert not laws.broken() and not Mark.objects.exists()
    count_all()
    assert not laws.broken()


def test_of_nothing():
    count_all()
    assert not QueueHalfHour.objects.exists()
