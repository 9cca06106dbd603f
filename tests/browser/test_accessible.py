"""axe-core finds nothing serious on any page, in either theme; on the desk in each of its states.

Colours are most of its work. The frame around the pages is the same on all, so its colours are asked on the first page
of each person, and those of every fourth other page in one theme, by turns; all pages take their colours from the same
few names. ``make prove`` (PROOF_EACH) asks all on every page.
"""

import os
import time
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import timezone

from crm.calls.models import CallRecord
from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.models import Sound
from crm.integrations.services import integration_make
from crm.numberlists.models import ListedNumber
from crm.telephony.models import SpeedDial
from crm.webhooks.services import webhook_make
from docs.pagelist import ADMINISTRATOR, AGENT, NOBODY, PAGES, SUPERVISOR
from switchctl.contract import facts as f
from tests.browser.site import until
from tests.crm.campaigns.people import campaign_of, lead_of
from tests.crm.carrier import carrier
from tests.crm.desk.campaign import attempt_of
from tests.crm.desk.campaign import campaign_of as desk_campaign_of
from tests.crm.desk.campaign import lead_of as desk_lead_of

CAST = {AGENT: "alice", SUPERVISOR: "sofia", ADMINISTRATOR: "ada"}
GRAVE = ("serious", "critical")
OF_COLOURS = ("color-contrast", "link-in-text-block")


FRAME = ("nav.nav", "footer.statusline")


def faults(page, name: str, options: dict, without: tuple[str, ...] = ()) -> list[str]:
    """What keeps people out, with the elements that do; by these options of axe, outside of these elements."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "([context, options]) => axe.run(context, options).then(found => found.violations)",
        [{"exclude": [[one] for one in without]}, {"resultTypes": ["violations"], **options}],
    )
    return [
        f"{name}: {one['id']} ({one['impact']}): {node['html'][:160]} {' '.join(why['message'] for why in node['any'])}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:4]
    ]


THEMES = ("light", "dark")


def in_both_themes(page, name: str, without: tuple[str, ...] = (), themes: tuple[str, ...] = THEMES) -> list[str]:
    """A theme is nothing but other colours, so only the rules about colours are asked twice. ``without``: elements
    whose colours are not asked."""
    found = faults(page, name, {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}})
    for theme in themes:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        found += faults(page, f"{name}, {theme}", {"runOnly": OF_COLOURS}, without)
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", [NOBODY, AGENT, SUPERVISOR, ADMINISTRATOR])
def test_every_page(visitor, centre, cast, who):
    centre.sign_in("alice")
    for call in ("c1", "c2"):
        centre.arrive(call)
    centre.offer("c1", "alice")
    centre.talk("c1", "alice")
    centre.end("c1", "alice")
    until(lambda: CallRecord.objects.filter(call_id="c1", ended_at__isnull=False).exists())
    ListedNumber.objects.create(list="black", way="in", kind="prefix", first="+86138001", reason="nuisance")
    lead_of(campaign_of(mode="preview", name="Autumn"), customer=cast.caller)
    Sound.objects.create(name="Notice", kind="prompt", file="uploaded/notice.wav", sha256="0" * 64, size=44, ms=2000)
    carrier()
    for owner in (None, cast.alice):
        SpeedDial.objects.create(owner=owner, code="10", name="Bob", number="2002")
    program = integration_make(actor=cast.ada, name="收费系统", now=timezone.now())
    webhook = {"name": "events", "url": "https://billing.example.com/events"}
    webhook_make(actor=cast.ada, integration=program, fields=webhook, now=timezone.now())
    page, found = visitor(CAST.get(who, "")), []
    whole = bool(os.environ.get("PROOF_EACH"))
    for number, shown in enumerate(shown for shown in PAGES if shown.who == who):
        page.goto(reverse(shown.url) + shown.query)
        for selector in shown.click:
            page.click(selector)
            page.wait_for_load_state()
        for key in shown.keys:
            page.keyboard.press(key)
        page.wait_for_selector(shown.ready, state="attached")
        themes = THEMES if whole or number == 0 else (THEMES[number // 4 % 2],) * (number % 4 == 1)
        found += in_both_themes(page, shown.name, without=() if whole or number == 0 else FRAME, themes=themes)
    assert not found, "\n".join(found)


def test_the_desk_in_each_state_and_the_bar_of_other_pages(visitor, centre, cast):
    lead = desk_lead_of(desk_campaign_of(cast), cast.caller)
    due = timezone.now() + timedelta(minutes=30)
    callback_make(user=cast.alice, customer_id=cast.caller.pk, number=lead.number, agent=cast.alice, due_at=due)
    page, other, found = visitor("alice"), visitor("alice"), []
    other.goto(reverse("calls"))

    def look(state: str) -> None:
        page.wait_for_selector(f'body[data-state="{state}"]')
        with_call = state in ("offered", "talking", "held", "wrapup")
        page.wait_for_selector(".card:visible" if with_call else "#idle:visible")
        found.extend(in_both_themes(page, f"desk, {state}"))

    look("offline")
    centre.state("alice", "paused", "offline", reason="break")
    look("paused")
    centre.state("alice", "ready", "paused")
    page.click("[data-take-button]:enabled")
    page.wait_for_selector("#next .lead")
    look("ready")  # and a customer is shown to her
    centre.arrive("c1")
    centre.offer("c1", "alice")
    look("offered")
    other.wait_for_selector("#own-bar:visible")
    found += in_both_themes(other, "calls, with the bar")
    centre.talk("c1", "alice")
    look("talking")
    centre.hold("c1", "alice")
    look("held")
    centre.resume("c1", "alice")
    centre.end("c1", "alice")
    look("wrapup")
    centre.finish("c1", "alice")
    look("ready")
    attempt_of(lead, cast.alice, "c2")
    until_us = time.time_ns() // 1000 + 30_000_000
    centre.tell(
        f.CallArrived(call_id="c2", node="n1", number="15401400001", dialled="", direction="outbound"),
        f.DialStarted(call_id="c2", node="n1", offer="c2-o", agent="alice", dials="15401400001"),
    )
    centre.state("alice", "dialling", offer="c2-o", call_id="c2", until=until_us)
    page.wait_for_selector('body[data-state="dialling"]')
    page.wait_for_selector("#campaign .script")
    found += in_both_themes(page, "desk, dialling")
    assert not found, "\n".join(found)
