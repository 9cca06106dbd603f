"""Secrets that are seeded everywhere appear nowhere: the real web server, at its wordiest, under use and abuse."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from crm.accounts.models import User

ROOT = Path(__file__).resolve().parents[3]
CANARY = "canary-7d1f6b0e"
SECRETS = {
    name: f"{CANARY}-{name.lower()}" for name in ("SECRET_KEY", "OIDC_SECRET", "MAIL_PASSWORD", "ALARM_WEBHOOK_SECRET")
}


class Visitor:
    """A browser without a face."""

    def __init__(self, address: str) -> None:
        self.address, self.jar = address, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def cookie(self, name: str) -> str:
        return next((one.value for one in self.jar if one.name == name), "")

    def go(self, path: str, fields: dict[str, str] | None = None) -> str:
        body = (
            None if fields is None else urlencode(fields | {"csrfmiddlewaretoken": self.cookie("csrftoken")}).encode()
        )
        try:
            return self.opener.open(self.address + path, body, timeout=60).read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode(errors="replace")


@pytest.fixture
def server(transactional_db, cast_there, free_port, tmp_path, redis_url):
    """The web server as `make run` starts it, on the test's own database."""
    port, log = free_port(), tmp_path / "web.log"
    there = connection.settings_dict
    database = f"postgres://{there['USER']}:{quote(there['PASSWORD'])}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    (tmp_path / "mail_password").write_text(SECRETS["MAIL_PASSWORD"])
    environ = {
        **os.environ, **SECRETS, "DATABASE_URL": database, "SWITCHDESK_VAR": str(tmp_path), "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "tests.settings", "LOG_LEVEL": "DEBUG", "PYTHONUNBUFFERED": "1",
        "OIDC_ISSUER": "http://127.0.0.1:9", "OIDC_CLIENT": "switchdesk",
    }  # fmt: skip
    del environ["MAIL_PASSWORD"]
    environ["MAIL_PASSWORD_FILE"] = str(tmp_path / "mail_password")
    web = [sys.executable, "-m", "uvicorn", "ccsite.asgi:application", "--port", str(port), "--lifespan", "off"]
    web += ["--no-access-log", "--no-proxy-headers", "--log-level", "info"]
    with log.open("wb") as output:
        process = subprocess.Popen(web, cwd=ROOT, env=environ, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while b"Uvicorn running" not in log.read_bytes():
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield port, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.fixture
def cast_there(transactional_db):
    from tests.cast import cast_of

    made = cast_of()
    made.alice.set_password(f"{CANARY}-password")
    made.alice.save()
    return made


@pytest.mark.slow
def test_no_secret_of_settings_forms_tickets_or_sessions_is_in_the_log(server, cast_there):
    port, log = server
    visitor = Visitor(f"http://127.0.0.1:{port}")
    visitor.go("/login/")
    for login, password in (
        ("alice", f"{CANARY}-wrong"),
        ("nobody", f"{CANARY}-wrong"),
        ("alice", f"{CANARY}-password"),
    ):
        visitor.go("/login/", {"username": login, "password": password})
    assert "Alice" in visitor.go("/profile/"), log.read_text()[-3000:]
    shown = [visitor.cookie("sessionid"), visitor.cookie("csrftoken")]
    secret = re.search(r'id="secret">(\w+)<', visitor.go("/profile/factor/"))[1]
    visitor.go("/profile/factor/", {"code": "000000"})
    ticket = re.search(r'"ticket": "([^"]+)"', visitor.go("/ticket/", {}))[1]
    headers = {"Cookie": f"sessionid={visitor.cookie('sessionid')}"}
    address, origin = f"ws://127.0.0.1:{port}/ws/desk/", f"http://127.0.0.1:{port}"
    for shows in (ticket, ticket):  # good, then used
        asked = ["switchdesk", f"ticket.{shows}"]
        try:
            with connect(address, origin=origin, additional_headers=headers, subprotocols=asked) as socket:
                socket.recv(timeout=60)
        except WebSocketException:
            pass
    new = f"{CANARY}-new-password"
    visitor.go("/profile/password/", {"old": f"{CANARY}-guess", "new": new, "again": new})
    visitor.go("/profile/password/", {"old": f"{CANARY}-password", "new": new, "again": new})
    shown.append(visitor.cookie("sessionid"))
    visitor.go("/login/sign-on/")
    with connection.cursor() as cursor:  # a page that fails while a password is in its form
        cursor.execute("ALTER TABLE logins_tries RENAME TO logins_tries_gone")
    try:
        stranger = Visitor(f"http://127.0.0.1:{port}")
        stranger.go("/login/")
        failed = stranger.go("/login/", {"username": "alice", "password": new})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE logins_tries_gone RENAME TO logins_tries")
    said = log.read_text()
    assert "logins_tries" in said, "the failure is in the log"
    assert User.objects.get(username="alice").check_password(new)
    assert CANARY not in said and CANARY not in failed
    for word in (*shown, secret, ticket):
        assert len(word) > 15 and word not in said
