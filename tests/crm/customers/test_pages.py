"""The list of customers and the page of one, over HTTP."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.audit.models import Entry
from crm.customers.filters import PAGE
from crm.customers.models import Customer, CustomerNumber
from crm.customers.services import customer_add
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

MOST_QUERIES = 30


@pytest.fixture
def alice(client, cast, bus):
    client.force_login(cast.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def many(cast):
    made = Customer.objects.bulk_create(Customer(name=f"Customer {n:03}", owner=cast.alice) for n in range(2 * PAGE))
    CustomerNumber.objects.bulk_create(CustomerNumber(customer=one, number=f"+8615401{one.pk:06}") for one in made)
    return made


def test_pages_go_there_and_back_and_miss_nobody(alice, many):
    seen, address = [], ""
    while True:
        page = alice.get(f"/customers/{address}").context
        seen += [row[0].pk for row in page["rows"]]
        if not (address := page["found"].older):
            break
        assert page["found"].newer == "" if len(seen) == PAGE else page["found"].newer
    assert len(seen) == len(set(seen)) == Customer.objects.count() and seen == sorted(seen, reverse=True)
    back = alice.get(f"/customers/{alice.get(f'/customers/?before={seen[PAGE - 1]}').context['found'].newer}")
    assert [row[0].pk for row in back.context["rows"]] == seen[:PAGE]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("?q=lotus&kind=person", ["Alice's Own"]), ("?q=harbour&level=gold", ["Mei Zhang"]), ("?level=silver", []),
     ("?q=lotus&kind=company", ["Lotus Trading"]), ("?q=0001", ["Mei Zhang"]),
     ("?owner=none&kind=person", ["林晓", "Mei Zhang"]),
     ("?before=x&owner=x&level=x&after=&project=x&f_x=1&kind=person", None)],
)  # fmt: skip
def test_filters(alice, town, asked, found):
    rows = [row[0].name for row in alice.get(f"/customers/{asked}").context["rows"]]
    assert rows == (["林晓", "Alice's Own", "Mei Zhang"] if found is None else found)


def test_numbers_are_masked_by_role(alice, client, cast, town):
    assert "154****0001" in text(alice.get("/customers/")) and "0140 0001" not in text(alice.get("/customers/"))
    client.force_login(cast.ada)
    assert "154 0140 0001" in text(client.get("/customers/"))


def test_a_page_full_of_customers_asks_little_of_the_database(alice, many):
    for address in ("/customers/", "/customers/?q=customer", f"/customers/{many[0].pk}/"):
        with CaptureQueriesContext(connection, ) as asked:
            assert alice.get(address).status_code == 200
        assert len(asked) <= MOST_QUERIES


def test_her_page_shows_her_calls_and_opens_only_those_of_the_reader(alice, cast):
    stories = [
        Story(f"c{n}", NOON + n * 60 * SECOND).greeted().queued().offered_to(who).answered().hung_up()
        for n, who in enumerate(("alice", "bob"))
    ]
    record(numbered(fact for story in stories for fact in story.facts))
    page = text(alice.get(f"/customers/{cast.caller.pk}/"))
    assert "/calls/c0/" in page and "/calls/c1/" not in page and "Bob" in page


def test_changed_on_her_page(alice, cast):
    fields = {"name": "Mei Zhang", "level": "gold", "company": "Harbour Books", "version": 1, "owner": cast.alice.pk,
              "note": "new", "numbers": "010 6555 1234，15401409999", "was_owner": ""}  # fmt: skip
    answer = alice.post(f"/customers/{cast.caller.pk}/", fields)
    assert answer.status_code == 302
    saved = Customer.objects.get(pk=cast.caller.pk)
    assert (saved.note, saved.owner, saved.numbers.count()) == ("new", cast.alice, 3)
    answer = alice.post(f"/customers/{cast.caller.pk}/", fields)
    assert answer.status_code == 409 and "Alice changed this customer" in text(answer)


def test_who_may_only_look_finds_no_form(client, cast, bus):
    from crm.accounts.services import user_create

    inspector = user_create(username="iris", password="never-typed-anywhere", roles=["data_specialist"])
    client.force_login(inspector)
    assert "<form method=\"post\" class=\"sheet\"" not in text(client.get(f"/customers/{cast.caller.pk}/"))
    assert client.post(f"/customers/{cast.caller.pk}/", {"name": "X"}).status_code == 403
    assert client.get("/customers/new/").status_code == 403


def test_added_on_the_page(alice, cast):
    assert alice.post("/customers/new/", {"name": "", "level": "gold"}).status_code == 422
    answer = alice.post("/customers/new/", {"name": "Wu", "level": "gold", "numbers": "13801001234"})
    assert answer.headers["Location"] == f"/customers/{Customer.objects.get(name='Wu').pk}/"


def test_a_number_is_opened_once_and_noted(client, cast, bus, town):
    number = town["Bob's Own"].numbers.get()
    client.force_login(cast.sofia)
    assert client.post(f"/customers/numbers/{number.pk}/").json() == {"number": "154 0140 2222"}
    entry = Entry.objects.filter(action="numbers.opened").get()
    assert (entry.who, entry.label) == ("sofia", "154****2222")
    client.force_login(cast.boris)
    assert client.post(f"/customers/numbers/{number.pk}/").status_code == 404


def test_whoever_is_out_of_sight_or_erased_is_not_there(alice, town):
    for name in ("Carol's Own", "~7"):
        assert alice.get(f"/customers/{town[name].pk}/").status_code == 404
    assert alice.get("/customers/999999999999/").status_code == 404


def test_a_hostile_name_is_only_text(alice, cast):
    made = customer_add(name="<script>alert(1)</script>", company='"><img src=x>', numbers=[], note="<b>x")
    for address in ("/customers/", f"/customers/{made.pk}/", "/customers/?q=%3Cscript"):
        page = text(alice.get(address))
        assert "<script>alert" not in page and "<img src=x" not in page and "<b>x" not in page
