"""The time zones in which whoever has a number may be.

What libphonenumber knows of a number decides; of one that it does not know, all zones of its country. Where these are
many they are written as the country (``US``), which ``names`` resolves: a zone of tzdata always has a ``/``.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import NumberParseException, timezone
from phonenumbers.tzdata import TIMEZONE_DATA

LONGEST = 160
"""Characters of ``Lead.zone``."""
_UNKNOWN = "Etc/Unknown"
_SAMPLES = tuple(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=3 * step) for step in range(1500))
"""Moments at which clocks are compared: twelve years."""


def zone_of(number: str) -> str:
    """Zones of an E.164 number, sorted, with commas between, or its country; "" if nobody knows where it is."""
    code = _code(number)
    only = _only(code)
    if only:
        return only
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return ""
    found = timezone.time_zones_for_number(parsed)
    region = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )
    if found and found != (_UNKNOWN,) and len(text := ",".join(sorted(found))) <= LONGEST:
        return text
    whole = _zones_of(region)
    text = ",".join(whole)
    return text if len(text) <= LONGEST else region


@cache
def names(zone: str) -> tuple[str, ...]:
    """The zones that ``zone_of`` told. Of a country only one of those whose clocks agree."""
    if not zone:
        return ()
    return _zones_of(zone) if "/" not in zone else tuple(zone.split(","))


@cache
def clocks(zone: str) -> tuple[ZoneInfo, ...]:
    """``names`` as clocks."""
    return tuple(ZoneInfo(name) for name in names(zone))


@cache
def codes(zone: str) -> frozenset[str]:
    """Calling codes of the countries to which the zones belong."""
    if "/" not in zone:
        return frozenset({str(phonenumbers.country_code_for_region(zone))}) if zone else frozenset()
    wanted = set(names(zone))
    found = {_code("+" + prefix) for prefix, zones in TIMEZONE_DATA.items() if wanted & set(zones)}
    places = {region for region, zones in _table().items() if wanted & set(zones)}
    return frozenset((found | {str(phonenumbers.country_code_for_region(place)) for place in places}) - {"", "0"})


def _code(number: str) -> str:
    """Its calling code; no code is the beginning of another."""
    digits = number.removeprefix("+")
    for size in (1, 2, 3):
        if digits[:size].isdigit() and int(digits[:size]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return digits[:size]
    return ""


@cache
def _only(code: str) -> str:
    """The zone of a country that has no other: nothing else needs to be asked then."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ()) if code else ()
    if len(regions) != 1 or regions == ("001",):
        return ""
    found = {zone for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(code) for zone in zones}
    return found.pop() if len(found) == 1 else ""


@cache
def _zones_of(region: str) -> tuple[str, ...]:
    """All of a country, sorted. Those whose clocks go alike, as far as is known, are one."""
    alike: dict[tuple[object, ...], str] = {}
    for name in _table().get(region, ()):  # the one where most people live stands first
        alike.setdefault(_course(name), name)
    return tuple(sorted(alike.values()))


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            region, _place, name = line.split("\t")[:3]
            found.setdefault(region, []).append(name)
    return {region: tuple(zones) for region, zones in found.items()}


def _course(name: str) -> tuple[object, ...]:
    clock = ZoneInfo(name)
    return tuple(at.astimezone(clock).utcoffset() for at in _SAMPLES)
