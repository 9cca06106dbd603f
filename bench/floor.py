"""What a supervisor's open floor costs: a Chromium tab, 500 agents, 50 facts a second.

Real PostgreSQL, Valkey, web server and feeder; the facts are made up (bench/rig/life.py) and go into the stream as the
daemon's do. ``cpu_percent`` is what the tab's renderer process took of one core while the page was looked at,
``hidden_percent`` while the same tab was hidden (the browser says so to the page itself: it is checked).

The baseline, in the same run, is the same page with the same messages, which draws by ``innerHTML``: all rows anew
at each delta.
"""

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.hall import PASSWORD, SUPERVISOR, Hall  # noqa: E402  after the path
from bench.rig.life import Life  # noqa: E402
from bench.rig.tab import CHROMIUM, Tab  # noqa: E402
from ccsite.run.guard import Guard  # noqa: E402

AGENTS, TALKING, WAITING, FACTS = 500, 260, 40, 50
SETTLES_S = 2.0
"""The first drawing, compiling and all, is not what stays for eight hours."""
BASELINE = """
import { Link } from "/static/js/link.js";
const table = (rows) => `<table class="rows">${rows.join("")}</table>`;
const row = (...cells) => `<tr>${cells.map((cell) => `<td>${cell ?? ""}</td>`).join("")}</tr>`;
new Link("/ws/floor/", (held) => {
  const agents = Object.entries(held.people).map(([login, who]) => {
    const agent = held.agents[login] ?? {}, call = held.calls[agent.call_id] ?? {};
    const told = [agent.state, agent.since, who.name, who.extension, call.shown, call.queue];
    return row(...told, agent.answered, who.department);
  });
  const line = (call) => row(call.shown, call.stage, call.queue, call.agent, call.since);
  const calls = Object.values(held.calls).map(line);
  document.querySelector("#agents").parentElement.innerHTML = `<div id="agents"></div>${table(agents)}`;
  document.querySelector("#calls").parentElement.innerHTML = `<div id="calls"></div>${table(calls)}`;
});
"""


class Traffic:
    """Facts at a steady rate, in a thread; ``rate`` is what it came to."""

    def __init__(self, life: Life) -> None:
        self._life, self._over = life, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.begun = self.before = 0.0

    def __enter__(self) -> "Traffic":
        self.begun, self.before = time.monotonic(), self._life.told
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def rate(self) -> float:
        return (self._life.told - self.before) / (time.monotonic() - self.begun)

    def _run(self) -> None:
        while not self._over.wait(0.01):
            while self._life.told - self.before < (time.monotonic() - self.begun) * FACTS:
                self._life.step()


def show_floor(tab: Tab, address: str) -> None:
    """In a browser of its own: its renderer is the only one that works."""
    tab.go(f"{address}/login/")
    name, word = json.dumps(SUPERVISOR), json.dumps(PASSWORD)
    tab.run(f"id_username.value = {name}; id_password.value = {word}; id_password.form.requestSubmit()")
    tab.wait("!location.pathname.startsWith('/login/') && document.readyState === 'complete'")
    tab.go(f"{address}/floor/")


def measure(hall: Hall, folder: Path, seconds: float) -> dict[str, float]:
    life = Life(hall.redis, hall.logins)
    life.fill(TALKING, WAITING)
    with Traffic(life) as traffic:
        with Tab(folder / "ours") as tab:
            show_floor(tab, hall.address)
            tab.wait("document.querySelector('#agents tr[data-key]') !== null")
            time.sleep(SETTLES_S)
            cpu = tab.cpu_percent(seconds)
            rows = tab.run("document.querySelectorAll('#agents tr[data-key]').length")
            if not 0 < rows < AGENTS / 4:
                raise SystemExit(f"{rows} rows of {AGENTS} are in the document")
            tab.hide()
            time.sleep(SETTLES_S / 2)
            hidden = tab.cpu_percent(seconds)
        with Tab(folder / "plain", {"/js/floor.js": BASELINE}) as plain:
            show_floor(plain, hall.address)
            plain.wait("document.querySelector('#agents + table tr') !== null")
            time.sleep(SETTLES_S)
            baseline = plain.cpu_percent(seconds)
        rate = traffic.rate
    return {"cpu": cpu, "hidden": hidden, "baseline": baseline, "rate": rate, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="4 s each instead of 25 s")
    quick = parser.parse_args().quick
    if not CHROMIUM:
        raise SystemExit("needs Chromium (CHROMIUM=/path/to/it)")
    state = Path(tempfile.mkdtemp(prefix="switchdesk-bench-"))
    state.chmod(0o711)
    seconds = 4.0 if quick else 25.0
    try:
        with Guard() as guard:
            hall = Hall(state, guard)
            hall.start(AGENTS)
            try:
                found = measure(hall, state, seconds)
            finally:
                hall.stop()
    finally:
        shutil.rmtree(state, ignore_errors=True)
    print(
        json.dumps(
            {
                "bench": "floor",
                "cpu_percent": round(found["cpu"], 1),
                "hidden_percent": round(found["hidden"], 2),
                "baseline": "the same page and messages, all tables drawn by innerHTML at each delta",
                "baseline_cpu_percent": round(found["baseline"], 1),
                "agents": AGENTS,
                "facts_per_second": round(found["rate"], 1),
                "rows_in_document": found["rows"],
                "seconds": seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
