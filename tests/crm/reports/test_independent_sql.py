"""Each figure by a statement of its own over the raw rows agrees with the rollups: 4,000 made-up calls here."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.reports.periods import Span
from tests.proofs.figures import synthetic
from tests.proofs.figures.comparing import compared

BEGIN = datetime(2024, 8, 30, 16, tzinfo=UTC)
"""Midnight in Shanghai, with the end of a month in the second day."""
LENGTH = timedelta(days=4)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_every_figure_agrees_with_the_rows(roll_up):
    for _made in synthetic.make(4_000, BEGIN, LENGTH):
        roll_up()
    tables = list(compared(Span(BEGIN, BEGIN + LENGTH + timedelta(days=1))))
    assert all(table.values >= table.figures for table in tables)
    found = [line for table in tables for line in table.differences]
    assert not found, f"{len(found)} differences, among them {found[:10]}"
