"""Hundreds of attempts to run a script, in every field that a page shows: none runs, none becomes an element."""

import os
from urllib.parse import urlencode

import pytest

from crm.accounts.models import Department, SkillGroup, User
from crm.alarms.services import alarm_raise
from crm.calls.models import CallRecord
from crm.customers.models import Customer, CustomerNumber
from crm.telephony.models import AgentProfile, Disposition, PauseReason, Queue, QueueMember
from tests.browser.payloads import payloads
from tests.browser.site import until
from tests.crm.audit.trail import untold
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

EACH = int(os.environ.get("PROOF_EACH", "20"))
"""One in so many has a page of one call fetched; ``make prove`` takes all."""
COUNT = 500 if EACH == 1 else 100
"""Of each kind there are some among a hundred."""
PAGE = 50
"""Rows of a page of a list."""
NOTED = 20
"""So many of them stand in one note: as many as EACH, so that the pages fetched show them all."""
FOUND = """
(html) => {
  const tree = html === null ? document : new DOMParser().parseFromString(html, "text/html");
  const wrong = (element) => [...element.attributes].some((a) => a.name === "data-pwn" || a.name.startsWith("on")
    || (["href", "src", "action", "formaction", "xlink:href", "data"].includes(a.name) && /^\\s*(javascript|data:[^i])/i.test(a.value)));
  return [...tree.querySelectorAll("*")].filter(wrong).map((element) => element.outerHTML.slice(0, 200));
}"""  # noqa: E501
FETCHED = f"""
async (addresses) => {{
  const found = {FOUND.strip()}, wrong = [];
  for (const address of addresses) {{
    const answer = await fetch(address);
    if (!answer.ok) wrong.push(`${{address}}: ${{answer.status}}`);
    wrong.push(...found(await answer.text()));
  }}
  return wrong;
}}"""


@pytest.fixture
def hostile(cast) -> list[str]:
    """The centre's rows, each displayed field full of attempts; as many calls from as many hostile callers."""
    with untold():
        return everywhere(cast)


@pytest.fixture
def hostile_and_told(cast) -> list[str]:
    """... with their trail."""
    return everywhere(cast)


def everywhere(cast) -> list[str]:
    words = payloads(COUNT)
    short = payloads(COUNT, 60)
    users = User.objects.bulk_create(
        User(username=f"u{n}", display_name=word, extension=str(4000 + n), department=cast.alice.department)
        for n, word in enumerate(words)
    )
    AgentProfile.objects.bulk_create(AgentProfile(user=user) for user in users)
    QueueMember.objects.bulk_create(QueueMember(user=user, queue=cast.support) for user in users[:5])
    for model in (Queue, PauseReason, Disposition):
        model.objects.bulk_create(model(code=f"c{n}", name=word, name_zh=word) for n, word in enumerate(words))
    for model in (Department, SkillGroup):
        model.objects.bulk_create(model(name=word, name_zh=word) for word in words)
    customers = Customer.objects.bulk_create(
        Customer(name=word, company=word, note="\n".join(words[n : n + NOTED]), owner=users[n])
        for n, word in enumerate(words)
    )
    CustomerNumber.objects.bulk_create(
        CustomerNumber(customer=customer, number=f"+86154{n:08}") for n, customer in enumerate(customers)
    )
    stories = [
        Story(f"call-{n}", NOON + n * SECOND, number=f"154{n:08}" if n % 2 else short[n], name=word)
        .greeted().queued(f"c{n}").offered_to(f"u{n}").answered().hung_up().wrapped_up()
        for n, word in enumerate(words)
    ]  # fmt: skip
    record(numbered(fact for story in stories for fact in story.facts))
    for n, code in enumerate(Disposition.objects.exclude(code="resolved")[:COUNT]):
        note = "\n".join(words[n : n + NOTED])
        CallRecord.objects.filter(pk=f"call-{n}").update(note=note, disposition=code, noted_by=users[n])
    for n, word in enumerate(words):
        alarm_raise("disk_full", f"{word}", severity="warning", text=word, params={"path": word, "n": n})
    return words


@pytest.fixture
def watched(visitor):
    """A page of a user that notes each call of ``pwn`` and each dialog; ``check`` says what became of the attempts."""

    def visit(login: str):
        page = visitor(login)
        ran: list[str] = []
        page.context.expose_function("pwn", lambda number="?": ran.append(f"ran {number}"))
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))

        def check(where: str) -> None:
            assert (where, ran, page.evaluate(FOUND, None)) == (where, [], [])

        return page, check

    return visit


def test_the_attempts_are_real(chromium):
    """The control: on a page that does not escape, most of them become elements, and many run."""
    page, all_of_them = chromium.new_page(), payloads()
    ran = []
    page.expose_function("pwn", lambda number="?": ran.append(number))
    found = sum(len(page.evaluate(FOUND, f"<body><p>{word}</p>")) > 0 for word in all_of_them)
    page.set_content("".join(f"<p>{word}</p>" for word in all_of_them if word.startswith(("<img", "<svg", "<scr"))))
    until(lambda: len(ran) > 5)
    page.close()
    assert found > 0.9 * len(all_of_them)


@pytest.mark.timeout(900)
def test_nothing_runs_on_the_pages(hostile_and_told, watched):
    hostile = hostile_and_told
    page, check = watched("ada")
    lists = [f"/calls/?page={n}" for n in range(1, COUNT // PAGE + 1)]
    people = ["/staff/users/", "/staff/departments/", "/staff/roles/", "/staff/roles/matrix/", "/staff/skills/"]
    lists += [*people, *(f"/staff/users/?page={n}" for n in range(2, COUNT // PAGE + 2)), "/sessions/", "/profile/"]
    audited = ("customers_customer", "telephony_queue", "accounts_user", "telephony_disposition")
    lists += ["/audit/", *(f"/audit/?kind={kind}" for kind in audited)]
    lists += [f"/privacy/?{urlencode({'q': word})}" for word in hostile[::50]]
    customers = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    lists += ["/customers/", *(f"/customers/?before={pk}" for pk in customers[PAGE::PAGE]), "/customers/new/"]
    lists += [f"/customers/?{urlencode({'q': word})}" for word in hostile[::50]]
    for address in (
        "/customers/",
        f"/customers/{customers[7]}/",
        "/calls/",
        lists[COUNT // PAGE // 2],
        "/calls/call-7/",
        "/calls/call-8/",
        "/alarms/",
        "/switches/",
        "/floor/",
        "/staff/users/",
        "/staff/departments/",
        "/staff/skills/",
        "/audit/",
        "/privacy/?q=%3Cimg",
    ):
        page.goto(address)
        check(address)
    details = [f"/calls/call-{n}/" for n in range(0, COUNT, EACH)]
    details += [f"/customers/{pk}/" for pk in customers[::EACH]]
    assert page.evaluate(FETCHED, [*lists, *details]) == []
    filters = ("number", "queue", "agent", "day", "outcome")
    tried = hostile[::EACH]
    asked = [
        "/calls/?" + urlencode(dict(zip(filters, tried[n:] + tried[:n], strict=False)))
        for n in range(0, len(tried), 1 if EACH == 1 else len(filters))
    ]
    assert page.evaluate(FETCHED, asked) == []
    check("fetched")


def test_nothing_runs_on_the_floor_as_it_lives(hostile, watched, centre):
    page, check = watched("ada")
    page.goto("/floor/")
    several = range(0, COUNT, 5)
    for n in several:
        centre.arrive(f"live-{n}", number=f"154{n:08}" if n % 2 else hostile[n][:60], name=hostile[n], queue=f"c{n}")
        centre.state(f"u{n}", "paused", "offline", reason=f"c{n}")
    page.wait_for_selector(f"#calls[aria-rowcount='{len(several) + 1}']")
    page.locator("#calls tr[data-key]").first.focus()
    while page.locator(f"#calls tr:focus[aria-rowindex='{len(several) + 1}']").count() == 0:
        check("floor")
        page.keyboard.press("PageDown")
    check("floor")


def test_nothing_runs_at_the_desk(hostile, watched, centre, site):
    page, check = watched("alice")
    centre.sign_in("alice")
    for n in (1, 2, COUNT // 11, COUNT // 3, COUNT // 2, COUNT * 2 // 3 + 1, COUNT * 4 // 5, COUNT - 1):
        centre.arrive(f"d{n}", number=f"154{n:08}" if n % 2 else hostile[n][:60], name=hostile[n])
        centre.offer(f"d{n}", "alice")
        page.wait_for_selector("#work .card")
        page.wait_for_selector(f"#notes[data-call='d{n}']", state="attached")
        check(f"desk d{n}")
        if n % 2:  # known by her number
            page.click("[data-edit]")
            page.wait_for_selector(".card-form")
            check(f"form d{n}")
        centre.talk(f"d{n}", "alice")
        centre.end(f"d{n}", "alice")
        centre.state("alice", "ready", "wrapup")
        page.wait_for_selector("#work .card", state="detached")
        check(f"desk after d{n}")


def test_nothing_runs_on_the_page_of_login(chromium, site, cast):
    page = chromium.new_page()
    ran: list[str] = []
    page.expose_function("pwn", lambda number="?": ran.append(number))
    page.goto(site.address + "/login/?next=javascript:pwn(1)")
    for word in payloads(100, 32)[::15]:
        page.evaluate("(word) => { document.querySelector('#id_username').value = word }", word)
        page.fill("#id_password", word)
        with page.expect_navigation():  # the page before it had its complaint, too
            page.click("form.login-form button.primary")
        page.wait_for_selector(".note-alarm")
        assert (ran, page.evaluate(FOUND, None)) == ([], [])
    page.close()
