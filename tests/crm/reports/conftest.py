"""What the tests of reports share."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from crm.reports.models import Mark
from crm.reports.rollup.marks import work_off


@pytest.fixture
def zone():
    return timezone.get_default_timezone()


@pytest.fixture
def roll_up() -> Callable[[], None]:
    """Works all marks off."""

    def until_done() -> None:
        while Mark.objects.exists():
            assert work_off().marks

    return until_done
