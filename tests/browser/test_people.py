"""People: a role made in three steps opens a page for whom it is given; its data scope shows whose data."""

import os
from itertools import product

import pytest
from playwright.sync_api import expect

from crm.accounts.models import Department, Role, SkillGroup, User
from tests.crm.pages.test_calls import story_of

LONG = "Verwaltungsgemeinschaftsangelegenheitenabteilung für besonders anspruchsvolle Kundinnen"


def make_role(page, name: str, *permissions: str, scope: str, people: str) -> None:
    """The three steps, with mouse and keys, up to the summary."""
    page.goto("/staff/roles/")
    page.click("text=Add role")
    page.fill("#name", name)
    page.keyboard.press("Enter")
    page.check(f"[name=scope][value={scope}]")
    for code in permissions:
        page.focus(f"[name=permissions][value='{code}']")
        page.keyboard.press("Space")
    page.click(".actions >> text=Next")
    page.fill("#list", people)
    page.click("text=Add to the list")
    page.wait_for_selector("#holders >> text=alice")
    page.click(".actions >> text=Next")


def test_a_role_in_three_steps_opens_a_page(visitor):
    alice = visitor("alice")
    assert alice.goto("/alarms/").status == 403
    alice.goto("/calls/")
    assert alice.locator(".nav li >> text=Alarms").count() == 0
    ada = visitor("ada")
    make_role(ada, "Alarm desk", "alarms.see", scope="own", people="2001, nobody-here")
    expect(ada.locator("#changes")).to_contain_text("Alice")
    expect(ada.locator("#changes")).to_contain_text("See alarms")
    ada.click("#main >> text=Back")
    expect(ada.locator("#holders")).to_contain_text("alice")  # nothing was lost on the way back
    ada.click(".actions >> text=Next")
    ada.click("text=Save role")
    ada.wait_for_selector(".flash.success >> text=1 person holds it")
    alice.reload()
    alice.click(".nav li >> text=Alarms")
    alice.wait_for_selector("h1:has-text('Alarms')")
    row = f"#role-{Role.objects.get(name='Alarm desk').pk}"
    ada.click(f"{row} >> text=Remove…")
    ada.wait_for_selector("dialog[open] >> text=Alice")
    ada.click("dialog[open] button.reject")
    ada.wait_for_selector(".flash.success >> text=was removed")
    assert alice.goto("/alarms/").status == 403


def test_a_scope_of_the_own_department_shows_her_departments_calls_only(visitor, centre):
    for number, agent in enumerate(("alice", "bob", "carol")):
        story_of(f"c{number}", agent, number=f"1540140990{number}", first=1 + 100 * number)
    alice = visitor("alice")
    alice.goto("/calls/")
    expect(alice.locator(".call-rows tbody tr")).to_have_count(1)
    assert alice.goto("/floor/").status == 403
    ada = visitor("ada")
    make_role(ada, "Shift lead", "calls.see", "floor.watch", scope="department", people="alice")
    ada.click("text=Save role")
    ada.wait_for_selector(".flash.success")
    alice.goto("/calls/")
    agents = alice.locator(".call-rows tbody tr td:nth-child(5)")
    expect(agents).to_have_count(2)
    assert sorted(agents.all_inner_texts()) == ["Alice", "Bob"]
    assert alice.goto("/calls/c2/").status == 404
    alice.goto("/floor/")
    for login in ("bob", "carol"):
        centre.sign_in(login)
    alice.wait_for_selector("#agents >> text=Bob")
    assert alice.locator("#agents >> text=Carol").count() == 0


def test_whole_areas_by_one_press(visitor):
    ada = visitor("ada")
    ada.goto("/staff/roles/new/")
    ada.fill("#name", "Everything about calls")
    ada.click(".actions >> text=Next")
    boxes = ada.locator("[data-area=calls] input")
    ada.click("[data-area=calls] >> text=Grant all")
    assert all(box.is_checked() for box in boxes.all())
    ada.click("[data-area=calls] >> text=Revoke all")
    assert not any(box.is_checked() for box in boxes.all())


def test_a_user_is_ended_after_a_question_and_taken_back(visitor, cast):
    ada = visitor("ada")
    ada.goto(f"/staff/users/{cast.alice.pk}/")
    ada.click("text=End…")
    ada.click("dialog[open] >> text=Cancel")
    ada.click("text=End…")
    ada.click("dialog[open] button.reject")
    ada.wait_for_selector(".flash.success >> text=can no longer log in")
    ada.click("text=Take back")
    ada.wait_for_selector("#password")


@pytest.fixture
def crowded(cast):
    """Long names, 40 roles, a tree of twelve levels, 30 skill groups."""
    place = cast.alice.department
    for level in range(12):
        place = Department.objects.create(name=f"{LONG[:50]} {level}", name_zh=f"第{level}级部门", parent=place)
    codes = ["calls.see", "calls.note", "alarms.see", "floor.watch", "users.see"]
    roles = [
        Role.objects.create(code=f"r{n}", name=f"{LONG[:40]} {n}", permissions=codes[: n % 5 + 1], scope="below")
        for n in range(40)
    ]
    groups = [SkillGroup.objects.create(name=f"{LONG[:40]} {n}", description=LONG) for n in range(30)]
    cast.support.skill_groups.set(groups[:12])
    for n in range(60):
        User.objects.create(username=f"agent-with-a-long-login-{n:04}", display_name=LONG[:70], department=place)
    cast.alice.display_name, cast.alice.department = LONG[:80], place
    cast.alice.save()
    cast.alice.roles.add(*roles[:6])
    for group in groups[:8]:
        group.memberships.create(user=cast.alice, level=7)
    return cast, groups[0], roles[0]


WAYS = [*product((1440, 1024), ("en", "zh"), ("light", "dark"))]
"""All of them with ``make prove``: each takes a dozen seconds. The longer words in the narrower window tell most."""


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    WAYS if os.environ.get("PROOF_EACH") else [(1024, "en", "light"), (1440, "zh", "dark")],
)
def test_they_fit_on_the_page(visitor, crowded, width, language, theme):
    cast, group, role = crowded
    page = visitor("ada", language=language, width=width, theme=theme)
    for path in (
        "users/", "users/new/", f"users/{cast.alice.pk}/", "users/import/", "departments/", "roles/", "roles/matrix/",
        f"roles/{role.pk}/", f"roles/{role.pk}/?people=1", "skills/", f"skills/{group.pk}/",
    ):  # fmt: skip
        assert page.goto(f"/staff/{path}").status == 200
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
