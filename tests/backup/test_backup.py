"""A backup of a running centre, and what comes of it: on another machine, beside a living stream, and damaged."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from ccsite.backup.manifest import checked
from ccsite.run.guard import Guard
from ccsite.run.postgres import Postgres
from ccsite.run.trouble import Trouble
from switchctl.bus import segments
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN, RECORD_GROUP
from tests.backup.place import Database, redis_of, until
from tests.bus.conftest import OwnRedis
from tests.stories import NOON

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def told(backup: Path) -> dict:
    return json.loads((backup / "manifest.json").read_text())


def test_a_restore_beside_the_living_stream_has_all_that_was_told_after_the_backup(centre, tmp_path):
    centre.record_into(centre.old)
    centre.calls_flow(15)
    until(lambda: len(centre.old.facts()) > 50)  # the recorder had to start first
    backup = centre.back_up(tmp_path / "backups")
    manifest = told(backup)
    assert manifest["rows"]["calls_fact"] > 50 and manifest["marks"] and manifest["journals"][0]["id"]
    centre.calls_flow(15)
    facts = centre.calm()
    until(lambda: centre.old.facts() == facts)
    centre.stop_recorder()

    new = centre.new_database("beside")
    done = centre.restore(backup, new, tmp_path / "var")
    assert done.returncode == 0, done.stderr
    assert f"{sum(manifest['rows'].values())} rows of {len(manifest['rows'])} tables" in done.stdout
    assert manifest["rows"]["calls_fact"] <= len(new.facts()) < len(facts)
    assert new.facts() < facts
    centre.record_into(new)
    until(lambda: new.facts() == facts)
    until(lambda: redis_of(centre.stage.valkey.url).xpending(MAIN.facts, RECORD_GROUP)["pending"] == 0)
    centre.stop_recorder()
    assert new.rows() == centre.old.rows()
    assert new.ask("SELECT count(*) FROM calls_deadletter") == [(0,)]


def test_on_another_machine_the_facts_that_were_not_rows_yet_come_from_the_journal(centre, tmp_path, free_port):
    """And who was erased after the backup is erased again, in rows and in what the journal told."""
    centre.record_into(centre.old)
    centre.calls_flow(2)
    facts = centre.calm()
    until(lambda: centre.old.facts() == facts)
    centre.stop_recorder()
    # The recorder is away, so what is told now is in stream and journal only; the backup has no part of the stream.
    before = centre.old.facts()
    centre.calls_flow(8)
    facts = centre.calm()
    assert before < facts
    (number,) = centre.old.ask("SELECT number_e164 FROM calls_callrecord WHERE number_e164 LIKE '+%' LIMIT 1")[0]
    book = centre.folder / "erasures.jsonl"
    book.write_text(json.dumps(erasure(centre, number)) + "\n")
    backup = centre.back_up(tmp_path / "backups", "--secrets")
    book.unlink()
    manifest = told(backup)
    assert manifest["rows"]["calls_fact"] == len(before) and manifest["journals"][0]["last"] == len(facts)

    assert manifest["recordings"] == {"files": 2, "bytes": 800}
    (centre.folder / "media/second.wav").unlink()

    state = tmp_path / "var"
    state.mkdir()
    (state / "erasures.jsonl").write_text('{"at": "2026-01-02T03:04:05+00:00", "customers": [], "numbers": {}}\n')
    fresh = OwnRedis(free_port(), tmp_path)
    fresh.start()
    try:
        new = centre.new_database("elsewhere")
        done = centre.restore(backup, new, state, redis_url=fresh.url)
        assert done.returncode == 0, done.stderr
        assert "The stream of facts is new" in done.stdout
        assert "1 of 2 recordings are not in place" in done.stdout and "second.wav" in done.stdout
    finally:
        fresh.stop()
    assert new.facts() == facts
    assert {row[0] for row in new.ask("SELECT final FROM calls_callrecord")} == {True}
    assert int((state / "switchctl/epoch").read_text()) >= 1
    assert (state / "secret_key").read_text() == (centre.folder / "secret_key").read_text()
    assert not (state / "switchctl/journal").exists(), "a new daemon begins a journal of its own"

    assert "knows 1 more erasures" in done.stdout and "1 erasures were done again" in done.stdout
    assert len((state / "erasures.jsonl").read_text().splitlines()) >= 2, "what the place knew is kept"
    assert new.ask("SELECT 1 FROM calls_callrecord WHERE number_e164 = '~00c0ffee0001'")
    assert centre.old.ask(f"SELECT 1 FROM calls_callrecord WHERE number_e164 = '{number}'")
    assert not new.ask(f"SELECT 1 FROM calls_callrecord WHERE number_e164 = '{number}'")
    assert not new.ask(f"SELECT 1 FROM calls_fact WHERE payload::text LIKE '%{number.removeprefix('+86')}%'")

    settings = (backup / "configuration/environment").read_text()
    assert 'FREESWITCH_SIP_IP="192.0.2.10"' in settings and "not-to-be-told" not in settings
    assert "not-to-be-told" in (backup / "secrets/environment").read_text()
    assert (backup / "configuration/directory.json").exists()
    assert (backup / "configuration/freeswitch-conf/vars.xml").exists()
    assert {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]} == {0}


def erasure(centre, number: str) -> dict:
    """As the book of erasures says that a number was forgotten."""
    said = centre.python(
        "manage.py", "shell", "-v0", "-c", f"from crm.calls.erased.tokens import digest; print(digest({number!r}))",
        environment=centre.environment(centre.old),
    )  # fmt: skip
    return {"at": datetime.now(UTC).isoformat(), "customers": [], "numbers": {said.stdout.strip(): "~00c0ffee0001"}}


def test_a_journal_that_outlived_the_rows_is_read_in(centre, tmp_path, free_port):
    """The journal of a second daemon goes along in the backup."""
    standby = tmp_path / "standby/switchctl/journal"
    standby.mkdir(parents=True)
    (standby / "identity.json").write_text('{"id": "other", "boot": ""}')
    fact = f.LinkChanged(id="other:41", seq=41, at=NOON, node="node1", up=True)
    segments.name(standby, 41).write_bytes(segments.line(41, f.encode(fact)) + b"torn")
    centre.record_into(centre.old)
    centre.calls_flow(3)
    backup = centre.back_up(tmp_path / "backups", "--daemon", str(standby.parent))
    assert told(backup)["journals"][1] == {"id": "other", "first": 41, "last": 41}
    centre.stop_recorder()
    centre.calls_flow(5)
    facts = centre.calm()
    new = centre.new_database("outlived")
    words = ("--journal", str(centre.folder / "switchctl/journal"))
    done = centre.restore(backup, new, tmp_path / "var", *words, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert done.returncode == 0, done.stderr
    assert "Redis does not answer" in done.stdout
    assert new.facts() == facts | {"other:41"}


def test_nothing_is_overwritten_unless_it_is_said_and_then_it_is_kept(centre, tmp_path):
    centre.record_into(centre.old)
    centre.calls_flow(2)
    until(lambda: centre.old.ask("SELECT count(*) FROM calls_queuevisit") != [(0,)])
    centre.stop_recorder()
    backup = centre.back_up(tmp_path / "backups")
    new = centre.copied_database("taken")
    new.ask("DELETE FROM calls_offer; DELETE FROM calls_queuevisit")
    before = new.ask("SELECT count(*) FROM calls_fact")
    refused = centre.restore(backup, new, tmp_path / "var")
    assert refused.returncode == 1 and "not empty" in refused.stderr
    assert new.ask("SELECT count(*) FROM calls_fact") == before
    done = centre.restore(backup, new, tmp_path / "var", "--overwrite")
    assert done.returncode == 0, done.stderr
    kept = new.ask("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'")[0][0]
    assert kept in done.stdout
    assert new.ask(f"SELECT count(*) FROM {kept}.calls_queuevisit") == [(0,)]
    assert new.ask("SELECT count(*) FROM calls_queuevisit")[0][0] >= told(backup)["rows"]["calls_queuevisit"] > 0


@pytest.fixture(scope="module")
def whole(centre, tmp_path_factory):
    return centre.back_up(tmp_path_factory.mktemp("whole"))


def test_a_database_in_use_is_not_touched(centre, whole, tmp_path):
    new = centre.new_database("busy")
    with psycopg2.connect(new.url, application_name="a page"):
        refused = centre.restore(whole, new, tmp_path / "var")
    assert refused.returncode == 1 and "in use by a page" in refused.stderr


def test_a_failed_restore_leaves_what_was_there(centre, whole, tmp_path):
    """The dump is whole and the manifest too, but the rows are others than were counted."""
    backup = shutil.copytree(whole, tmp_path / "copy")
    manifest = told(backup)
    manifest["rows"]["calls_fact"] += 1
    (backup / "manifest.json").write_text(json.dumps(manifest))
    new = centre.new_database("torn")
    new.ask("CREATE TABLE precious (id int)")
    refused = centre.restore(backup, new, tmp_path / "var", "--overwrite")
    assert refused.returncode == 1 and "not those of the backup: calls_fact" in refused.stderr
    assert new.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("precious",)]


@pytest.mark.parametrize("part", ["rows.dump", "configuration/environment", "recordings.index", "manifest.json"])
@pytest.mark.parametrize("how", ["gone", "cut", "changed"])
def test_a_damaged_backup_is_never_taken_for_whole(whole, tmp_path, part, how):
    checked(whole)
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    path = copy / part
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "cut":
        path.write_bytes(data[:-7])
    else:
        path.write_bytes(data[:10] + bytes([data[10] ^ 1]) + data[11:])
    with pytest.raises(Trouble, match="no whole backup|damaged"):
        checked(copy)


def test_a_backup_that_is_killed_is_none_and_the_next_one_clears_it_away(centre, tmp_path):
    target = tmp_path / "backups"
    with closing(psycopg2.connect(centre.old.url)) as lasting, lasting.cursor() as cursor:
        cursor.execute("LOCK TABLE calls_deadletter")  # the dump waits for it, and so is met in the middle
        process = subprocess.Popen(
            [sys.executable, "-m", "ccsite.backup", "take", str(target)], cwd=Path(__file__).resolve().parents[2],
            env=centre.environment(centre.old), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: [*target.glob(".switchdesk-*.partial/rows.dump")])
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not [*target.glob("switchdesk-*")]
    assert [*(centre.folder / "switchctl").glob(".backup-*")]
    centre.back_up(target)
    assert not [*target.glob(".switchdesk-*")]
    assert not [*(centre.folder / "switchctl").glob(".backup-*")]


def test_a_fresh_place_makes_its_own_database(centre, whole):
    with tempfile.TemporaryDirectory(prefix="switchdesk-fresh-") as name:
        Path(name).chmod(0o711)
        state = Path(name) / "var"
        environment = centre.environment(centre.old, state)
        del environment["DATABASE_URL"], environment["REDIS_URL"]
        done = centre.python("-m", "ccsite.backup", "restore", str(whole), environment=environment)
        assert done.returncode == 0, done.stderr
        assert "No Redis is named" in done.stdout
        with Guard() as guard:
            server = Postgres(state, state / "postgres.log", guard, durable=True)
            server.child.start()
            server.wait()
            assert len(Database(server).facts()) >= told(whole)["rows"]["calls_fact"] > 0
            server.child.ask_to_stop()
            server.child.finish(time.monotonic() + 60)


def test_only_the_newest_are_kept_if_so_asked(centre, tmp_path):
    target = tmp_path / "backups"
    for day in ("20261101", "20261102", "20261103"):
        (target / f"switchdesk-{day}T193000Z").mkdir(parents=True)
    (target / "something-else").mkdir()
    newest = centre.back_up(target, "--keep", "2")
    left = {path.name for path in target.glob("[!.]*")}
    assert left == {"something-else", "switchdesk-20261103T193000Z", newest.name}


def test_a_newer_backup_is_refused(centre, whole, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    manifest = told(copy)
    manifest["migrations"].append("calls.9999_from_the_future")
    (copy / "manifest.json").write_text(json.dumps(manifest))
    refused = centre.restore(copy, centre.new_database("future"), tmp_path / "var")
    assert refused.returncode == 1 and "made by a newer version" in refused.stderr
