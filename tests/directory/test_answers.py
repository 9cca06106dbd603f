"""What the switch is told when it asks who a phone is, and who may ask."""

import base64
import io
from urllib.parse import urlencode
from xml.etree import ElementTree as xml

import pytest

from switchctl.contract.directory import Directory, Extension
from switchctl.contract.secrets import Secrets
from switchctl.directory.answers import NOT_FOUND, Answers
from switchctl.directory.door import LONGEST, Door
from switchctl.esl import rowcommands
from switchctl.esl.commands import CommandError

HASH = "0" * 31 + "a"
DIRECTORY = Directory(extensions=(Extension(number="1001", user="alice"), Extension(number="1002")))
SECRETS = Secrets(domain="cc.test", phones={"1001": HASH, "9999": HASH})
ASKED = {
    "hostname": "node1", "section": "directory", "tag_name": "domain", "key_name": "name", "key_value": "cc.test",
    "Event-Name": "REQUEST_PARAMS", "action": "sip_auth", "sip_auth_realm": "cc.test", "user": "1001",
    "domain": "cc.test",
}  # fmt: skip


def told(**asked: str) -> bytes:
    return Answers(DIRECTORY, SECRETS).answer(ASKED | asked)


def test_a_phone_with_a_secret_is_told_to_be_kept_without_end() -> None:
    document = xml.fromstring(told())
    user = document.find("section[@name='directory']/domain[@name='cc.test']/groups/group/users/user[@id='1001']")
    assert user is not None and user.get("cacheable") == "true"
    params = {one.get("name"): one.get("value") for one in user.iter("param")}
    assert params == {"a1-hash": HASH}
    assert [one.get("value") for one in user.iter("variable")] == ["phones"]
    dial = document.find("section/domain/params/param[@name='dial-string']")
    assert dial is not None and "sofia_contact(internal/" in str(dial.get("value"))


@pytest.mark.parametrize(
    "asked",
    [
        {"user": "1002"},  # no secret was made for it
        {"user": "9999"},  # its row is gone
        {"user": '1001"><action application="system"/>'},
        {"user": ""},
        {"domain": "other.test"},
        {"domain": ""},
        {"section": "dialplan"},
        {"section": "configuration"},
        {"purpose": "network-list", "user": ""},
    ],
)
def test_everything_else_is_not_found(asked: dict[str, str]) -> None:
    assert told(**asked) == NOT_FOUND
    assert b'status="not found"' in NOT_FOUND


def test_no_domain_is_no_realm() -> None:
    nobody = Answers(DIRECTORY, Secrets(phones={"1001": HASH}))
    assert nobody.answer(ASKED | {"domain": ""}) == NOT_FOUND


def ask(door: Door, body: bytes, authorization: str, method: str = "POST", length: str = "") -> tuple[str, bytes]:
    status, _headers, answer = door(
        {
            "REQUEST_METHOD": method, "HTTP_AUTHORIZATION": authorization, "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": length or str(len(body)),
        }
    )  # fmt: skip
    return status.split()[0], answer


def basic(secret: str) -> str:
    return "Basic " + base64.b64encode(f"node1:{secret}".encode()).decode()


def test_only_a_switch_with_the_secret_of_its_event_socket_may_ask() -> None:
    door = Door(["one:secret", "another"], Answers(DIRECTORY, SECRETS).answer)
    form = urlencode(ASKED).encode()
    for good in ("one:secret", "another"):
        assert ask(door, form, basic(good)) == ("200", told())
    for bad in ("", "Basic", "Basic !!", basic("secret"), basic(""), f"Bearer {basic('another')[6:]}", basic("é")):
        assert ask(door, form, bad) == ("401", b"")
    assert ask(door, form, basic("another"), "GET")[0] == "405"
    assert door.asked == 2


@pytest.mark.parametrize("length", ["-1", "x", "0", str(LONGEST + 1)])
def test_a_form_that_is_none_is_not_found(length: str) -> None:
    door = Door(["s"], Answers(DIRECTORY, SECRETS).answer)
    assert ask(door, urlencode(ASKED).encode(), basic("s"), length=length) == ("200", NOT_FOUND)


def test_any_bytes_are_a_form() -> None:
    door = Door(["s"], Answers(DIRECTORY, SECRETS).answer)
    assert ask(door, b"\xff\x00=%%%&&user=1001", basic("s")) == ("200", NOT_FOUND)


@pytest.mark.parametrize("bad", ["", "10 01", "1001\n\napi status", "-x", "${x}", "1001@x"])
def test_what_is_no_extension_or_domain_goes_into_no_command(bad: str) -> None:
    for write in (rowcommands.forget_phone, rowcommands.unregister, rowcommands.know_phone):
        for words in ((bad, "cc.test"), ("1001", bad)):
            with pytest.raises(CommandError):
                write(*words)
    assert rowcommands.forget_phone("1001", "cc.test") == b"api xml_flush_cache id 1001 cc.test\n\n"
