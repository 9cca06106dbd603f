"""Logging in, in both languages, and the theme."""

import pytest


@pytest.mark.parametrize(
    ("language", "heading", "wrong"), [("en", "Log in", "do not belong"), ("zh", "登录", "不匹配")]
)
def test_a_wrong_password_then_the_right_one(visitor, language, heading, wrong):
    page = visitor(language=language)
    assert page.inner_text("h1") == heading
    page.fill("#id_username", "alice")
    page.fill("#id_password", "nonsense")
    page.keyboard.press("Enter")
    page.wait_for_selector(".note-alarm")
    assert wrong in page.inner_text(".note-alarm")
    page.fill("#id_password", "correct-horse-battery")
    page.keyboard.press("Enter")
    page.wait_for_selector('body[data-state="offline"]')


def test_the_language_switch_changes_every_word_and_stays(visitor):
    page = visitor("alice", language="zh")
    page.wait_for_selector("text=我的队列")
    page.click("button:has-text('English')")
    page.wait_for_selector("text=My queues")
    page.goto("/calls/")
    assert page.inner_text("h1") == "Calls"


def test_light_and_dark_follow_the_system_until_chosen(visitor):
    page = visitor("alice", theme="dark")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.click("[data-theme-switch]")
    assert page.evaluate(theme) == "light"
    page.reload()
    assert page.evaluate(theme) == "light"


def test_logging_out_closes_the_desk(visitor):
    page = visitor("alice")
    page.click("button:has-text('Log out')")
    page.wait_for_url("**/login/**")
    page.goto("/")
    assert "/login/" in page.url


def test_after_the_login_the_page_speaks_the_persons_language_not_the_browsers(visitor, cast):
    from crm.accounts.models import User

    page = visitor(language="zh")
    assert page.inner_text("h1") == "登录"
    page.fill("#id_username", "alice")
    page.fill("#id_password", "correct-horse-battery")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=My queues")
    page.click("button:has-text('中文')")
    page.wait_for_selector("text=我的队列")
    assert User.objects.get(pk=cast.alice.pk).language == "zh-hans"
