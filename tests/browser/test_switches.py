"""The switches: emptying one asks first, and the page changes when the daemon has said so."""

import json
import threading

import pytest

from crm import bus
from switchctl.contract import commands
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN


@pytest.fixture
def two(site, centre):
    """Two switches are up; somebody waits on the first."""
    status(centre, n1=True, n2=True)
    centre.tell(f.LinkChanged(node="n1", up=True, core="c"), f.LinkChanged(node="n2", up=True, core="c"))
    centre.tell(f.DeviceChanged(node="n2", extension="2001", registered=True))
    centre.arrive("c1")
    return centre


def status(centre, **links: bool) -> None:
    """The daemon's own word of its links."""
    centre.client.set(MAIN.daemon, json.dumps({"links": links}))


def answering(centre, fact) -> threading.Thread:
    """The daemon answers the next command with this fact, once."""
    newest = centre.client.xrevrange(MAIN.commands, count=1)

    def body() -> None:
        connection = bus.blocking_client()
        [(_, entries)] = connection.xread({MAIN.commands: newest[0][0] if newest else "0"}, block=90_000)
        centre.tell(fact(commands.decode(entries[0][1][b"c"])))
        connection.close()

    thread = threading.Thread(target=body)
    thread.start()
    return thread


def drained(command):
    state = "draining" if isinstance(command, commands.DrainNode) else "serving"
    return f.NodeStateChanged(node=command.node, state=state, previous="", command_id=command.id)


def test_drain_asks_first_and_return_brings_back(visitor, two):
    page = visitor("ada")
    page.goto("/switches/")
    page.wait_for_selector('tr[data-node="n1"] >> text=Takes calls')
    page.click('tr[data-node="n1"] >> text=Drain…')
    page.click("dialog[open] >> text=Cancel")
    page.wait_for_selector("dialog[open]", state="detached")
    page.click('tr[data-node="n1"] >> text=Drain…')
    page.wait_for_selector("dialog[open] >> text=Calls that are up go on")
    daemon = answering(two, drained)
    page.click("dialog[open] button.reject")
    daemon.join()
    page.wait_for_selector('tr[data-node="n1"] >> text=Takes no new calls · 1 call left')
    two.tell(f.CallEnded(call_id="c1", node="n1", cause="NORMAL_CLEARING", ended_by="customer"))
    two.tell(f.NodeStateChanged(node="n1", state="drained", previous="draining", reason="empty"))
    page.wait_for_selector('tr[data-node="n1"] >> text=Empty: it may be stopped')  # by itself
    page.click('tr[data-node="n2"] >> text=Drain…')
    page.wait_for_selector("dialog[open] >> text=Every new caller will be refused")
    page.keyboard.press("Escape")
    page.click('tr[data-node="n1"] >> text=Return…')
    daemon = answering(two, drained)
    page.click("dialog[open] button.primary")
    daemon.join()
    page.wait_for_selector('tr[data-node="n1"] >> text=Takes calls')


def test_a_supervisor_watches(visitor, two):
    page = visitor("sofia", language="zh")
    page.goto("/switches/")
    page.wait_for_selector('tr[data-node="n2"] >> text=接听新来电')
    assert page.locator("#switches button").count() == 0
    status(two, n1=True, n2=False)
    page.wait_for_selector('tr[data-node="n2"] >> text=无法连接')


@pytest.mark.parametrize("width", [1440, 1024])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_on_the_page(visitor, two, width, language, theme):
    two.tell(f.NodeStateChanged(node="n2", state="draining", previous="serving"))
    page = visitor("ada", language=language, width=width, theme=theme)
    page.goto("/switches/")
    page.wait_for_selector('tr[data-node="n2"] .chip[data-state="paused"]')
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click('tr[data-node="n1"] button[data-opens]')
    box = page.locator("dialog[open]").bounding_box()
    assert box["x"] > 0 and box["x"] + box["width"] < width
