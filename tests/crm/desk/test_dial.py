"""Calling a number from the desk, and calling back from a call: the page need not know the number."""

import pytest

from crm.access.holding import forget
from crm.accounts.models import Role
from crm.calls.models import CallRecord
from crm.customers.models import CallerChoice, Customer, CustomerNumber
from switchctl.contract import commands
from switchctl.contract.names import MAIN
from tests.crm.carrier import carrier

MEI = "+8615401400001"


@pytest.fixture
def line(db):
    """There is a way to the outside."""
    carrier()


def post(client, **fields):
    return client.post("/desk/dial/", fields, headers={"accept-language": "en"})


def dialled(bus) -> list[str]:
    return [commands.decode(fields[b"c"]).number for _, fields in bus.xrange(MAIN.commands)]


def test_a_number_goes_to_the_daemon(client, cast, bus, line):
    client.force_login(cast.alice)
    answer = post(client, number="138 0100 1234")
    assert answer.status_code == 202 and dialled(bus) == ["138 0100 1234"]


def test_what_the_installation_has_not_opened_is_not_sent(client, cast, bus, line, settings):
    settings.DIAL_PREFIXES = ["021"]
    client.force_login(cast.alice)
    answer = post(client, number="138 0100 1234")
    assert answer.status_code == 400 and "not opened" in answer.json()["error"]
    assert post(client, number="021 6000 1234").status_code == 202
    settings.DIAL_PREFIXES = []
    assert post(client, number="021 6000 1234").status_code == 400
    assert post(client, number="110").status_code == 202
    assert dialled(bus) == ["021 6000 1234", "110"]


def test_a_number_that_she_may_not_dial_is_refused_in_words(client, cast, bus, line):
    client.force_login(cast.alice)
    for number in ("+44 20 7946 0000", "nobody", ""):
        answer = post(client, number=number)
        assert answer.status_code == 400 and answer.json()["error"].endswith(".")
    assert not dialled(bus)


def test_who_is_dialled_from_her_file_is_who_is_called_though_others_have_her_number(client, cast, bus, line, settings):
    twin = Customer.objects.create(name="Twin")
    CustomerNumber.objects.create(customer=twin, number=MEI)
    client.force_login(cast.alice)
    answer = post(client, customer=str(twin.pk)).json()
    told = CallerChoice.objects.get()
    assert (told.call_id, told.customer, told.chosen_by) == (answer["id"], twin, cast.alice)
    CallRecord.objects.create(call_id="twins", agent="alice", number=MEI, number_e164=MEI, customer=twin)
    again = post(client, call_id="twins").json()
    assert CallerChoice.objects.get(pk=again["id"]).customer == twin
    settings.DIAL_PREFIXES = []
    assert post(client, customer=str(twin.pk)).status_code == 400
    assert CallerChoice.objects.count() == 2  # what is not sent is no call


def test_a_call_of_hers_is_called_back_though_she_sees_it_masked(client, cast, bus, line):
    CallRecord.objects.create(call_id="hers", agent="alice", number="15401400001", number_e164=MEI)
    client.force_login(cast.alice)
    page = client.get("/calls/hers/").content.decode()
    assert "15401400001" not in page.replace(" ", "") and 'data-dial="hers"' in page
    assert post(client, call_id="hers").status_code == 202
    assert dialled(bus) == [MEI]


def test_calls_of_others_and_withheld_numbers_are_not(client, cast, bus, line):
    CallRecord.objects.create(call_id="bobs", agent="bob", number=MEI, number_e164=MEI)
    CallRecord.objects.create(call_id="withheld", agent="alice")
    client.force_login(cast.alice)
    for call in ("bobs", "withheld", "nonsense"):
        assert post(client, call_id=call).status_code == 404
    assert not dialled(bus)


def test_whose_role_does_not_dial_has_no_box_and_no_button(client, cast, bus, line):
    CallRecord.objects.create(call_id="hers", agent="alice", number="15401400001", number_e164=MEI)
    role = Role.objects.create(code="quiet", name="Quiet", permissions=["desk.use", "calls.see"])
    cast.alice.roles.set([role])
    forget(cast.alice)
    client.force_login(cast.alice)
    assert b'id="dial"' not in client.get("/").content
    assert b"data-dial=" not in client.get("/calls/hers/").content + client.get("/calls/").content
    assert post(client, call_id="hers").status_code == 400
    assert not dialled(bus)


def test_without_a_line_it_is_said(client, cast, bus):
    client.force_login(cast.alice)
    assert "line" in post(client, number="13801001234").json()["error"]
    assert post(client, number="2002").status_code == 202
