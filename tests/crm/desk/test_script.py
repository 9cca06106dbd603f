"""The script as it is read out."""

import pytest

from crm.desk.script import filled

SAID = {"name": "Mei", "company": "", "agent": "Alice", "f_size": "{name}", "f_due-day": "3 May"}


@pytest.mark.parametrize(
    ("script", "read"),
    [
        ("Good day {name}, {agent} speaking.", "Good day Mei, Alice speaking."),
        ("{company} and {f_due-day}", "… and 3 May"),
        ("{unknown} {Name} {} {f_size} {{name}}", "{unknown} {Name} {} {name} {Mei}"),
        ("", ""),
        ("100% <b>{name}</b> %(name)s", "100% <b>Mei</b> %(name)s"),
    ],
)
def test_gaps_are_filled_once(script, read):
    assert filled(script, SAID) == read
