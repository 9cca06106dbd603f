"""Pages of other systems in Chromium, with the sample billing system running.

Chromium holds back what opens without a click, and lets a page lead a window that a click opened before. But whatever
playwright waits for counts as a click: so where a window must be held back, the page is told that it was.
"""

import threading

import pytest
from django.utils import timezone

from crm.accounts.models import User
from crm.popups.models import Moment, Opens
from crm.popups.services import host_add, lookup_make, popup_make, popup_secret
from docs.examples.billing.billing import Billing, server
from tests.browser.site import until


@pytest.fixture
def billing(cast, settings):
    settings.OUTWARD_ALLOWED = ["127.0.0.0/8"]
    made = Billing("")
    runs = server(made, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{runs.server_port}"
    made.register("15401400001", "Mei Zhang", 128.5)
    threading.Thread(target=runs.serve_forever, args=(0.05,), daemon=True).start()
    host_add(actor=cast.ada, name=made.address.removeprefix("http://"), plain=True)
    page = {"name": "Bills", "url": f"{made.address}/customer?number={{number}}&worker={{work_number}}", "whole": True}
    popup = popup_make(actor=cast.ada, fields={**page, "opens": Opens.WINDOW})
    made.popup_secret = popup_secret(actor=cast.ada, popup=popup, now=timezone.now())
    yield made
    runs.shutdown()
    runs.server_close()


def ring(page, centre, call: str, number: str = "15401400001"):
    centre.arrive(call, number=number)
    centre.offer(call, "alice")
    page.wait_for_selector('body[data-state="offered"]')


def test_a_window_opened_once_follows_the_calls(visitor, centre, cast, billing):
    User.objects.filter(pk=cast.alice.pk).update(work_number="8001")
    fields = {"name": "Account", "url": f"{billing.address}/api/subscriber?number={{number}}"}
    lookup_make(actor=cast.ada, fields={**fields, "answer": "Balance = account.balance"})
    page = visitor("alice")
    centre.sign_in("alice")
    with page.context.expect_page() as opening:
        page.click("#windows a")
    window = opening.value
    window.wait_for_selector("text=waits for your calls")
    ring(page, centre, "c1")
    window.wait_for_selector("text=Call of 15401400001, taken by 8001")
    page.wait_for_selector(".outside-told dd:text-is('128.50')")
    centre.talk("c1", "alice")
    centre.end("c1", "alice")
    centre.finish("c1", "alice")
    page.wait_for_selector('body[data-state="ready"]')
    ring(page, centre, "c2", number="15409990000")
    window.wait_for_selector("text=Call of 15409990000")
    window.wait_for_selector("text=No subscriber has this number")
    page.wait_for_selector("text=It does not know her")
    assert len(page.context.pages) == 2


def test_what_the_browser_holds_back_waits_for_a_click(visitor, centre, cast, billing):
    after = {"name": "Summary", "url": f"{billing.address}/after?record={{record}}", "moment": Moment.END}
    billing.popup_secret = ""
    popup_make(actor=cast.ada, fields=after)
    page = visitor("alice")
    page.evaluate("window.open = () => null")
    centre.sign_in("alice")
    ring(page, centre, "c1")
    page.wait_for_selector("#outside a.held-back:has-text('Bills')")
    assert page.is_hidden("#outside a:has-text('Summary')") and len(page.context.pages) == 1
    with page.context.expect_page() as opening:
        page.click("#outside a.held-back")
    opening.value.wait_for_selector("text=Call of 15401400001")
    page.wait_for_selector("#outside a.held-back", state="detached")
    centre.talk("c1", "alice")
    centre.end("c1", "alice")
    page.wait_for_selector('body[data-state="wrapup"]')
    with page.context.expect_page() as opening:
        page.click("#outside a:has-text('Summary')")
    opening.value.wait_for_selector("text=After the call c1")
    assert opening.value.evaluate("window.opener") is None
    until(lambda: len(page.context.pages) == 3)
