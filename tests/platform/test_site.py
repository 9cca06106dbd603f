"""The wiring of the site: health, headers, and that the tables are those of the models."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from switchctl.contract.names import MAIN

ROOT = Path(__file__).resolve().parents[2]


def test_every_change_of_a_model_has_its_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_health_tells_what_answers(client, db, redis_client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok", "daemon": "away"})
    redis_client.set(MAIN.daemon, "{}", ex=5)
    assert client.get("/healthz").json()["daemon"] == "ok"


def test_health_without_redis_is_503(client, db, settings, free_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "away", "daemon": "unknown"}


def test_pages_forbid_foreign_scripts_and_frames(client, db):
    answer = client.get("/healthz")
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_production_passes_djangos_own_checks(tmp_path):
    """In a process of its own: settings are read once."""
    environ = {
        "SWITCHDESK_PRODUCTION": "yes",
        "SWITCHDESK_VAR": str(tmp_path),
        "ALLOWED_HOSTS": "desk.example.org",
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static/staticfiles.json").exists()


@pytest.mark.parametrize(("name", "value"), [("DEBUG", "perhaps"), ("DATABASE_URL", "mysql://here/db")])
def test_a_wrong_setting_is_named(tmp_path, name, value):
    environ = {"SWITCHDESK_VAR": str(tmp_path), "PATH": "/usr/bin:/bin", name: value}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode != 0
    assert name in done.stderr
