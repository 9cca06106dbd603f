"""A supervisor's hour at the floor: figures, finding agents, orders, alarms; and that a reload shows the same."""

import re
import time
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.accounts.services import user_create
from crm.alarms.models import Alarm
from crm.alarms.services import alarm_raise
from crm.alarms.words import LONGEST_WAIT
from crm.calls.figures import Counts, day_begin
from crm.calls.models import QueueVisit
from crm.telephony.services import agent_set
from switchctl.contract import commands, refusals
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from tests.browser.site import until


def visits(**told: int) -> None:
    """Exits of support's visits of the last minutes → how many; answered ones within the threshold."""
    at = max(timezone.now() - timedelta(minutes=2), day_begin(timezone.now()))
    QueueVisit.objects.bulk_create(
        QueueVisit(
            visit=f"{exit}-{n}", call_id=f"{exit}-{n}", queue="support", entered_at=at, exit=exit, wait_ms=9000,
            left_at=at + timedelta(seconds=9),
        )
        for exit, number in told.items()
        for n in range(number)
    )  # fmt: skip


def row(page, name: str):
    return page.locator(f"#agents tr[data-key]:has-text('{name}')")


def test_figures_of_the_rows_stand_in_the_table_and_a_reload_shows_the_same(visitor, centre):
    visits(answered=6, abandoned=2)
    page = visitor("sofia")
    support = page.locator("#queues tr[data-queue=support]")
    expect(support.locator("td").nth(2)).to_have_text("75.0%")
    expect(support.locator("td").nth(2)).to_have_class("number figures rate over")
    expect(support.locator("td").nth(4)).to_have_text("2")
    expect(page.locator("#sum-level")).to_have_text("75.0%")
    expect(page.locator("#sum-abandoned")).to_have_text("25.0%")
    page.wait_for_selector("#chart-day canvas")
    page.locator("#charts summary").click()
    expect(page.locator("#table-day td:text-is('8')")).to_be_visible()  # in whichever quarter of an hour it was
    said = support.inner_text()
    page.reload()
    page.wait_for_selector("#queues tr[data-queue=support] td:text-is('75.0%')")
    until(lambda: support.inner_text() == said)
    centre.sign_in("alice")
    page.wait_for_selector("#bar-words >> text=Ready")


def test_figures_that_nobody_has_counted_are_no_zeros(visitor, site):
    site.feeding(False)
    page = visitor("boris")
    page.wait_for_selector("#queues tr[data-queue=sales]")
    cells = page.locator("#queues tr[data-queue=sales] td")
    assert [cells.nth(place).inner_text() for place in (1, 2, 3, 5)] == ["—"] * 4
    site.feeding(True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_agents_are_found_filtered_and_ordered(visitor, centre, language):
    centre.sign_in("alice")
    centre.state("bob", "paused", "offline", reason="break")
    centre.tell(f.DeviceChanged(extension="2001", registered=True, node="n1"))
    page = visitor("ada", language=language)
    page.wait_for_selector("#agents td.device[data-registered=yes]")
    first = page.locator("#agents tr[data-key]").first
    page.check("[name=agents-order][value=state]", force=True)
    expect(first).to_contain_text("Alice")
    page.check("[name=agents-order][value=department]", force=True)
    expect(first).to_contain_text("Carol" if language == "en" else "客服部")
    page.fill("#agents-search", "2002")
    expect(page.locator("#agents tr[data-key]")).to_have_count(1)
    expect(first).to_contain_text("Bob")
    page.fill("#agents-search", "nobody")
    expect(page.locator("#agents-empty")).to_be_visible()
    page.fill("#agents-search", "")
    page.select_option("#agents-state", "ready")
    expect(page.locator("#agents tr[data-key]")).to_have_count(1)
    expect(first).to_contain_text("空闲" if language == "zh" else "Ready")


def test_an_order_reaches_the_daemon_and_a_refusal_is_said(visitor, centre, redis_client):
    centre.sign_in("alice")
    page = visitor("sofia")
    row(page, "Alice").hover()
    row(page, "Alice").locator("[data-order=Pause]").click()
    page.click("#pause-menu [data-reason=break]")
    until(lambda: redis_client.xlen(MAIN.commands) == 1)
    order = commands.decode(redis_client.xrange(MAIN.commands)[0][1][b"c"])
    assert (type(order), order.agent, order.by, order.reason) == (commands.Pause, "alice", "sofia", "break")
    centre.tell(
        f.CommandRefused(agent="alice", command="Pause", reason=refusals.TALKING, command_id=order.id),
    )
    page.wait_for_selector(".toast >> text=She is in a call. It must end first.")


def test_a_forced_release_takes_two_presses(visitor, centre, redis_client):
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    page = visitor("sofia")
    row(page, "Alice").hover()
    expect(row(page, "Alice").locator("[data-order=Redirect]")).to_have_text("Redirect")  # of who rings at her
    centre.talk("c1", "alice")
    release = row(page, "Alice").locator("[data-order=HangUp]")
    release.click()
    expect(release).to_have_text("Press again")
    assert redis_client.xlen(MAIN.commands) == 0
    release.click()
    until(lambda: redis_client.xlen(MAIN.commands) == 1)
    kinds = [one.get_attribute("data-order") for one in row(page, "Alice").locator("[data-order]").all()]
    assert kinds == ["TakeOver", "SignOut", "Transfer", "HangUp"]  # of a talking agent nothing else is offered
    order = commands.decode(redis_client.xrange(MAIN.commands)[0][1][b"c"])
    centre.tell(f.AgentStateChanged(agent="alice", state="wrapup", previous="talking", command_id=order.id))
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Wrap-up")


def test_an_alarm_comes_is_heard_of_and_taken_care_of(visitor, centre):
    since = time.time_ns() // 1000 - 130_000_000
    centre.tell(
        f.CallArrived(call_id="c1", node="n1", number="15401400001", dialled="4001"),
        f.QueueEntered(call_id="c1", queue="support", visit="v", entered=since, reason="all_busy:signed_in=2"),
    )
    page = visitor("sofia")
    page.wait_for_selector("#no-alarms")
    told = {"queue": "support", "limit": "2:00", "call": "c1", "since": since}
    alarm = alarm_raise("longest_wait", "support", severity="critical", text=LONGEST_WAIT, params=told)
    page.wait_for_selector("#alarms >> text=A caller of Support waits longer than 2:00.")
    expect(page.locator("#alarms-count")).to_have_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.click("#alarms >> text=Why?")
    page.wait_for_selector("#calls .why >> text=2 serve the queue")
    page.click("#alarms >> text=Acknowledge")
    page.wait_for_selector("#alarms li.taken >> text=Sofia")
    assert Alarm.objects.get(pk=alarm.pk).acknowledged_by.username == "sofia"


def test_rows_do_not_move_under_the_pointer(visitor, centre):
    centre.sign_in("alice")
    centre.state("bob", "paused", "offline", reason="break")
    page = visitor("sofia")
    page.wait_for_selector("#agents tr:has-text('Bob') >> text=Paused")
    names = "() => [...document.querySelectorAll('#agents tr[data-key] th')].map((cell) => cell.textContent)"
    page.wait_for_function("() => document.querySelector('#agents tr[data-key] th').textContent === 'Alice'")
    row(page, "Alice").hover()
    centre.state("alice", "paused", reason="break")
    centre.state("bob", "ready", "paused")
    expect(page.locator("#agents-changes")).to_have_text("2 changes")
    assert page.evaluate(names) == ["Alice", "Bob"]
    page.wait_for_selector("#agents tr:has-text('Alice') >> text=Paused")  # what a row says is always true
    page.click("#agents-changes")
    page.wait_for_function("() => document.querySelector('#agents tr[data-key] th').textContent === 'Bob'")
    expect(page.locator("#agents-changes")).to_be_hidden()


def test_of_many_agents_only_those_in_view_are_in_the_document_and_the_keys_reach_all(visitor, cast, centre):
    for n in range(60):
        agent_set(user=user_create(
            username=f"x{n}", password="never-typed-anywhere", display_name=f"Extra {n:02}", roles=["agent"],
            department=cast.alice.department, extension=str(5000 + n), language="en",
        ))  # fmt: skip
    page = visitor("sofia")
    page.wait_for_selector("#agents tr[data-key]")
    expect(page.locator("#agents")).to_have_attribute("aria-rowcount", "63")
    assert page.locator("#agents tr[data-key]").count() < 30
    page.locator("#agents tr[data-key]").first.focus()
    page.keyboard.press("End")
    last = page.locator("#agents tr[data-key]").last
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-rowindex", "63")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#agents tr[aria-rowindex='62']")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator("#agents tr[aria-rowindex='2']")).to_be_focused()


def test_a_timeline_after_a_reload_is_the_one_before(visitor, centre):
    page = visitor("sofia")
    centre.sign_in("alice")
    centre.arrive("c1")
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    centre.hold("c1", "alice")
    page.wait_for_selector("[data-call=c1] .times i[data-stage=held]")
    stages = "() => [...document.querySelectorAll('[data-call=c1] .times i')].map((part) => part.dataset.stage)"
    seen = page.evaluate(stages)
    assert seen == ["arrived", "waiting", "offered", "talking", "held"]
    page.reload()
    page.wait_for_selector("[data-call=c1] .times i[data-stage=held]")
    assert page.evaluate(stages) == seen


def test_the_pages_rates_are_those_of_the_rows(visitor):
    """centre.js divides as crm/calls/figures.py does, nobody included."""
    counts = [
        Counts(), Counts(offered=3, answered=2, in_time=1, abandoned=1), Counts(offered=1, failed=1),
        Counts(offered=11, answered=5, in_time=2, abandoned=4, short=1),
        Counts(offered=9, waiting=4, early=2, answered=5),
        Counts(offered=2, waiting=2, early=2), Counts(offered=2, abandoned=2, short=2),
    ]  # fmt: skip
    rates = """async (counts) => {
      const { serviceLevel, abandonRate } = await import("/static/js/floor/centre.js");
      return counts.map((one) => [serviceLevel(one), abandonRate(one)]);
    }"""
    found = visitor().evaluate(rates, [asdict(one) for one in counts])
    assert found == [[one.service_level, one.abandon_rate] for one in counts]
