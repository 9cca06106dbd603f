"""Whatever goes away and comes back, desk and floor say what is true, and nobody reloads a page."""

import logging
import time

import pytest

from tests.browser.test_hours import press

log = logging.getLogger(__name__)

LIVE = '#link[data-link="live"]'


@pytest.fixture
def site(living):
    return living.site


def state(page, *wanted: str):
    page.wait_for_selector(",".join(f'body[data-state="{one}"]' for one in wanted))


def alice_is(floor, word: str):
    floor.wait_for_selector(f"#agents tr:has-text('Alice') >> text={word}")


def at_work(living, visitor):
    """Alice talks to a caller; her desk, and the floor on which Sofia sees it. Also the call's id."""
    desk, floor = visitor("alice"), visitor("sofia")
    state(desk, "offline")
    desk.keyboard.press("Control+Enter")
    state(desk, "paused")
    desk.keyboard.press("Control+Enter")
    state(desk, "ready")
    call = living.switch.call("15401400001")
    state(desk, "offered")
    press(desk, "F2", 'body[data-state="talking"]')
    alice_is(floor, "Talking")
    return desk, floor, call


def both_see_the_end(desk, floor, what: str) -> None:
    """The caller hung up meanwhile: Alice wraps up, and nothing is left of the call on the floor."""
    begun = time.monotonic()
    state(desk, "wrapup")
    alice_is(floor, "Wrap-up")
    floor.wait_for_selector("#calls [data-call]", state="detached")
    for page in (desk, floor):
        page.wait_for_selector(LIVE)
    log.info("true again %.2f s after %s", time.monotonic() - begun, what)


def test_a_reload_and_a_second_tab(living, visitor):
    desk, floor, call = at_work(living, visitor)
    desk.keyboard.press("F8")
    state(desk, "held")
    second = desk.context.new_page()
    second.goto("/")
    state(second, "held")
    desk.reload()
    floor.reload()
    state(desk, "held")
    alice_is(floor, "On hold")
    second.keyboard.press("F8")
    state(desk, "talking")
    state(second, "talking")
    living.switch.sim(f"hangup {call}")
    both_see_the_end(desk, floor, "a reload")
    state(second, "wrapup")


def test_the_daemon_is_started_anew(living, visitor):
    desk, floor, call = at_work(living, visitor)
    living.stop_daemon()
    for page in (desk, floor):
        page.wait_for_selector("#banner:visible")  # its sign of life is over
    living.switch.sim(f"hangup {call}")
    living.start_daemon()
    both_see_the_end(desk, floor, "a restart of the daemon")


def test_the_web_is_started_anew(living, visitor):
    desk, floor, call = at_work(living, visitor)
    living.site.serving(False)
    living.switch.sim(f"hangup {call}")
    living.site.serving(True)
    both_see_the_end(desk, floor, "a restart of the web")


def test_redis_is_started_anew(living, visitor):
    desk, floor, call = at_work(living, visitor)
    living.stop_redis()
    living.switch.sim(f"hangup {call}")
    living.start_redis()
    both_see_the_end(desk, floor, "a restart of Redis")


def test_thirty_seconds_without_network(living, visitor):
    """The sockets stay open and hear nothing: the worst case, for nothing tells the page but the silence."""
    desk, floor, call = at_work(living, visitor)
    deaf = {desk: False, floor: False}

    def through(page):
        def route(socket):
            server = socket.connect_to_server()
            server.on_message(lambda text: deaf[page] or socket.send(text))
            socket.on_message(lambda text: deaf[page] or server.send(text))

        page.route_web_socket("**/ws/**", route)
        page.clock.install()
        page.reload()
        page.wait_for_selector(LIVE)

    for page in (desk, floor):
        through(page)
    state(desk, "talking")
    for page in (desk, floor):
        deaf[page] = True
        page.clock.fast_forward(30_000)
        page.wait_for_selector("#banner:visible")
    living.switch.sim(f"hangup {call}")
    assert desk.locator('body[data-state="talking"]').count() == 1  # as it was, and said to be old
    for page in (desk, floor):
        deaf[page] = False
    both_see_the_end(desk, floor, "30 s without network")
