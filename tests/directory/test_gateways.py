"""Trunks as the switch is told of them."""

from xml.etree import ElementTree as xml

import pytest

from switchctl.contract.directory import Directory, Trunk
from switchctl.contract.secrets import Secrets
from switchctl.directory.answers import NOT_FOUND, Answers
from switchctl.directory.gateways import digest, known

ASKED = {"section": "directory", "tag_name": "domain", "key_name": "name", "key_value": "cc.test",
         "purpose": "gateways", "profile": "external"}  # fmt: skip
TELECOM = Trunk(gateway="telecom", proxy="sip.example.net:5070", transport="tls", user="4008001", register=True,
                networks=("198.51.100.0/28",))  # fmt: skip


def answers(*trunks: Trunk, **secrets: str) -> Answers:
    return Answers(Directory(trunks=trunks), Secrets(domain="cc.test", trunks=secrets))


def test_a_gateway_with_all_that_it_needs():
    root = xml.fromstring(answers(TELECOM, telecom='<&">').answer(ASKED))
    assert [one.get("cidr") for one in root.iter("user")] == ["198.51.100.0/28"]
    (gateway,) = root.iter("gateway")
    told = {one.get("name"): one.get("value") for one in gateway}
    assert gateway.get("name") == "telecom" and told["password"] == '<&">'
    assert told["proxy"] == "sip.example.net:5070;transport=tls" and told["realm"] == "sip.example.net"
    assert (told["register"], told["register-transport"], told["ping"]) == ("true", "tls", "15")


@pytest.mark.parametrize(
    "asked", [{"profile": "internal"}, {"key_value": "other.test"}, {"section": "configuration"}, {"purpose": "x"}]
)
def test_others_are_told_nothing(asked: dict[str, str]):
    assert answers(TELECOM, telecom="s").answer(ASKED | asked) == NOT_FOUND


def test_networks_are_asked_without_a_profile_and_none_are_not_found():
    asked = {name: value for name, value in ASKED.items() if name != "profile"} | {"purpose": "network-list"}
    assert b"198.51.100.0/28" in answers(TELECOM).answer(asked)
    assert answers().answer(asked) == NOT_FOUND == answers(Trunk(gateway="carrier")).answer(ASKED)


def test_another_password_is_another_gateway():
    marks = [digest(answers(TELECOM, telecom=word).gateways.values()) for word in ("a", "b", "a")]
    assert marks[0] == marks[2] != marks[1] and "a" * 16 not in marks


def test_the_list_of_the_switch_is_read():
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<gateways><gateway><name>one</name><profile>external</profile>'
        "<state>REGED</state><status>UP</status></gateway><gateway><name>two</name><profile>internal</profile>"
        "<state>NOREG</state><status>UP</status></gateway></gateways>"
    )
    assert known(text) == {"one": "REGED/UP"}
    with pytest.raises(ValueError):
        known("-ERR no reply")
