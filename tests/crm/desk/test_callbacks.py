"""Her callbacks at the desk, calls that she schedules, and dialling from lists of customers."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.campaigns.callbacks.services import callback_make
from crm.campaigns.models import Attempt, Callback, CallbackState
from crm.customers.models import CustomerNumber
from crm.customers.services import customer_add
from crm.desk.times import field
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.carrier import carrier

from .campaign import MEI, daemon

HOUR = timedelta(hours=1)


@pytest.fixture
def alice(client, cast, bus, settings):
    carrier()
    daemon(bus)
    client.force_login(cast.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def agreed(user, customer, when=HOUR, **fields) -> Callback:
    given = {"customer_id": customer.pk, "number": MEI, "agent": user, "due_at": timezone.now() + when}
    return callback_make(user=user, **given | fields)


def sent(bus) -> list[commands.Command]:
    return [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]


def card(client) -> str:
    return client.get("/desk/callbacks/").content.decode()


def test_what_is_late_comes_first_and_only_that_button_is_filled(alice, cast):
    li = customer_add(name="Li", numbers=["154 0140 0002"])
    soon = agreed(cast.alice, cast.caller, timedelta(seconds=30), note="about the offer")
    late = agreed(cast.alice, li)
    Callback.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(seconds=200))
    agreed(cast.bob, li, note="of Bob")
    page = card(alice)
    assert page.index("Li") < page.index("Mei Zhang") and re.search(r"late [3-9]:\d\d", page)
    assert page.count('primary" data-call-url') == 1 and "about the offer" in page and "of Bob" not in page
    assert "154****0001" in page and f'data-id="{soon.pk}"' in page


def test_those_of_later_days_stand_apart(alice, cast):
    agreed(cast.alice, cast.caller, timedelta(days=2))
    page = card(alice)
    assert "1 later" in page and "is listed here" in page


def test_she_moves_one_and_takes_it_back(alice, cast):
    one = agreed(cast.alice, cast.caller)
    due = field(timezone.now() + 3 * HOUR)
    assert "Mei Zhang" in alice.post(f"/desk/callbacks/{one.pk}/move/", {"due": due}).content.decode()
    one.refresh_from_db()
    assert field(one.due_at) == due
    for wrong in ("", "2001-01-01T10:00"):
        answer = alice.post(f"/desk/callbacks/{one.pk}/move/", {"due": wrong})
        assert answer.status_code == 409 and answer.json()["error"].endswith(".")
    assert "Mei Zhang" not in alice.post(f"/desk/callbacks/{one.pk}/cancel/").content.decode()
    one.refresh_from_db()
    assert one.state == CallbackState.CANCELLED
    assert alice.post(f"/desk/callbacks/{one.pk}/cancel/").status_code == 409


def test_one_is_called_before_its_time(alice, cast, bus, always_open, django_capture_on_commit_callbacks):
    one = agreed(cast.alice, cast.caller)
    with django_capture_on_commit_callbacks(execute=True):
        answer = alice.post(f"/desk/callbacks/{one.pk}/call/")
    [order] = sent(bus)
    attempt = Attempt.objects.get()
    assert answer.status_code == 202 and answer.json()["id"] == order.id == attempt.pk
    assert (order.number, order.agent, attempt.callback) == (MEI, "alice", one)
    one.refresh_from_db()
    assert one.state == CallbackState.CALLED and "being called" in card(alice)
    again = alice.post(f"/desk/callbacks/{one.pk}/call/")
    assert again.status_code == 409 and len(sent(bus)) == 1


def test_whom_nobody_may_call_she_does_not_call_either(alice, cast, bus, always_open):
    one = agreed(cast.alice, cast.caller)
    line = {"list": "no_call", "way": "out", "reason": "asked", "since": None, "until": None}
    entries_add(user=cast.ada, lines=[(typed_number(MEI), line)])
    answer = alice.post(f"/desk/callbacks/{one.pk}/call/")
    assert answer.status_code == 409 and "do-not-call" in answer.json()["error"] and not sent(bus)
    one.refresh_from_db()
    assert one.state == CallbackState.WAITING and not Attempt.objects.exists()


def test_those_of_others_are_not_hers(client, cast, alice, bus, always_open):
    one = agreed(cast.alice, cast.caller)
    client.force_login(cast.bob)
    for what in ("call", "move", "cancel"):
        fields = {"due": field(timezone.now() + 2 * HOUR)}
        assert client.post(f"/desk/callbacks/{one.pk}/{what}/", fields).status_code == 403
    one.refresh_from_db()
    assert one.state == CallbackState.WAITING and not sent(bus)


@pytest.fixture
def always_open(monkeypatch):
    """Without a campaign the hours are those that a new one has; here they are all of the day."""
    from crm.campaigns.models import Campaign

    monkeypatch.setattr(Campaign._meta.get_field("hours"), "_get_default", lambda: [[["00:00", "24:00"]]] * 7)


def test_calls_are_scheduled_for_those_who_were_ticked(alice, cast):
    li = customer_add(name="Li", numbers=["154 0140 0002", "154 0140 0003"])
    nobody = customer_add(name="No number", numbers=[])
    ids = [cast.caller.pk, li.pk, nobody.pk]
    page = alice.post("/desk/schedule/", {"customers": ids}).content.decode()
    assert all(name in page for name in ("Mei Zhang", "Li", "No number")) and not Callback.objects.exists()
    line = CustomerNumber.objects.get(number="+8615401400003")
    due = field(timezone.now() + HOUR)
    given = {"customers": ids, "lines": [line.pk], "due": due, "agent": cast.alice.pk, "untouched": "on", "note": "x"}
    answer = alice.post("/desk/schedule/", given)
    assert answer.status_code == 400 and "No number" in answer.content.decode()
    made = {one.customer.name: one for one in Callback.objects.select_related("customer")}
    assert set(made) == {"Mei Zhang", "Li"} and made["Li"].number == line.number
    assert all(one.untouched and one.agent == cast.alice and field(one.due_at) == due for one in made.values())


def test_one_customer_leads_back_to_her_page(alice, cast):
    assert f'/desk/schedule/?customers={cast.caller.pk}"' in alice.get(f"/customers/{cast.caller.pk}/").content.decode()
    page = alice.get(f"/desk/schedule/?customers={cast.caller.pk}").content.decode()
    assert "Mei Zhang" in page and "154****0001" in page
    given = {"customers": cast.caller.pk, "due": field(timezone.now() + HOUR), "agent": cast.alice.pk}
    answer = alice.post("/desk/schedule/", given)
    assert answer.headers["Location"] == f"/customers/{cast.caller.pk}/"
    assert not Callback.objects.get().untouched


@pytest.mark.parametrize("wrong", [{"due": ""}, {"due": "2001-01-01T10:00"}, {"agent": ""}, {"agent": "bob"}])
def test_what_makes_no_sense_is_said_and_nothing_is_scheduled(alice, cast, wrong):
    given = {"customers": cast.caller.pk, "due": field(timezone.now() + HOUR), "agent": cast.alice.pk} | wrong
    if wrong == {"agent": "bob"}:
        given["agent"] = cast.bob.pk  # only who manages callbacks gives them to others
    answer = alice.post("/desk/schedule/", given)
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    assert not Callback.objects.exists()


def test_a_supervisor_has_her_agents_call(client, cast, alice):
    client.force_login(cast.sofia)
    given = {"customers": cast.caller.pk, "due": field(timezone.now() + HOUR), "agent": cast.bob.pk}
    assert client.post("/desk/schedule/", given).status_code == 302
    assert Callback.objects.get().agent == cast.bob


def test_nobody_ticked_is_said(alice, cast):
    answer = alice.post("/desk/schedule/")
    assert answer.headers["Location"] == "/customers/"
    assert "Tick the customers" in alice.get("/customers/").content.decode()


def test_a_customer_is_dialled_from_the_list_and_from_her_page_by_the_same_command(alice, cast, bus):
    other = CustomerNumber.objects.create(customer=cast.caller, number="+8615401400009", place=2)
    for address in ("/customers/", f"/customers/{cast.caller.pk}/"):
        page = alice.get(address).content.decode()
        assert f'data-customer="{cast.caller.pk}"' in page and "15401400001" not in page
    assert alice.post("/desk/dial/", {"customer": cast.caller.pk}).status_code == 202
    assert alice.post("/desk/dial/", {"customer": cast.caller.pk, "line": other.pk}).status_code == 202
    assert [(type(one), one.number) for one in sent(bus)] == [(commands.Dial, MEI), (commands.Dial, other.number)]


def test_a_customer_out_of_sight_or_without_a_number_is_not(alice, cast, bus):
    hidden = customer_add(name="Hidden", numbers=["154 0140 0008"], owner=cast.carol)
    bare = customer_add(name="Bare", numbers=[])
    line = CustomerNumber.objects.get(customer=hidden)
    for asked in ({"customer": hidden.pk}, {"customer": bare.pk}, {"customer": "x"},
                  {"customer": cast.caller.pk, "line": line.pk}):  # fmt: skip
        answer = alice.post("/desk/dial/", asked)
        assert answer.status_code == 404 and answer.json()["error"].endswith(".")
    assert not sent(bus)
