"""The audit trail after a restore: whole, still guarded, and going on where the backup was made."""

import json

import psycopg2
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ADD = "INSERT INTO accounts_department (name, name_zh) VALUES ('{}', '')"


def check(centre, database, state):
    return centre.python("manage.py", "check_audit", environment=centre.environment(database, state))


def anchors(state):
    return [json.loads(line) for line in (state / "audit-anchors.jsonl").read_text().splitlines()]


def test_a_restored_trail_is_whole_goes_on_and_tells_what_is_changed(centre, tmp_path):
    """One backup, restored twice: the first time into an empty place, then over a trail that is newer."""
    for name in ("one", "two", "three"):
        centre.old.ask(ADD.format(name))
    centre.manage(centre.old, "anchor_audit")
    backup = centre.back_up(tmp_path / "backups")
    centre.old.ask(ADD.format("after the backup"))
    centre.manage(centre.old, "anchor_audit")  # the old place knows more than the backup

    new, state = centre.new_database("trail"), tmp_path / "var"
    restored = centre.restore(backup, new, state)
    assert restored.returncode == 0, restored.stderr
    assert "The audit trail goes on after link" in restored.stdout
    before, last = anchors(state)
    assert not before["restored"] and last["restored"] and last["chain"] == before["chain"]
    new.ask(ADD.format("in the new place"))
    told = check(centre, new, state)
    assert told.returncode == 0, told.stdout
    known = new.ask("SELECT label FROM audit_entry WHERE kind = 'accounts_department' ORDER BY id DESC LIMIT 2")
    assert known == [("in the new place",), ("three",)]
    assert new.ask("SELECT count(*) FROM audit_entry WHERE action = 'centre.restored'") == [(1,)]
    with pytest.raises(psycopg2.Error, match="only ever appended to"):
        new.ask("DELETE FROM audit_entry")

    environment = centre.environment(new, state)
    assert centre.python("manage.py", "anchor_audit", environment=environment).returncode == 0
    assert centre.restore(backup, new, state, "--overwrite").returncode == 0
    assert [one["restored"] for one in anchors(state)][-3:] == [True, False, True]
    told = check(centre, new, state)
    assert told.returncode == 0, told.stdout  # what the overwritten trail had more is no false alarm

    new.ask(
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL; UPDATE audit_entry SET who = 'nobody' WHERE label = 'two'; "
        "ALTER TABLE audit_entry ENABLE TRIGGER ALL"
    )
    told = check(centre, new, state)
    assert told.returncode == 1 and "was changed: who" in told.stdout
