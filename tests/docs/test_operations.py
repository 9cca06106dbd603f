"""What operations.md says of alarms, settings and units is what the code has."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ccsite.run.place import Place
from ccsite.run.table import processes
from crm.alarms import words
from crm.alarms.books import OF_OTHERS
from crm.alarms.looks import AT_ONCE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "docs/systemd").iterdir())
ALARM = re.compile(r"^\| `(\w+)`( \+)? \| ([^|]+) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)


def test_every_alarm_has_its_line_and_every_line_its_alarm():
    told = {code: (title, bool(mark)) for code, mark, title in ALARM.findall(PAGE)}
    of_code = {code: (one.title, code in (*AT_ONCE, *OF_OTHERS)) for code, one in words.CODES.items()}
    assert told == of_code


def test_every_alarm_that_is_raised_has_a_code_and_advice():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "crm/alarms").rglob("*.py"))
    for code, one in words.CODES.items():
        assert source.count(f'"{code}"') >= 2, f"nobody raises {code}"
        assert one.title and one.advice


def test_every_setting_of_the_site_is_told():
    asked = re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', (ROOT / "ccsite/settings.py").read_text(encoding="utf-8"))
    silent = {"DEBUG", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_ALL"}
    assert not [name for name in asked if f"`{name}`" not in PAGE and name not in silent]


def test_every_process_of_make_run_has_a_unit():
    started = processes(Place({"FREESWITCH_NODES": "a=esl://:secret@127.0.0.1"}))
    lines = "".join(path.read_text() for path in UNITS)
    for process in started:
        words_of_it = [word for word in process.argv[1:4] if not word.startswith("-")]
        assert " ".join(words_of_it[:1]) in lines, process.name
    assert lines.count("ExecStart=") == len(started) + 2, "and one for the standby, one for the backup"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_the_units_are_what_systemd_understands(tmp_path):
    for path in UNITS:
        text = path.read_text().replace("/opt/switchdesk/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_unit_starts_something_that_is_there():
    for path in UNITS:
        for line in re.findall(r"^ExecStart=(.+)$", path.read_text(), re.MULTILINE):
            assert line.startswith("/opt/switchdesk/.venv/bin/python ")
            found = re.search(r"manage\.py (\w+)", line)
            assert not found or list(ROOT.glob(f"crm/*/management/commands/{found[1]}.py")), line
