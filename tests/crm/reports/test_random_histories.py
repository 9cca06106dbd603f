"""Thousands of histories: the laws hold, and no order of the facts and no repetition changes what is counted.

``PROOF_HISTORIES`` says how many, ``PROOF_FIRST`` from which seed on. Those of one zone and time are played together.
When something does not hold, the histories that it names are played alone; the seeds of which it does not hold then,
either, are named, and of the first what is left of it when all is left out that does not matter.
``PROOF_FIRST=4711 PROOF_HISTORIES=1`` plays one.
"""

import os
import re

import pytest

from tests.crm.reports.histories import ALIKE, History
from tests.crm.reports.together import complaints, smallest

pytestmark = pytest.mark.django_db
HISTORIES = int(os.environ.get("PROOF_HISTORIES", "60"))
FIRST = int(os.environ.get("PROOF_FIRST", "0"))
TOGETHER = 100
KEPT = (602,)
"""Found something once. 602: two calls of one number at the same instant, of which the first is told later."""


def plays() -> list[range]:
    """Seeds of histories that are alike; each seed is in one of them."""
    end, reach = FIRST + HISTORIES, ALIKE * TOGETHER
    return [
        range(first, min(since + reach, end), ALIKE)
        for since in range(FIRST, end, reach)
        for first in range(since, min(since + ALIKE, end))
    ]


@pytest.mark.parametrize("seeds", plays(), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_any_history(seeds, roll_up):
    _hold(seeds, roll_up)


@pytest.mark.parametrize("seed", KEPT)
def test_what_was_found_once(seed, roll_up):
    _hold([seed], roll_up)


def _hold(seeds, roll_up) -> None:
    said = complaints([History(seed) for seed in seeds], roll_up)
    if said:
        pytest.fail("\n".join([f"{len(said)} complaints:", *said[:10], *_alone(seeds, roll_up, said)]))


def _alone(seeds, roll_up, said) -> list[str]:
    named = {int(seed) for line in said for seed in re.findall(r"\bh(\d+)-", line)}
    guilty = [seed for seed in named or seeds if complaints([History(seed)], roll_up)]
    if not guilty:
        return [f"only when played together: {seeds}"]
    least = smallest(guilty[0], roll_up)
    return [f"seeds {guilty}; of {guilty[0]}:", *map(repr, least.told), *complaints([least], roll_up)]


def test_each_seed_is_played_once():
    assert sorted(seed for seeds in plays() for seed in seeds) == list(range(FIRST, FIRST + HISTORIES))
