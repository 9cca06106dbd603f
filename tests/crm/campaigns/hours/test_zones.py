"""Where somebody may be who has a number."""

from zoneinfo import ZoneInfo

import pytest

from crm.campaigns.hours.zones import LONGEST, clocks, codes, names, zone_of

UNITED_STATES = (
    "America/Adak,America/Anchorage,America/Chicago,America/Denver,America/Los_Angeles,America/New_York,America/Phoenix,"
    "Pacific/Honolulu"
)


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+8613801001234", "Asia/Shanghai"),
        ("+8617001001234", "Asia/Shanghai"),
        ("+8619900001234", "Asia/Shanghai"),  # whatever prefixes operators open
        ("+12125551234", "America/New_York"),
        ("+9779812345678", "Asia/Katmandu"),
        ("+85223456789", "Asia/Hong_Kong"),
        ("+447700900123", "Europe/London"),  # nobody has it; it would be British
        ("+18005551234", UNITED_STATES),  # all of a country, each clock once
        ("+15551234567", UNITED_STATES),
        ("+78005551234", "RU"),  # so many that they have no room
        ("+870123456789", ""),  # on a ship
        ("+9991234567", ""),
        ("", ""),
        ("1001", ""),
    ],
)
def test_what_is_known_of_a_number(number, zone) -> None:
    assert zone_of(number) == zone


def test_where_it_may_be_in_several_zones_all_are_named() -> None:
    assert zone_of("+61491570156").split(",") == sorted(zone_of("+61491570156").split(","))
    assert {"Australia/Sydney", "Australia/Perth", "Australia/Eucla"} <= set(names(zone_of("+61491570156")))
    assert {"Europe/Moscow", "Asia/Vladivostok", "Asia/Omsk"} <= set(names("RU"))


@pytest.mark.parametrize("number", ["+8613801001234", "+18005551234", "+61491570156", "+78005551234", "+5511987654321"])
def test_zones_fit_into_their_column_and_have_clocks(number) -> None:
    zone = zone_of(number)
    assert len(zone) <= LONGEST
    assert clocks(zone) == tuple(ZoneInfo(name) for name in names(zone))
    assert clocks(zone)


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("Asia/Shanghai", "86"),
        ("Europe/London", "44"),
        ("US", "1"),
        ("Asia/Katmandu", "977"),
        ("Asia/Hong_Kong", "852"),
    ],
)
def test_a_zone_tells_its_country(zone, code) -> None:
    assert code in codes(zone)
    assert "86" not in codes(zone) or zone == "Asia/Shanghai"


def test_nowhere_has_no_clock() -> None:
    assert (names(""), clocks(""), codes("")) == ((), (), frozenset())
