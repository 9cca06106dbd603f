"""Fields of the centre in forms: those of a project come with its tick, nothing typed is lost, files are kept."""

import pytest
from playwright.sync_api import Page, expect

from crm.customers.fields.defining import Line, field_save, project_save
from crm.customers.fields.files import path_of
from crm.customers.models import Customer, CustomerFile
from tests.browser.site import until
from tests.browser.test_caller import DRAFTS, ring

PDF = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a contract"}


@pytest.fixture
def fields(cast) -> None:
    sale = project_save(actor=cast.ada, project=None, fields={"name": "Spring sale"})

    def define(code: str, kind: str, *names: str, **settings) -> None:
        lines = [Line(None, name, "", 10 * n, True) for n, name in enumerate(names)]
        fields = {"code": code, "kind": kind, "name": code.capitalize(), **settings}
        field_save(actor=cast.ada, field=None, fields=fields, lines=lines)

    define("spend", "number", decimals=2)
    define("likes", "choices", "Tea", "Books")
    define("contract", "file")
    define("size", "text", project=sale, required=True)


def values(cast) -> dict:
    return Customer.objects.get(pk=cast.caller.pk).values


def test_on_her_page(visitor, cast, centre, fields):
    page: Page = visitor("alice")
    page.goto(f"/customers/{cast.caller.pk}/")
    expect(page.get_by_label("Size")).to_be_hidden()
    page.get_by_label("Spring sale").check()
    page.get_by_label("Size").fill("XL")
    page.get_by_label("Books").check()
    page.get_by_label("Spend").fill("lots")
    page.reload()
    expect(page.get_by_label("Size")).to_have_value("XL")  # the draft, with the project's fields
    expect(page.get_by_label("Books")).to_be_checked()
    page.get_by_label("Contract").set_input_files([PDF])
    page.click(".sheet .primary")
    expect(page.locator(".entry-error")).to_have_text("This is no number. Type digits, such as 1200 or 99.5.")
    expect(page.get_by_role("link", name="合同.pdf")).to_be_visible()
    page.get_by_label("Spend").fill("1,200.5")
    page.click(".sheet .primary")
    page.wait_for_selector(".note-done")
    file = CustomerFile.objects.get()
    assert values(cast) == {"size": "XL", "likes": ["books"], "spend": 1200.5, "contract": str(file.pk)}
    assert path_of(file.pk).read_bytes() == PDF["buffer"]
    assert page.evaluate(DRAFTS) == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="合同.pdf").click()
    assert download.value.suggested_filename == "合同.pdf"


def test_on_the_card_while_she_talks(visitor, cast, centre, fields):
    page: Page = visitor("alice")
    ring(page, centre, number="15401400001")
    page.click("[data-edit]")
    page.wait_for_selector(".card-form")
    expect(page.locator(".card-form").get_by_label("Size")).to_be_hidden()
    page.locator(".card-form").get_by_label("Tea").check()
    page.locator(".card-form").get_by_label("Contract").set_input_files([PDF])
    page.click(".card-form .primary")
    page.wait_for_selector(".card .fields dd:has-text('Tea')")
    expect(page.locator(".card .fields").get_by_role("link", name="合同.pdf")).to_be_visible()
    until(lambda: page.evaluate(DRAFTS) == 0)
    assert values(cast)["likes"] == ["tea"]
