"""Who calls, on the desk: added, found, chosen, changed, while the call goes on and nothing typed is lost."""

from crm.calls.models import CallRecord
from crm.customers.models import CallerChoice, Customer
from crm.customers.services import customer_add
from tests.browser.site import until

DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('customer:')).length"
FOCUS = "document.activeElement.id || document.activeElement.name || document.activeElement.tagName"


def ring(page, centre, number: str = "13801001234", call: str = "c1"):
    centre.sign_in("alice")
    centre.arrive(call, number=number)
    centre.offer(call, "alice")
    page.wait_for_selector('body[data-state="offered"]')
    page.wait_for_selector("#card")
    page.wait_for_selector("#notes", state="attached")


def talk(page, centre, call: str = "c1"):
    centre.talk(call, "alice")
    page.wait_for_selector('body[data-state="talking"]')


def test_an_unknown_caller_is_added_while_it_rings_and_her_name_is_everywhere(visitor, centre, site):
    page, floor = visitor("alice"), visitor("sofia")
    site.recording(False)  # the choice comes before the record
    ring(page, centre)
    page.wait_for_selector(".card h2:text-is('Unknown caller')")
    page.click("[data-add]")
    page.wait_for_selector(".card-form")
    until(lambda: page.evaluate(FOCUS) == "customer_name")
    page.keyboard.type("Wu Lan")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card h2:has-text('Wu Lan')")
    page.wait_for_selector("#caller:text-is('Wu Lan')")
    floor.wait_for_selector("#calls >> text=Wu Lan")
    until(lambda: page.evaluate(DRAFTS) == 0)
    made = Customer.objects.get(name="Wu Lan")
    assert made.numbers.get().number == "+8613801001234" and CallerChoice.objects.get().customer == made
    talk(page, centre)
    centre.end("c1", "alice")
    centre.finish("c1", "alice")
    page.wait_for_selector('body[data-state="ready"]')
    site.recording(True)
    until(lambda: CallRecord.objects.filter(pk="c1", customer=made, agent="alice").exists())
    page.reload()
    page.wait_for_selector("#recent >> text=Wu Lan")


def test_a_caller_is_found_by_keys_linked_and_her_number_remembered(visitor, centre, cast):
    page = visitor("alice")
    ring(page, centre)
    page.wait_for_selector("#card-search")
    page.keyboard.press("c")
    until(lambda: page.evaluate(FOCUS) == "card-search")
    page.keyboard.type("harbour")
    page.wait_for_selector("#card-found [data-choice]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card h2:has-text('Mei Zhang')")
    page.click("text=Remember it")
    page.wait_for_selector(".card-ask", state="detached")
    until(lambda: cast.caller.numbers.count() == 2)
    until(lambda: page.evaluate("document.getElementById('card').contains(document.activeElement)"))


def test_several_matches_are_chosen_by_a_key_and_changed_by_another(visitor, centre, cast):
    sister = customer_add(name="Li Zhang", numbers=["15401400001"])
    page = visitor("alice")
    ring(page, centre, number="15401400001")
    talk(page, centre)
    page.wait_for_selector("h2:text-is('Several customers')")
    page.keyboard.press("c")
    page.keyboard.press("2")
    page.wait_for_selector(".card h2:has-text('Li Zhang')")
    page.wait_for_selector("#caller:text-is('Li Zhang')")
    assert page.locator("#notes [name=disposition]:checked").count() == 0  # there the digits choose the outcome
    until(lambda: CallRecord.objects.filter(pk="c1", customer=sister).exists())
    page.click("[data-choice]")  # the same number: change to her
    page.wait_for_selector(".card h2:has-text('Mei Zhang')")
    page.wait_for_selector("#caller:text-is('Mei Zhang')")
    until(lambda: CallRecord.objects.filter(pk="c1", customer=cast.caller).exists())


def test_what_is_typed_about_her_outlives_every_state_and_a_reload(visitor, centre, cast):
    page = visitor("alice")
    ring(page, centre, number="15401400001")
    page.click("[data-edit]")
    page.wait_for_selector(".card-form")
    page.fill("#customer_note", "call her after four")
    page.focus("#customer_note")
    talk(page, centre)
    assert page.input_value("#customer_note") == "call her after four"
    assert page.evaluate(FOCUS) == "customer_note"
    centre.end("c1", "alice")
    page.wait_for_selector('body[data-state="wrapup"]')
    assert page.input_value("#customer_note") == "call her after four"
    assert page.evaluate(FOCUS) == "customer_note"
    page.reload()
    page.wait_for_selector(".card-form")
    until(lambda: page.input_value("#customer_note") == "call her after four")
    until(lambda: CallRecord.objects.filter(pk="c1", agent="alice").exists())
    centre.finish("c1", "alice")  # the form goes with the call: what was typed is saved
    page.wait_for_selector('body[data-state="ready"]')
    until(lambda: Customer.objects.get(pk=cast.caller.pk).note == "call her after four")
    until(lambda: page.evaluate(DRAFTS) == 0)


def test_two_who_edit_at_once_lose_nothing(visitor, centre, cast):
    page, other = visitor("alice"), visitor("bob")
    ring(page, centre, number="15401400001")
    page.click("[data-edit]")
    page.wait_for_selector(".card-form")
    page.fill("#customer_note", "hers")
    other.goto(f"/customers/{cast.caller.pk}/")
    other.fill("#customer_note", "his")
    other.fill("#customer_company", "Harbour Music")
    other.click(".sheet .primary")
    other.wait_for_selector(".note-done")
    page.click(".card-form .primary")
    page.wait_for_selector("#stale:has-text('Bob changed this customer')")
    assert page.input_value("#customer_note") == "hers"
    assert page.input_value("#customer_company") == "Harbour Music"
    assert page.inner_text(".entry-news") == "Now: his"
    page.click(".card-form .primary")
    page.wait_for_selector(".who h2:has-text('Mei Zhang')")
    saved = Customer.objects.get(pk=cast.caller.pk)
    assert (saved.note, saved.company, saved.version) == ("hers", "Harbour Music", 3)
    until(lambda: page.evaluate(DRAFTS) == 0)


def test_what_is_wrong_is_said_in_her_language_beside_its_field(visitor, centre):
    page = visitor("alice", language="zh", theme="dark", width=1024)
    ring(page, centre)
    page.click("[data-add]")
    page.wait_for_selector(".card-form")
    page.fill("#customer_name", "吴兰")
    page.fill("#customer_numbers", "12")
    page.click(".card-form .primary")
    page.wait_for_selector(".entry-error:text-is('“12”不是电话号码。')")
    assert page.input_value("#customer_name") == "吴兰"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_unsaved_change_on_her_page_is_there_again(visitor, cast):
    page = visitor("alice")
    page.goto(f"/customers/{cast.caller.pk}/")
    page.fill("#customer_note", "half a sent")
    page.goto("/customers/?q=mei")
    page.click("tbody th a")
    page.wait_for_selector("[data-restored]:visible")
    until(lambda: page.input_value("#customer_note") == "half a sent")
    page.click("[data-giveup]")
    page.wait_for_selector("[data-restored]", state="hidden")
    until(lambda: page.input_value("#customer_note") == "")
