"""Photographs every page in both languages, both themes and two widths, and the desk in each of its states.

    .venv/bin/python docs/pictures.py [--site http://host:port --logins FILE] [--to FOLDER] [--only NAME]

Without --site a demonstration of its own is started, as `make run` does, and ended. It needs Chromium and the tests'
tools (`make setup-dev`). The pictures and an index.html lie in var/pictures. What the browser complains about, a page
that is wider than the window, and a text that is cut off are printed; then the exit code is 1.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.pagelist import ADMINISTRATOR, AGENT, NOBODY, PAGES, SUPERVISOR, Shown  # noqa: E402  after the path

LOOKS = [
    (language, theme, width) for language in ("zh", "en") for theme in ("light", "dark") for width in (1440, 1024)
]
LOCALES = {"zh": ("zh-CN", "zh-hans"), "en": ("en-GB", "en")}
DEMO = {AGENT: ("wangfang", "emma"), SUPERVISOR: ("linyan",) * 2, ADMINISTRATOR: ("admin",) * 2}
"""Who photographs a page in Chinese and in English."""
CUT = """() => [...document.querySelectorAll("button, th, .chip, h1, h2, .nav a span, label")].filter((e) =>
  e.offsetParent && e.clientWidth && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow !== "visible"
  && getComputedStyle(e).clipPath === "none").map((e) => e.textContent.trim().slice(0, 40))"""


@contextmanager
def site() -> Iterator[tuple[str, Path]]:
    """A demonstration of our own: its address and the file with its logins. It may take minutes on a busy machine."""
    from ccsite.run.ports import free_port

    folder = Path(tempfile.mkdtemp(prefix="switchdesk-pictures-"))
    folder.chmod(0o711)
    ports = {"PORT": str(free_port()), "ESL_PORT": str(free_port())}
    ports |= {name: f"127.0.0.1:{free_port()}" for name in ("SWITCHCTL_LEASE", "SWITCHCTL_HTTP")}
    more = {"SWITCHDESK_VAR": str(folder / "var"), "SIM_OPTIONS": "--rate 20 --most-calls 16"}
    printed = folder / "printed"
    with printed.open("wb") as out:
        run = subprocess.Popen([sys.executable, "-m", "ccsite.run"], cwd=ROOT, env={**os.environ, **ports, **more},
                               stdout=out, stderr=out, start_new_session=True)  # fmt: skip
    try:
        deadline = time.monotonic() + 600
        while "Switchdesk runs at" not in printed.read_text():
            if run.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"it did not start: {printed.read_text()}")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{ports['PORT']}", folder / "var" / "demo-logins"
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


class Camera:
    """Visits pages in one look and keeps what it sees. ``complaints`` are sentences."""

    def __init__(self, browser: Browser, address: str, logins: dict[str, str], to: Path) -> None:
        self.browser, self.address, self.logins, self.to = browser, address, logins, to
        self.complaints: list[str] = []
        self.made: list[tuple[str, str]] = []

    def visit(self, who: str, language: str, theme: str, width: int) -> Page:
        locale, code = LOCALES[language]
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale=locale, color_scheme=theme, base_url=self.address,
            reduced_motion="reduce",
        )  # fmt: skip
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self.complaints.append(f"{page.url}: {said.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto("/login/")
        if who != NOBODY:
            login = DEMO[who][0 if language == "zh" else 1]
            page.fill("#id_username", login)
            page.fill("#id_password", self.logins[login])
            page.keyboard.press("Enter")
            page.wait_for_selector("nav.nav")
        if page.locator("html").get_attribute("lang") != ("zh-Hans" if language == "zh" else "en"):
            with page.expect_navigation():
                page.locator(f".language:has([name=language][value={code}])").evaluate("form => form.submit()")
        return page

    def take(self, page: Page, name: str, look: tuple[str, str, int]) -> None:
        file = f"{name}-{look[0]}-{look[1]}-{look[2]}.png"
        page.evaluate("document.fonts.ready")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.complaints.append(f"{file}: wider than the window")
        self.complaints += [f"{file}: cut off: {text}" for text in page.evaluate(CUT)]
        page.screenshot(path=self.to / file, animations="disabled")
        self.made.append((name, file))

    def show(self, page: Page, shown: Shown, look: tuple[str, str, int]) -> None:
        from django.urls import reverse

        page.goto(reverse(shown.url) + shown.query)
        for selector in shown.click:
            page.click(selector)
            page.wait_for_load_state()
        for key in shown.keys:
            page.keyboard.press(key)
        page.wait_for_selector(shown.ready, state="attached")
        self.take(page, shown.name, look)


def is_in(page: Page, *states: str) -> None:
    page.wait_for_selector(",".join(f'body[data-state="{state}"]' for state in states), timeout=120_000)


def desk_states(camera: Camera, language: str) -> None:
    """One agent's day by keys, photographed in each state: real calls on the simulated switch."""
    page = camera.visit(AGENT, language, "light", 1440)

    def all_looks(name: str) -> None:
        for theme in ("light", "dark"):
            for width in (1440, 1024):
                page.evaluate("theme => { localStorage.setItem('theme', theme); "
                              "document.documentElement.dataset.theme = theme; }", theme)  # fmt: skip
                page.set_viewport_size({"width": width, "height": 900})
                camera.take(page, name, (language, theme, width))

    def other_number() -> None:
        page.wait_for_selector("#dial-number:visible")
        page.fill("#dial-number", "13800001111")
        page.keyboard.press("Enter")

    page.goto("/")
    is_in(page, "offline")
    all_looks("desk-offline")
    page.keyboard.press("Control+Enter")
    is_in(page, "paused")
    all_looks("desk-paused")
    other_number()
    is_in(page, "dialling")
    all_looks("desk-dialling")
    page.keyboard.press("F2")
    is_in(page, "talking")
    page.wait_for_selector(".card")
    all_looks("desk-talking-dialled")
    page.keyboard.press("F9")
    is_in(page, "wrapup", "paused")
    page.keyboard.press("Control+Enter")
    is_in(page, "paused", "ready", "offered")
    if page.locator('body[data-state="paused"]').count():
        page.keyboard.press("Control+Enter")
    is_in(page, "ready", "offered")
    if page.locator('body[data-state="ready"]').count():
        all_looks("desk-ready")
    is_in(page, "offered")
    page.wait_for_selector(".card")
    camera.take(page, "desk-offered", (language, "light", page.viewport_size["width"]))
    page.keyboard.press("F2")
    is_in(page, "talking")
    all_looks("desk-talking")
    page.keyboard.press("F8")
    is_in(page, "held")
    all_looks("desk-held")
    page.keyboard.press("F8")
    is_in(page, "talking")
    page.keyboard.press("F9")
    is_in(page, "wrapup")
    all_looks("desk-wrapup")
    page.keyboard.press("Control+Enter")
    is_in(page, "paused", "ready", "offered")
    page.context.close()


def index(to: Path, made: list[tuple[str, str]]) -> None:
    """All of them on one page, a row for each page of the site."""
    rows: dict[str, list[str]] = {}
    for name, file in made:
        rows.setdefault(name, []).append(file)
    parts = ["<!doctype html><meta charset=utf-8><title>Pictures</title><style>img { width: 24% }</style>"]
    for name, files in rows.items():
        parts.append(f"<h2>{escape(name)}</h2>")
        for file in map(escape, files):
            parts.append(f'<a href="{file}"><img loading="lazy" src="{file}" alt="{file}"></a>')
    (to / "index.html").write_text("\n".join(parts), encoding="utf-8")


def photograph(address: str, logins: Path, to: Path, only: str) -> list[str]:
    """What there is to complain about."""
    to.mkdir(parents=True, exist_ok=True)
    passwords = {line.split()[0]: line.split()[1] for line in logins.read_text().splitlines() if line.strip()}
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        camera = Camera(browser, address, passwords, to)
        for language in LOCALES:
            if only in ("", "desk"):
                desk_states(camera, language)
        for look in LOOKS:
            for who in (NOBODY, AGENT, SUPERVISOR, ADMINISTRATOR):
                wanted = [shown for shown in PAGES if shown.who == who and only in ("", shown.name)]
                if wanted:
                    page = camera.visit(who, *look)
                    for shown in wanted:
                        camera.show(page, shown, look)
                    page.context.close()
        browser.close()
    index(to, camera.made)
    return camera.complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", help="address of one that runs; else one is started")
    parser.add_argument("--logins", type=Path, default=ROOT / "var/demo-logins", help="its file of demo logins")
    parser.add_argument("--to", type=Path, default=ROOT / "var/pictures")
    parser.add_argument("--only", default="", help="the name of one page")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended, then, too
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")
    import django

    django.setup()
    if asked.site:
        complaints = photograph(asked.site, asked.logins, asked.to, asked.only)
    else:
        with site() as (address, logins):
            complaints = photograph(address, logins, asked.to, asked.only)
    print(f"{asked.to / 'index.html'}")
    print(*dict.fromkeys(complaints), sep="\n")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
