"""A report by mouse and keys: another step, what a figure is, the calls behind it; in both languages."""

import pytest
from playwright.sync_api import expect

from crm.accounts.models import User
from crm.reports.models import Mark
from crm.reports.rollup.marks import work_off
from tests.crm.calls.rows import record
from tests.crm.reports.example import facts

DAY = "since=2024-09-18&until=2024-09-18"


@pytest.fixture
def counted(cast):
    """The worked half-hour in the queue of sales."""
    record(facts())
    while Mark.objects.exists():
        work_off()


def total(page, key: str):
    return page.locator(f"tr.total td[data-key={key}]")


def test_from_the_index_to_the_calls(visitor, counted):
    ada = visitor("ada")
    ada.goto("/reports/")
    ada.click(".report-index >> text=Queues")
    ada.wait_for_url("**/reports/queues/**")  # until its scripts listen
    ada.fill("#since", "2024-09-18")
    ada.fill("#until", "2024-09-18")
    ada.click("#show")
    expect(total(ada, "offered")).to_have_text("11")
    expect(ada.locator("tbody tr")).to_have_count(49)
    expect(ada.locator("#chart[data-drawn='48'] canvas")).to_be_visible()
    assert "since=2024-09-18" in ada.url and "span" not in ada.url

    ada.select_option("#step", "hour")
    expect(ada.locator("tbody tr")).to_have_count(25)
    assert "step=hour" in ada.url
    ada.reload()  # the address holds the question
    expect(ada.locator("tbody tr")).to_have_count(25)

    total(ada, "service_level").locator("button").click()
    told = ada.locator(".explain:popover-open")
    expect(told.locator(".sum")).to_have_text("2 ÷ 11 = 18.2%")
    expect(told.locator(".sum a")).to_have_text(["2", "11"])
    assert "visits.settled~" in told.locator(".sum a").last.get_attribute("href")
    expect(ada.locator("#legend")).to_contain_text("at least 80%")
    expect(told).to_contain_text("formula 1")
    ada.keyboard.press("Escape")
    expect(ada.locator(".explain:popover-open")).to_have_count(0)
    assert ada.evaluate("document.activeElement.dataset.figure") == "service_level_b"
    ada.click("thead th:has-text('Service level') .why")
    expect(ada.locator(".explain:popover-open .variants li")).to_have_count(7)
    expect(ada.locator(".explain:popover-open .variants [aria-current]")).to_have_text("B18.2%")
    ada.keyboard.press("Escape")

    total(ada, "abandoned").locator("a").click()
    expect(ada.locator(".call-rows tbody tr")).to_have_count(4)
    expect(ada.locator(".chips .chip")).to_contain_text("Abandoned · 2024-09-18")
    ada.go_back()
    expect(total(ada, "offered")).to_have_text("11")


def test_the_way_back_is_the_question_before(visitor, counted):
    ada = visitor("ada")
    ada.goto(f"/reports/queues/?{DAY}&step=half_hour&rows=time")
    ada.select_option("#rows", "each")
    expect(ada.locator("tbody tr")).to_have_count(2)
    ada.go_back()
    expect(ada.locator("tbody tr")).to_have_count(49)
    expect(ada.locator("#rows")).to_have_value("time")


@pytest.mark.parametrize("language, missed", [("en", "missed"), ("zh", "未达标")])
@pytest.mark.parametrize("width", [1440, 1024])
def test_compared_and_judged_in_words(visitor, counted, language, missed, width):
    page = visitor("ada", language=language, width=width)
    page.goto(f"/reports/queues/?{DAY}&step=day&rows=each&queues=sales")
    page.click("#more > summary")
    page.select_option("#compare", "week")
    page.select_option("#variant", "A")
    page.click("#more .primary")
    expect(page.locator("tr.compared")).to_have_count(1)  # nobody called in the week before
    expect(total(page, "service_level")).to_contain_text("40.0%")
    expect(total(page, "service_level")).to_contain_text(missed)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for menu in ("#menu-span", "#menu-queues", "#more"):
        page.click(f"{menu} > summary")
        box = page.locator(f"{menu} > .form").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, menu
        page.keyboard.press("Escape")


def test_a_mailing_asks_for_the_day_that_its_rhythm_has(visitor, counted):
    User.objects.filter(username="ada").update(email="ada@example.com")
    ada = visitor("ada")
    ada.goto(f"/reports/queues/?{DAY}")
    ada.click("#save-menu > summary")
    ada.fill("#save-menu [name=name]", "Mine")
    ada.click("#save-menu .primary")
    ada.wait_for_url("**/reports/mine/**")
    ada.click("[popovertarget^=mail-]")
    weekday, day = ada.locator("[name=weekday]"), ada.locator(".asks [name=day]")
    for rhythm, shown in (("daily", (False, False)), ("weekly", (True, False)), ("monthly", (False, True))):
        ada.select_option("[name=rhythm]", rhythm)
        expect(weekday).to_be_visible(visible=shown[0])
        expect(day).to_be_visible(visible=shown[1])
