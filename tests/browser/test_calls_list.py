"""The list of calls by mouse and keys: filtered, arranged, kept as a view, taken out as a file; in both languages."""

import pytest
from playwright.sync_api import expect

from crm.calls import tasks
from crm.calls.models import CallExport, CallView
from tests.crm.audit.test_export import read_csv
from tests.crm.calls.calls import call, many
from tests.crm.pages.test_calls import story_of


@pytest.fixture
def morning(cast, settings, tmp_path):
    """Two calls of Alice, one of Bob, one that nobody took."""
    settings.EXPORTS_DIR = tmp_path
    for n, agent in enumerate(("alice", "alice", "bob")):
        story_of(f"c{n}", agent, first=1 + 100 * n)
    call("lost", queue="support", wait_ms=65_000, ended_by="customer", hangup_cause="ORIGINATOR_CANCEL")


def rows(page):
    return page.locator(".call-rows tbody tr")


def test_filters_are_chips_that_go_one_by_one(visitor, morning):
    sofia = visitor("sofia")
    sofia.goto("/calls/")
    expect(rows(sofia)).to_have_count(4)
    sofia.select_option("[name=agent]", "alice")
    sofia.click("#more > summary")
    sofia.select_option("[name=ended_by]", "agent")
    sofia.fill("[name=talked]", "30")
    sofia.keyboard.press("Enter")
    expect(rows(sofia)).to_have_count(2)
    expect(sofia.locator(".chips .chip")).to_have_count(3)
    assert "outcome" not in sofia.url  # nothing that is empty stands in the address
    sofia.click("[data-chip=agent]")
    expect(rows(sofia)).to_have_count(3)
    sofia.click("text=Clear all")
    expect(rows(sofia)).to_have_count(4)
    sofia.click(".spans >> text=Today")
    expect(sofia.locator(".chips")).to_contain_text("Today")
    expect(sofia.locator(".empty")).to_contain_text("No call fits")


def test_columns_and_a_view_that_the_list_begins_with(visitor, morning):
    sofia = visitor("sofia")
    sofia.goto("/calls/?outcome=abandoned_in_greeting")
    sofia.click("#columns > summary")
    sofia.check("#columns [value=cause]")
    sofia.uncheck("#columns [value=agent]")
    sofia.click("#columns >> text=Apply")
    expect(sofia.locator(".call-rows thead")).to_contain_text("Cause")
    expect(sofia.locator(".call-rows tbody")).to_contain_text("caller gave up")
    sofia.click("#keep > summary")
    sofia.fill("#keep [name=name]", "Given up")
    sofia.check("#keep [name=begin]")
    sofia.check("#keep label:has-text('Team leader') input")
    sofia.click("#keep button.primary")
    expect(sofia.locator(".view-tab[aria-current]")).to_contain_text("Given up")
    sofia.goto("/calls/")
    expect(rows(sofia)).to_have_count(1)
    sofia.click(".view-tab >> text=All calls")
    expect(rows(sofia)).to_have_count(4)
    sofia.click(".view-tab >> text=Given up")
    sofia.click("text=Remove view")
    expect(sofia.locator("[data-twice]")).to_contain_text("Press again")
    assert CallView.objects.count() == 1
    sofia.click("[data-twice]")
    expect(sofia.locator(".view-tab")).to_have_count(1)


@pytest.mark.parametrize(
    "language, words", [("en", ("Export all 4", "Export 2 ticked")), ("zh", ("导出全部 4", "导出已选 2"))]
)
def test_ticked_ordered_and_fetched(visitor, morning, language, words):
    sofia = visitor("sofia", language=language)
    sofia.goto("/calls/")
    button = sofia.locator("#export-what")
    expect(button).to_contain_text(words[0])
    for box in sofia.locator("input[name=calls]").all()[:2]:
        box.check()
    expect(button).to_contain_text(words[1])
    sofia.click("#export-menu > summary")
    sofia.click("#export-menu [value=csv]")
    sofia.wait_for_selector("#exports [data-pending]")
    tasks.exports()  # the worker's beat
    sofia.wait_for_selector("#exports a[download]")  # without a reload
    with sofia.expect_download() as download:
        sofia.click("#exports a[download]")
    assert len(read_csv(download.value.path().read_bytes())) == 3


def test_all_are_taken_when_none_is_ticked_and_an_order_can_be_given_up(visitor, morning):
    sofia = visitor("sofia")
    sofia.goto("/calls/?agent=alice")
    sofia.check("#tick-all")
    expect(sofia.locator("#export-what")).to_contain_text("2 ticked")
    sofia.uncheck("#tick-all")
    for ordered in (1, 2):
        sofia.click("#export-menu > summary")
        sofia.click("#export-menu [value=xlsx]")
        expect(sofia.locator("#exports [data-pending]")).to_have_count(ordered)
    sofia.locator("#exports button").first.click()
    expect(sofia.locator("#exports button")).to_have_count(1)
    tasks.exports()
    expect(sofia.locator("#exports a[download]")).to_have_count(1)
    assert sorted(CallExport.objects.values_list("state", "written")) == [("cancelled", 0), ("ready", 2)]
    assert "agent=alice" in sofia.url


def test_a_menu_closes_by_esc_and_gives_the_focus_back(visitor, morning):
    sofia = visitor("sofia")
    sofia.goto("/calls/")
    sofia.focus("#columns > summary")
    sofia.keyboard.press("Enter")
    sofia.wait_for_selector("#columns[open] form")
    sofia.keyboard.press("Tab")
    sofia.keyboard.press("Escape")
    expect(sofia.locator("#columns[open]")).to_have_count(0)
    assert sofia.evaluate("document.activeElement.parentElement.id") == "columns"


def test_older_and_newer(visitor, morning):
    many(120, name="m")
    ada = visitor("ada")
    ada.goto("/calls/?agent=alice")
    first = rows(ada).first.inner_text()
    ada.click("text=Older")
    ada.click("text=Older")
    expect(rows(ada)).to_have_count(22)
    ada.click("text=Newer")
    ada.click("text=Newer")
    expect(rows(ada)).to_have_count(50)
    assert rows(ada).first.inner_text() == first


@pytest.mark.parametrize("width", [1440, 1024])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_on_the_page(visitor, morning, width, language):
    page = visitor("ada", language=language, width=width)
    assert page.goto("/calls/?agent=alice&queue=support&ended_by=agent&talked=3&waited=2").status == 200
    for menu in ("#more", "#columns", "#keep", "#export-menu"):
        page.click(f"{menu} > summary")
        box = page.locator(f"{menu} > .form").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, menu
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), menu
        page.keyboard.press("Escape")
