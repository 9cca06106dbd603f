"""The invented callers: numbers of nobody, yet such that a page can say where they are from."""

import random
import re

from crm.numbers import e164
from crm.places import region_of
from switchctl.sim.people import foreign, person


def test_callers_from_abroad_have_a_place():
    places = {region_of(foreign(number), "en") for number in range(12)}
    assert places == {"London", "Birmingham", "Melbourne", "New York, NY", "Chicago, IL", "United Kingdom"}


def test_callers_from_abroad_stay_in_the_ranges_kept_for_films():
    kept = re.compile(r"\+(44(2079460|1214960|7700900)\d{3}|6137010\d{4}|1(212|312)55501\d\d)")
    for number in range(1000):
        shown = foreign(number)
        assert kept.fullmatch(shown) and e164(shown) == shown, shown


def test_every_caller_has_a_dialable_number_and_a_country():
    chance = random.Random(7)
    for _ in range(300):
        whole = e164(person(chance)[0])
        assert whole and region_of(whole, "zh")
