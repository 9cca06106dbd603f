"""Settings of the alarms: what is wrong is named, and no secret is shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from ccsite import environment

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ALARM_WEBHOOKS": "https://hooks.example.org/t0p"}, "ALARM_WEBHOOK_SECRET"),
        ({"ALARM_WEBHOOKS": "file:///etc/t0p"}, "ALARM_WEBHOOKS: address 1"),
        ({"ALARM_WEBHOOKS": "https://a.example.org/ gopher://t0p"}, "ALARM_WEBHOOKS: address 2"),
        ({"ALARM_WEBHOOKS": "https://user:t0p@a.example.org/"}, "ALARM_WEBHOOKS: address 1"),
        ({"ALARM_DISK_PERCENT": "10"}, "ALARM_DISK_PERCENT must be two numbers, such as 10,5"),
        ({"ALARM_REPAIRS": "many,more"}, "ALARM_REPAIRS"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, given, named):
    environ = {"SWITCHDESK_VAR": str(tmp_path), "PATH": "/usr/bin:/bin", **given}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode != 0 and named in done.stderr
    assert "t0p" not in done.stderr.splitlines()[-1]


def test_addresses_and_secret_may_stand_in_files(tmp_path, monkeypatch):
    (tmp_path / "alarm_webhooks").write_text("https://a.example.org/x?y=z\nhttp://10.0.0.7:9000/\n")
    assert environment.web_addresses("ALARM_WEBHOOKS", tmp_path) == [
        "https://a.example.org/x?y=z", "http://10.0.0.7:9000/",
    ]  # fmt: skip


def test_switches_are_known_without_their_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("FREESWITCH_NODES", "a=esl://:s3cret@10.0.0.5:8022, b=esl://:s@[::1], c=esl://:s@h:port, junk")
    assert environment.switches("FREESWITCH_NODES", tmp_path) == {"a": ("10.0.0.5", 8022), "b": ("::1", 8021)}
