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


def test_a_restored_trail_is_whole_and_goes_on(centre, tmp_path):
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


def test_a_restore_over_a_newer_trail_is_told_and_no_false_alarm(centre, tmp_path):
    centre.old.ask(ADD.format("four"))
    centre.manage(centre.old, "anchor_audit")
    backup = centre.back_up(tmp_path / "backups")
    new, state = centre.new_database("over"), tmp_path / "var"
    assert centre.restore(backup, new, state).returncode == 0
    new.ask(ADD.format("will be gone"))
    environment = centre.environment(new, state)
    assert centre.python("manage.py", "anchor_audit", environment=environment).returncode == 0
    assert centre.restore(backup, new, state, "--overwrite").returncode == 0
    assert [one["restored"] for one in anchors(state)][-3:] == [True, False, True]
    told = check(centre, new, state)
    assert told.returncode == 0, told.stdout


def test_a_trail_that_was_changed_in_the_backups_place_is_found_after_the_restore(centre, tmp_path):
    centre.old.ask(ADD.format("five"))
    centre.manage(centre.old, "anchor_audit")
    backup = centre.back_up(tmp_path / "backups")
    new, state = centre.new_database("forged"), tmp_path / "var"
    assert centre.restore(backup, new, state).returncode == 0
    new.ask(
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL; UPDATE audit_entry SET who = 'nobody' WHERE label = 'five'; "
        "ALTER TABLE audit_entry ENABLE TRIGGER ALL"
    )
    told = check(centre, new, state)
    assert told.returncode == 1 and "was changed: who" in told.stdout
