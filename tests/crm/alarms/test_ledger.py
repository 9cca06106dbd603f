"""What lasts is told once; what flickers is one alarm; what the rows do not say yet is remembered."""

from datetime import datetime, timedelta

import pytest

from crm.alarms.findings import Finding, severity
from crm.alarms.ledger import Entry, Ledger

BEGIN = datetime.fromisoformat("2026-11-22T04:00:00+00:00")
CRITICAL, WARNING = "critical", "warning"


class Story:
    """Looks at one code every five seconds; ``told`` is what came of them."""

    def __init__(self, at_once: bool = False) -> None:
        self.ledger = Ledger(10, 60, ("link",) if at_once else ())
        self.now = 0.0
        self.told: list[tuple[float, str, str]] = []

    def seen(self, *severities: str, times: int = 1, subject: str = "fs1") -> "Story":
        for _ in range(times):
            found = [Finding(subject, one, "text") for one in severities]
            at = BEGIN + timedelta(seconds=self.now)
            for event in self.ledger.step({"link": found}, at, self.now):
                self.told.append((self.now, event.what, event.alarm.severity))
            self.now += 5
        return self

    def fine(self, times: int = 1) -> "Story":
        return self.seen(times=times)


def test_what_lasts_is_told_once_with_the_time_at_which_it_began():
    story = Story().seen(CRITICAL, times=10)
    assert story.told == [(10.0, "opened", CRITICAL)]
    assert story.ledger.unsaved(story.now)[0].raised_at == BEGIN


def test_a_blip_is_nothing():
    assert Story().seen(CRITICAL, times=2).fine().seen(CRITICAL, times=2).fine(20).told == []


def test_some_are_told_at_once():
    assert Story(at_once=True).seen(CRITICAL).told == [(0.0, "opened", CRITICAL)]


def test_what_comes_and_goes_is_one_alarm_until_it_is_gone_for_a_minute():
    story = Story(at_once=True)
    for _ in range(20):
        story.seen(CRITICAL).fine(11)
    assert [what for _, what, _ in story.told] == ["opened"]
    story.fine(2)
    assert [what for _, what, _ in story.told] == ["opened", "over"]


def test_worse_is_told_and_better_is_not():
    story = Story(at_once=True).seen(WARNING).seen(CRITICAL, times=3).seen(WARNING).seen(CRITICAL)
    assert [what for _, what, _ in story.told] == ["opened", "worsened", "worsened"]


def test_a_code_that_was_not_looked_at_stays_as_it_is():
    story = Story(at_once=True).seen(CRITICAL)
    for now in range(100, 1000, 100):
        assert story.ledger.step({"other": []}, BEGIN, now) == []
    assert story.ledger.open == {("link", "fs1"): CRITICAL}


def test_an_alarm_that_was_over_before_it_could_be_written_is_written_as_over():
    story = Story(at_once=True).seen(CRITICAL).fine(14).seen(CRITICAL)
    first, second = story.ledger.unsaved(story.now)
    assert (first.cleared_at is None, second.cleared_at is None) == (False, True)
    story.ledger.saved([first, second], story.now)
    assert story.ledger.unsaved(story.now) == []


def test_a_change_while_the_row_is_written_is_written_next():
    story = Story(at_once=True).seen(WARNING)
    copies = story.ledger.unsaved(story.now)
    story.seen(CRITICAL)
    story.ledger.saved(copies, story.now)
    assert [entry.severity for entry in story.ledger.unsaved(story.now)] == [CRITICAL]


def test_a_standing_alarm_is_noted_every_half_minute():
    story = Story(at_once=True).seen(CRITICAL)
    story.ledger.saved(story.ledger.unsaved(story.now), story.now)
    story.seen(CRITICAL, times=5)
    assert story.ledger.unsaved(story.now) == []
    story.seen(CRITICAL)
    assert story.ledger.unsaved(story.now)[0].count == 7


def row(subject: str, at: datetime) -> Entry:
    return Entry("link", subject, CRITICAL, "text", {}, at, at, told=CRITICAL, dirty=False)


def test_rows_of_an_earlier_life_end_here_and_are_not_told_again():
    story = Story()
    story.ledger.adopt([row("fs1", BEGIN - timedelta(hours=1))])
    story.seen(CRITICAL, times=3)
    assert story.told == []
    story.fine(13)
    assert [what for _, what, _ in story.told] == ["over"]


def test_an_alarm_found_again_before_its_row_was_read_keeps_its_beginning():
    story = Story(at_once=True).seen(CRITICAL)
    story.ledger.adopt([row("fs1", BEGIN - timedelta(hours=1))])
    assert story.ledger.unsaved(story.now)[0].raised_at == BEGIN - timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "was", "low", "expected"),
    [
        (29, None, False, ""), (30, None, False, WARNING), (28, WARNING, False, WARNING), (26, WARNING, False, ""),
        (300, None, False, CRITICAL), (271, CRITICAL, False, CRITICAL), (269, CRITICAL, False, WARNING),
    ],
)  # fmt: skip
def test_limits_have_slack_for_what_is_open(value, was, low, expected):
    assert severity(value, (30, 300), was, low=low) == expected
