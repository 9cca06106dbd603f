"""A journal printed by the daemon's code and read in by the CRM's, as a restore does it."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from crm.calls.models import DeadLetter, Fact, JournalMark
from switchctl.bus import segments
from switchctl.contract import facts as f
from tests.crm.calls.rows import everything, record
from tests.stories import hour_of_calls, numbered

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def facts() -> list[f.Fact]:
    return numbered(fact for story in hour_of_calls(20) for fact in story.facts)


def written(folder: Path, facts: list[f.Fact], cut: int) -> Path:
    """A journal of two segments."""
    for part in (facts[:cut], facts[cut:]):
        lines = b"".join(segments.line(fact.seq, f.encode(fact)) for fact in part)
        segments.name(folder, part[0].seq).write_bytes(lines)
    return folder


def printed(folder: Path, *more: str) -> tuple[bytes, bytes]:
    done = subprocess.run([sys.executable, "-m", "switchctl.told", str(folder), *more], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def read_in(lines: bytes, monkeypatch) -> str:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    call_command("record_facts", stdout=out)
    return out.getvalue()


def test_the_rows_are_those_of_the_recorder(tmp_path, facts, monkeypatch):
    lines, _said = printed(written(tmp_path, facts, 70))
    assert lines.splitlines() == [f.encode(fact) for fact in facts]
    record(facts[:30])  # these are rows already
    assert read_in(lines, monkeypatch) == f"{len(facts)} facts read, {len(facts) - 30} of them were not rows yet.\n"
    rows = everything()
    assert JournalMark.objects.get().seq == len(facts)
    assert read_in(lines, monkeypatch).endswith(" 0 of them were not rows yet.\n")
    assert everything() == rows


def test_only_what_follows(tmp_path, facts):
    lines, _said = printed(written(tmp_path, facts, 70), "--after", "90")
    assert lines.splitlines() == [f.encode(fact) for fact in facts[90:]]


def test_a_spoilt_and_a_torn_line_are_left_out_and_said(tmp_path, facts):
    written(tmp_path, facts, 70)
    first, last = (path for _seq, path in segments.segments(tmp_path))
    data = first.read_bytes().splitlines(keepends=True)
    first.write_bytes(b"".join([*data[:5], b"00000000 " + data[5][9:], *data[6:]]))
    last.write_bytes(last.read_bytes()[:-20])
    lines, said = printed(tmp_path)
    assert lines.splitlines() == [f.encode(fact) for fact in (*facts[:5], *facts[6:-1])]
    assert b"spoilt" in said


def test_poison_is_put_aside(facts, monkeypatch):
    raw = [f.encode(fact) for fact in facts[:4]]
    unheard = b'{"kind":"Unheard","id":"j1:3","seq":3}'
    read_in(b"\n".join([raw[0], b"not a fact", raw[1], unheard, raw[3], b""]), monkeypatch)
    assert Fact.objects.count() == 3
    assert DeadLetter.objects.count() == 2
