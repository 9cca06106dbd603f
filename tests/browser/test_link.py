"""The page's line to the server: what it does when it is refused, cut, or live without a daemon behind it."""

from django.contrib.sessions.models import Session

from crm.accounts.models import Role
from crm.live import consumers
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN

CUT = """() => {
  window.tries = [];
  window.fetch = async () => Response.json({ ticket: "t" });
  window.WebSocket = class {
    constructor() {
      window.tries.push(Date.now());
      setTimeout(() => this.onclose({ code: 1012 }), 1);
    }
  };
}"""
"""A network on which every socket is closed at once."""


def sockets(page) -> list:
    """All websockets that the page opens from now on."""
    opened = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    return opened


def test_a_floor_that_is_closed_to_her_says_so_once_and_leads_to_the_login(visitor, centre, cast, monkeypatch):
    monkeypatch.setattr(consumers, "RESCOPE_S", 0)
    page = visitor("sofia")
    page.clock.install()
    opened = sockets(page)
    page.goto("/floor/")
    page.wait_for_selector('#link[data-link="live"]')
    cast.sofia.roles.set(Role.objects.filter(code="agent"))
    page.wait_for_selector("#banner.grave:visible")
    assert "This page is closed to you" in page.inner_text("#banner")
    tried = len(opened)
    page.clock.run_for(120_000)
    assert len(opened) == tried
    assert "This page is closed to you" in page.inner_text("#banner")
    page.click("#banner-act")
    page.wait_for_url("**/login/**")


def test_a_logout_elsewhere_is_said_and_the_login_leads_back(visitor, centre, monkeypatch):
    monkeypatch.setattr(consumers, "RESCOPE_S", 0)
    page = visitor("alice")
    centre.sign_in("alice")
    page.wait_for_selector('body[data-state="ready"]')
    Session.objects.all().delete()
    page.wait_for_selector("#banner:has-text('You are logged out')")
    assert page.locator("#verbs button:enabled:visible").count() == 0
    page.click("#banner-act")
    page.wait_for_url("**/login/?next=*")


def test_every_other_close_is_tried_again_a_little_slower(visitor, centre):
    page = visitor("alice")
    page.clock.install()
    page.add_init_script(f"({CUT})()")
    page.goto("/")
    page.clock.run_for(60_000)
    tries = page.evaluate("window.tries")
    gaps = [after - before for before, after in zip(tries, tries[1:], strict=False)]
    assert gaps[0] < 700 and all(900 < gap < 2100 for gap in gaps[-5:]), gaps
    assert "Connection lost" in page.inner_text("#banner")


def test_a_missing_daemon_is_said_and_greys_the_orders_until_it_is_back(visitor, centre, redis_client):
    page = visitor("alice")
    centre.sign_in("alice")
    page.wait_for_selector('body[data-state="ready"]')
    redis_client.delete(MAIN.daemon)
    page.wait_for_selector("#banner:has-text('The call centre service is away')")
    assert page.locator("#verbs button:enabled:visible").count() == 0
    redis_client.set(MAIN.daemon, b"{}")
    page.wait_for_selector("#banner", state="hidden")
    page.wait_for_selector("#verbs [data-order=SignOut]:enabled")


def test_a_switch_without_a_link_is_said_on_desk_and_floor(visitor, centre):
    pages = visitor("alice", language="zh"), visitor("sofia")
    centre.tell(f.LinkChanged(node="n1", up=False, reason="connection refused"))
    pages[0].wait_for_selector("#banner:has-text('交换机连接中断')")
    pages[1].wait_for_selector("#banner:has-text('The telephone switch is away')")
    centre.tell(f.LinkChanged(node="n1", up=True))
    for page in pages:
        page.wait_for_selector("#banner", state="hidden")
