"""Numbers that callers dial: their page, and the one space that all numbers share."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from crm.rooms.models import Room
from crm.telephony.extensions import extension_add, extension_remove
from crm.telephony.models import Extension, Route
from crm.telephony.numbers import Way, route_add, route_set
from crm.telephony.numberspace import conflict
from switchctl.contract import directory
from switchctl.contract.names import MAIN
from tests.cast import cast_of


@pytest.fixture
def ada(db, bus):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast_of().ada)
    return client


def told(bus, number: str) -> directory.Route:
    routes = directory.decode(bus.get(MAIN.directory)).routes
    return next(route for route in routes if route.number == number)


@pytest.mark.django_db(transaction=True)
def test_what_a_number_leads_to_is_told_to_the_daemon(bus, transactional_db):
    cast = cast_of()
    route_add(number="4100", way=Way("extension", queue="support", extension="2001", greeting=""))
    out = told(bus, "4100")
    assert (out.target, out.to, out.queue, out.greeting) == ("extension", "2001", "support", "")
    route_set(number="4100", queue=cast.sales)
    out = told(bus, "4100")
    assert (out.target, out.to, out.queue, out.greeting) == ("queue", "", "sales", "ivr/greeting.wav")


def test_it_is_added_led_elsewhere_and_removed(ada):
    form = {"number": "4100", "target": "extension:2001", "unanswered": "support", "greeting": ""}
    page = ada.post(reverse("number_add"), form, follow=True).content.decode()
    row = Route.objects.get(number="4100")
    assert "The number 4100 was added." in page and (row.extension.number, row.queue.code) == ("2001", "support")
    ada.post(reverse("number_change", args=["4100"]), {"target": "queue:sales", "greeting": "ivr/greeting.wav"})
    row.refresh_from_db()
    assert (row.target, row.extension, row.queue.code) == ("queue", None, "sales")
    ada.post(reverse("number_remove", args=["4100"]))
    assert not Route.objects.filter(number="4100").exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_leads_into_a_room(bus, transactional_db):
    hall = Room.objects.create(code="hall", name="Hall", pin=directory.pin_digest("hall", "4711"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast_of().ada)
    form = {"number": "4100", "target": "room:hall", "unanswered": "support", "greeting": "ivr/greeting.wav"}
    page = client.post(reverse("number_add"), form, follow=True).content.decode()
    assert "asks for the pin" in page and "Hall" in page
    out = told(bus, "4100")
    assert (out.target, out.to, out.queue, out.greeting) == ("room", "hall", "", "")
    page = client.post(reverse("room_remove", args=["hall"]), follow=True).content.decode()
    assert "Callers dial 4100 for this room." in page and Room.objects.filter(pk=hall.pk).exists()
    client.post(reverse("number_change", args=["4100"]), {"target": "queue:sales", "greeting": ""})
    assert (told(bus, "4100").to, Route.objects.get(number="4100").room) == ("", None)


@pytest.mark.parametrize(
    "asked",
    [
        {"number": "110"}, {"number": "4001"}, {"number": "2001"}, {"number": "x"}, {"number": ""},
        {"target": "queue:none"}, {"target": "extension:9"}, {"target": "room:1"}, {"target": ""},
        {"target": "extension:2001", "unanswered": "none"}, {"greeting": "../etc"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(ada, asked):
    before = Route.objects.count()
    form = {"number": "4100", "target": "queue:support", "greeting": ""} | asked
    page = ada.post(reverse("number_add"), form, follow=True).content.decode()
    assert 'class="note-alarm"' in page and Route.objects.count() == before


def test_one_space_of_numbers(db, bus):
    cast = cast_of()
    assert conflict("2050") == "" and conflict("10086") and conflict("119") and conflict("4001") and conflict("2001")
    for number in ("110", "119", "4001", "10086", "95588", "0123"):
        with pytest.raises(ValidationError):
            extension_add(number=number)
    # A carrier may number a line as the extension behind it: it leads there, and to nothing else.
    route_add(number="2002", way=Way("extension", extension="2002"))
    with override("en"), pytest.raises(ValidationError, match="2002 is an extension"):
        route_set(number="2002", queue=cast.support)
    hall = extension_add(number="2077")
    route_add(number="4177", way=Way("extension", extension="2077"))
    with override("en"), pytest.raises(ValidationError, match="4177 leads to it"):
        extension_remove(extension=hall)
    assert Extension.objects.filter(number="2077").exists()


def test_the_database_knows_too_that_each_leads_somewhere(db, bus):
    cast_of()
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.create(number="4555")
