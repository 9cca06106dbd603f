"""A file of customers, all the way: uploaded, its columns chosen, tried, imported, its bad rows fetched, undone."""

from playwright.sync_api import Page, expect

from crm.customers import tasks
from crm.customers.models import Customer

FILE = "姓名,手机,去处,备注\r\n王芳,13801002001,x,一\r\n李娜,13801002002,x,二\r\n无号,12,x,三\r\n".encode("gb18030")


def test_from_the_file_to_its_customers_and_back(visitor, cast, centre, settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path
    page: Page = visitor("ada")
    page.goto("/customers/")
    page.get_by_role("link", name="Import", exact=True).click()
    page.set_input_files("#file", {"name": "五月.csv", "mimeType": "text/csv", "buffer": FILE})
    page.click("form .primary")
    expect(page.get_by_label("Encoding")).to_have_value("gb18030")
    expect(page.get_by_label("What column 手机 becomes")).to_have_value("number")
    page.get_by_label("What column 去处 becomes").select_option("company")
    page.get_by_label("Name of the import").fill("May")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    tasks.imports()
    expect(page.locator("[data-count=added]")).to_have_text("2")  # the page looks by itself
    expect(page.locator(".bad-rows tbody")).to_contain_text("“12” is not a telephone number.")
    assert not Customer.objects.filter(name="王芳").exists()
    page.click("#start")
    tasks.imports()
    expect(page.get_by_role("link", name="王芳")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="csv").click()
    assert "无号,12,x,三" in download.value.path().read_text("utf-8-sig")
    page.get_by_role("link", name="Show them in the list").click()
    expect(page.locator(".customer-rows tbody tr")).to_have_count(2)
    page.get_by_role("link", name="May").click()
    page.locator("summary", has_text="Undo").click()
    page.click("#undo")
    tasks.imports()
    expect(page.locator("[data-count=removed]")).to_have_text("3")
    assert not Customer.objects.filter(name="王芳").exists()
