"""What every answer tells the browser, and what a production must have set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("path", ["/login/", "/calls/", "/healthz", "/nowhere", "/static/css/tokens.css"])
def test_every_answer_has_them(db, client, path):
    told = client.get(path).headers
    assert "script-src 'self'" in told["Content-Security-Policy"] and "unsafe" not in told["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
    assert told["Permissions-Policy"].startswith("microphone=(self), camera=()")
    assert told["Referrer-Policy"] == "same-origin" and told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/login/", "/login/code/", "/profile/", "/profile/password/"])
def test_pages_of_logging_in_stand_in_no_frame_and_no_cache(db, client, path):
    told = client.get(path).headers
    assert told["X-Frame-Options"] == "DENY" and (told.get("Location") or "no-store" in told["Cache-Control"])


def test_the_cookie_of_the_session_is_out_of_reach_of_scripts_and_other_sites(client, cast):
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_a_post_without_our_token_is_refused_whatever_its_kind(cast, kind):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    for path in ("/desk/orders/", "/profile/password/", "/sessions/end/", "/session/stay/", "/logout/"):
        assert client.post(path, "{}", content_type=kind).status_code == 403, path


def test_no_template_holds_a_script_or_a_style_of_its_own():
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=", re.IGNORECASE)
    found = [path.name for path in (ROOT / "crm").rglob("*.html") if inline.search(path.read_text(encoding="utf-8"))]
    assert not found


def test_a_production_passes_the_check_before_it_is_deployed():
    production = {
        "SWITCHDESK_PRODUCTION": "yes", "SECRET_KEY": "k" * 60 + "0123456789", "ALLOWED_HOSTS": "desk.example.com",
        "OIDC_ISSUER": "https://login.example.com", "OIDC_CLIENT": "switchdesk", "OIDC_SECRET": "s",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "ccsite.settings", **production}
    environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests' own
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0 and "no issues" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({"OIDC_ISSUER": "https://login.example.com"}, "OIDC_ISSUER needs OIDC_CLIENT and OIDC_SECRET"),
        (
            {"OIDC_ISSUER": "http://x", "OIDC_CLIENT": "a", "OIDC_SECRET": "b", "SWITCHDESK_PRODUCTION": "yes"},
            "https://",
        ),
        ({"TRUSTED_PROXIES": "10.0.0.0/33"}, "neither an address nor a network"),
    ],
)
def test_settings_that_cannot_be_are_named(environ, complaint):
    command = [sys.executable, "-c", "import ccsite.settings"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True)
    assert done.returncode and complaint in done.stderr
