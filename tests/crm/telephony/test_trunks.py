"""Trunks: their pages, what is refused, and that a password is told to the daemon alone."""

import importlib

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from crm.telephony.lines import trunk_lines
from crm.telephony.models import Trunk
from crm.telephony.trunks import trunk_add, trunk_change, trunks_secrets
from switchctl.contract import directory, secrets
from switchctl.contract.names import MAIN
from tests.cast import cast_of

SECRET = "of-the-carrier-alone"
FORM = {"name": "telecom", "proxy": "sip.example.net:5060", "transport": "udp", "user": "4008001", "secret": SECRET,
        "register": "on", "prefixes": "021 138", "networks": "198.51.100.0/28", "channels": "30",
        "priority": "2"}  # fmt: skip


@pytest.fixture
def ada(db, bus):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast_of().ada)
    return client


@pytest.mark.django_db(transaction=True)
def test_the_password_goes_to_the_daemon_beside_the_directory_and_nowhere_else(bus, transactional_db):
    cast_of()
    trunk_add(name="telecom", proxy="sip.example.net", user="4008001", secret=SECRET, register=True, priority=2)
    trunk_add(name="first", proxy="198.51.100.7", prefixes=["021"], channels=5)
    out, beside = directory.decode(bus.get(MAIN.directory)), secrets.decode(bus.get(MAIN.secrets))
    assert [(one.gateway, one.prefixes, one.channels, one.register) for one in out.trunks] == [
        ("first", ("021",), 5, False), ("telecom", (), 0, True),
    ]  # fmt: skip
    assert beside.trunks == {"telecom": SECRET} and beside.version == out.version
    assert SECRET.encode() not in bus.get(MAIN.directory) and SECRET not in repr(beside)
    row = Trunk.objects.get(name="telecom")
    assert SECRET not in row.sealed
    trunk_change(trunk=row, register=False, secret="")
    assert secrets.decode(bus.get(MAIN.secrets)).trunks == {}


def test_it_is_added_changed_and_removed_and_its_password_never_shown(ada):
    page = ada.post(reverse("trunk_new"), FORM, follow=True).content.decode()
    row = Trunk.objects.get(name="telecom")
    assert "The trunk telecom was saved." in page and (row.prefixes, row.channels) == (["021", "138"], 30)
    for address in ("trunks", "trunk_rows"):
        assert SECRET not in ada.get(reverse(address)).content.decode()
    own = ada.get(reverse("trunk", args=["telecom"]))
    assert SECRET not in own.content.decode() and "no-store" in own["Cache-Control"]
    ada.post(reverse("trunk", args=["telecom"]), FORM | {"secret": "", "channels": "10"})
    row.refresh_from_db()
    assert row.channels == 10 and trunks_secrets() == {"telecom": SECRET}, "empty keeps it"
    ada.post(reverse("trunk", args=["telecom"]), FORM | {"secret": "", "register": "", "forget": "on"})
    assert trunks_secrets() == {}
    ada.post(reverse("trunk_remove", args=["telecom"]))
    assert not Trunk.objects.exists()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"name": "Tele com"}, "A code is"), ({"proxy": "sip.example.net;x=y"}, "host name"),
        ({"proxy": ""}, "required"), ({"prefixes": "0x1"}, "no beginning"), ({"networks": "10.0.0.0/33"}, "no network"),
        ({"networks": "0.0.0.0/0"}, "everybody in"), ({"secret": ""}, "needs an account"), ({"user": "a b"}, "Letters"),
        ({"channels": "-1"}, "greater"), ({"transport": "sctp"}, "valid choice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(ada, wrong, words):
    page = ada.post(reverse("trunk_new"), FORM | wrong).content.decode()
    assert words in page and SECRET not in page and not Trunk.objects.exists()


def test_a_password_of_another_key_is_lost_and_said_so(db, bus, settings):
    cast_of()
    row = trunk_add(name="telecom", proxy="sip.example.net", secret=SECRET)
    settings.SECRET_KEY = "x" * 50
    assert trunks_secrets() == {} and [line.lost for line in trunk_lines()] == [True]
    with pytest.raises(ValidationError):
        trunk_change(trunk=row, secret="a\nb")


def test_the_gateway_of_the_environment_becomes_a_row(db, bus, monkeypatch):
    move = importlib.import_module("crm.telephony.migrations.0007_trunks").from_the_environment
    move(apps, None)
    assert not Trunk.objects.exists()
    for name, value in {"DIAL_GATEWAY": "carrier", "FREESWITCH_CARRIER": "198.51.100.7:5060",
                        "FREESWITCH_CARRIER_USER": "u", "FREESWITCH_CARRIER_SECRET": SECRET,
                        "FREESWITCH_CARRIER_REGISTER": "true"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    move(apps, None)
    row = Trunk.objects.get()
    assert (row.name, row.proxy, row.register) == ("carrier", "198.51.100.7:5060", True)
    assert trunks_secrets() == {"carrier": SECRET}
