"""The page of the extensions."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from crm.telephony.extensions import has_secret
from crm.telephony.models import Extension
from tests.cast import cast_of


@pytest.fixture
def ada(db, bus):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast_of().ada)
    return client


def test_a_new_secret_is_shown_once_and_never_again(ada):
    page = ada.post(reverse("extension_secret", args=["2001"])).content.decode()
    secret = re.search(r'id="secret">([a-z2-9-]{27})<', page)
    assert secret and has_secret(Extension.objects.get(number="2001"))
    for again in (ada.get(reverse("extensions")), ada.get(reverse("extension_rows"))):
        assert secret[1] not in again.content.decode()
        assert "no-store" in again["Cache-Control"]


def test_a_phone_of_nobody_is_added_named_and_removed(ada):
    ada.post(reverse("extension_add"), {"number": "2090", "name": "Hall", "kind": "phone"})
    hall = Extension.objects.get(number="2090")
    ada.post(reverse("extension_change", args=["2090"]), {"name": "Reception", "kind": "browser"})
    hall.refresh_from_db()
    assert (hall.name, hall.kind) == ("Reception", "browser")
    told = ada.post(reverse("extension_remove", args=["2090"]), follow=True).content.decode()
    assert "Extension 2090 was removed." in told and not Extension.objects.filter(number="2090").exists()


@pytest.mark.parametrize(
    "asked", [{"number": "110"}, {"number": "2001"}, {"number": "4001"}, {"number": "2091", "kind": "fax"}, {}]
)
def test_what_is_wrong_is_said(ada, asked):
    before = Extension.objects.count()
    told = ada.post(reverse("extension_add"), {"kind": "phone"} | asked, follow=True).content.decode()
    assert 'class="note-alarm"' in told and Extension.objects.count() == before


def test_a_users_extension_is_not_removed(ada):
    told = ada.post(reverse("extension_remove", args=["2001"]), follow=True).content.decode()
    assert "It belongs to Alice" in told and Extension.objects.filter(number="2001").exists()
