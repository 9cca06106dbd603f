"""Nobody is called outside the hours of her place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import day_begin, day_end, instant, next_open, open_until, wall
from crm.campaigns.hours.zones import clocks, names
from crm.campaigns.models import Campaign

NONE = Holidays()
WHOLE = [[["00:00", "24:00"]]] * 7
ZONES = (
    "Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "Asia/Beirut", "America/Havana", "Pacific/Apia",
    "Asia/Shanghai,Asia/Tokyo", "Australia/Adelaide,Australia/Perth,Australia/Sydney", "US",
)  # fmt: skip


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def inside(rules: Campaign, zone: str, moment: datetime, holidays: Holidays = NONE) -> bool:
    """The plain meaning of the rules: what a person would say who looks at each clock."""
    for clock in clocks(zone):
        local = moment.astimezone(clock)
        shown = local.strftime("%H:%M:%S.%f")
        if holidays.holds(local.date(), zone):
            return False
        if not any(begin <= shown < end for begin, end in rules.hours[local.weekday()]):
            return False
    return True


@pytest.mark.parametrize(
    ("zone", "local", "until"),
    [
        ("Asia/Shanghai", "2026-11-23T08:59:59", None),
        ("Asia/Shanghai", "2026-11-23T09:00", "12:00"),
        ("Asia/Shanghai", "2026-11-23T11:59:59", "12:00"),
        ("Asia/Shanghai", "2026-11-23T12:00", None),
        ("Asia/Shanghai", "2026-11-23T17:30", "18:00"),
        ("Asia/Shanghai", "2026-11-22T10:00", None),  # a Sunday
        ("Asia/Kathmandu", "2026-11-23T14:00", "18:00"),
    ],
)
def test_usual_hours(zone, local, until) -> None:
    ends = open_until(Campaign(), zone, at(local, zone), NONE)
    assert ends == (at(local[:10] + "T" + until, zone) if until else None)


def test_of_several_zones_the_strictest() -> None:
    """Perth is two and a half to three hours behind Sydney."""
    both, morning = "Australia/Perth,Australia/Sydney", at("2026-11-23T09:30", "Australia/Sydney")
    assert open_until(Campaign(), "Australia/Sydney", morning, NONE)
    assert open_until(Campaign(), both, morning, NONE) is None
    opens = next_open(Campaign(), both, morning, NONE)
    assert opens == at("2026-11-23T14:00", "Australia/Sydney")
    assert open_until(Campaign(), both, opens, NONE) == at("2026-11-23T12:00", "Australia/Perth")


def test_nobody_is_called_whose_place_is_not_known() -> None:
    assert open_until(Campaign(hours=WHOLE), "", at("2026-11-23T10:00"), NONE) is None
    assert next_open(Campaign(hours=WHOLE), "", at("2026-11-23T10:00"), NONE) is None


def test_holidays_of_the_country_and_of_all() -> None:
    days = Holidays(frozenset({(date(2026, 10, 1), "86"), (date(2026, 10, 2), ""), (date(2026, 10, 5), "1")}))
    rules, zone = Campaign(), "Asia/Shanghai"
    assert open_until(rules, zone, at("2026-10-01T10:00", zone), days) is None
    assert open_until(rules, "Asia/Tokyo", at("2026-10-01T10:00", "Asia/Tokyo"), days)
    assert next_open(rules, zone, at("2026-10-01T10:00", zone), days) == at("2026-10-05T09:00", zone)
    assert open_until(Campaign(holidays=False), zone, at("2026-10-01T10:00", zone), days)


@pytest.mark.parametrize(
    ("zone", "begins", "period", "moment", "until"),
    [
        # 02:00 to 03:00 is not there: it ends with the leap
        ("Europe/Berlin", "2026-03-29", ("01:00", "02:30"), "2026-03-29T00:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", ("02:15", "02:45"), "2026-03-29T01:00", None),
        # 02:00 to 03:00 comes twice
        ("Europe/Berlin", "2026-10-25", ("02:00", "02:30"), "2026-10-25T00:10", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25", ("02:00", "02:30"), "2026-10-25T00:40", None),
        ("Europe/Berlin", "2026-10-25", ("02:00", "02:30"), "2026-10-25T01:10", "2026-10-25T01:30"),
        # put back to before the beginning, while it was on
        ("Europe/Berlin", "2026-10-25", ("02:30", "04:00"), "2026-10-25T00:45", "2026-10-25T01:00"),
        ("Europe/Berlin", "2026-10-25", ("02:30", "04:00"), "2026-10-25T01:15", None),
        ("Australia/Lord_Howe", "2026-04-05", ("01:00", "01:45"), "2026-04-04T14:10", "2026-04-04T14:45"),
    ],
)
def test_the_night_of_another_time(zone, begins, period, moment, until) -> None:
    hours = [[list(period)] if day == date.fromisoformat(begins).weekday() else [] for day in range(7)]
    ends = open_until(Campaign(hours=hours), zone, at(moment), NONE)
    assert ends == (at(until) if until else None)


_TIME = st.integers(0, 96).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
_DAY = st.lists(_TIME, min_size=0, max_size=4, unique=True).map(
    lambda times: [list(pair) for pair in zip(sorted(times)[::2], sorted(times)[1::2], strict=False)]
)
_WEEK = st.lists(_DAY, min_size=7, max_size=7)
_MOMENT = st.integers(0, 366 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))


@given(zone=st.sampled_from(ZONES), hours=_WEEK, moment=_MOMENT)
@example(zone="Asia/Beirut", hours=WHOLE, moment=datetime(2026, 10, 24, 20, 30, tzinfo=UTC))
def test_as_long_as_it_says_the_clocks_say_so_too(zone, hours, moment) -> None:
    rules = Campaign(hours=hours)
    until = open_until(rules, zone, moment, NONE)
    assert (until is not None) == inside(rules, zone, moment)
    if until is None:
        return
    assert until > moment
    for part in range(40):
        assert inside(rules, zone, moment + (until - moment) * part / 40)
    assert inside(rules, zone, until - timedelta(seconds=1))
    on = all(inside(rules, zone, until + timedelta(seconds=second)) for second in range(2))
    assert not on or any(until.astimezone(clock).minute % 15 == 0 for clock in clocks(zone))


@given(zone=st.sampled_from([zone for zone in ZONES if zone != "US"]), hours=_WEEK, moment=_MOMENT)
def test_the_next_time_is_in_hours_and_none_is_before_it(zone, hours, moment) -> None:
    rules = Campaign(hours=hours)
    opens = next_open(rules, zone, moment, NONE)
    if opens is None:
        step, looked = timedelta(hours=7, minutes=13), 60
    else:
        assert opens >= moment
        assert inside(rules, zone, opens)
        step, looked = (opens - moment) / 40, 40
    assert not any(inside(rules, zone, moment + step * part) for part in range(looked) if step)


def test_a_year_of_usual_hours_in_all_zones_of_a_country() -> None:
    """09:00 to 18:00 from New York to Honolulu: never, at lunch somebody always is."""
    rules = Campaign(hours=[[["08:00", "21:00"]]] * 7)
    moment, found = datetime(2026, 1, 1, tzinfo=UTC), 0
    while moment.year == 2026:
        until = open_until(rules, "US", moment, NONE)
        assert (until is not None) == inside(rules, "US", moment)
        found += until is not None
        moment += timedelta(hours=1, minutes=1)
    assert found
    assert len(names("US")) < 16


@given(zone=st.sampled_from(ZONES), moment=_MOMENT)
def test_the_day_there_holds_the_moment(zone, moment) -> None:
    begin, end = day_begin(zone, moment), day_end(zone, moment)
    assert begin <= moment < end
    for clock in clocks(zone):
        day = moment.astimezone(clock).date()
        assert (begin - timedelta(seconds=1)).astimezone(clock).date() < day
        assert end.astimezone(clock).date() > day


@given(clock=st.sampled_from(ZONES[:12]).map(ZoneInfo), moment=_MOMENT)
def test_the_first_moment_that_a_clock_shows(clock, moment) -> None:
    day = moment.astimezone(clock).date()
    since = timedelta(hours=moment.hour, minutes=moment.minute)
    first = instant(day, since, clock)
    wanted = datetime.combine(day, time()) + since
    assert first.astimezone(clock).replace(tzinfo=None) >= wanted
    assert (first - timedelta(seconds=1)).astimezone(clock).replace(tzinfo=None) < wanted


@pytest.mark.parametrize("wrong", ["24:01", "9", "ab:cd", "12:60", "-1:00"])
def test_a_time_that_is_none(wrong) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wall(wrong)
