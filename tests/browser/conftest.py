"""Chromium on the real pages: web server, feeder and recorder run; the facts are the tests' own."""

import os
import shutil

import pytest
from django.conf import settings
from django.test import Client

from switchctl.contract.names import MAIN
from tests.browser.site import Site
from tests.crm.live.centre import Teller

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None
)
"""The shell first: the same engine without a browser's windows around it, and half the work for each test."""

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # playwright keeps a loop in the thread in which the tests use the ORM


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("needs Chromium (apt install chromium, or CHROMIUM=/path/to/it)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def cast(transactional_db):
    from tests.cast import cast_of

    return cast_of()


@pytest.fixture
def centre(redis_client):
    """A daemon that lives, as far as the pages can know; ``tell`` is its voice."""
    redis_client.set(MAIN.daemon, b'{"links": {"n1": true}}')
    return Teller(redis_client)


@pytest.fixture
def site(cast, centre):
    site = Site()
    site.start()
    yield site
    site.stop()


@pytest.fixture
def living(cast, settings, tmp_path, free_port):
    """A whole centre; a module whose pages are its pages says so by a fixture ``site`` that gives ``living.site``."""
    from tests.browser.living import Living

    made = Living(tmp_path, free_port, settings)
    try:
        made.start()
        yield made
    finally:
        made.end()


@pytest.fixture
def visitor(chromium, site):
    """``visitor("alice", language="en")`` is a page on which Alice, who speaks English, has logged in.

    Errors on a page fail the test.
    """
    from crm.accounts.models import User

    contexts, errors = [], []

    def visit(login: str = "", *, language: str = "en", width: int = 1440, theme: str = "light"):
        locale = "zh-CN" if language.startswith("zh") else "en-GB"
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=locale, color_scheme=theme, base_url=site.address
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        if login:
            spoken = "zh-hans" if language.startswith("zh") else "en"
            User.objects.filter(username=login).update(language=spoken)
            logged_in(context, User.objects.get(username=login))
        page.goto("/" if login else "/login/")
        return page

    def logged_in(context, user: User) -> None:
        """As after the form: what it does is proved where its tests are, and not paid for by all others."""
        client = Client(headers={"user-agent": "Chrome"})
        client.force_login(user)
        given = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.LANGUAGE_COOKIE_NAME: user.language,
        }
        context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in given.items()])

    yield visit
    for context in contexts:
        context.close()
    assert not errors, errors
