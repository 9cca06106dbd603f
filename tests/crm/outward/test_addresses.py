"""Nobody makes the centre ask its own network."""

import asyncio
import socket
from ipaddress import ip_address, ip_network

import pytest

from crm.outward import client
from crm.outward.addresses import is_outside
from crm.outward.client import NotSent, Outward
from crm.outward.targets import WrongAddress, target_of

INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254",
    "192.168.0.1", "192.168.255.255", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.1",
    "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "192.88.99.1", "::", "::1", "fe80::1", "fe80::a9fe:a9fe", "fc00::1", "fd00:ec2::254", "ff02::1",
    "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.1.2.3",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:a00:1::",
    "2001:db8::1", "2001::1", "100::1", "5f00::1", "3fff::1",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1")
SPELLED = (
    "http://127.0.0.1/", "http://localhost/", "http://localhost./", "http://LOCALHOST:80/", "http://127.1/",
    "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
    "http://017700000001/", "http://0/", "http://0.0.0.0:8021/", "http://[::1]/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/latest/meta-data/", "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/",
    "http://[fe80::1]/", "http://[fd00:ec2::254]/", "http://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://10.0.0.1:6379/", "https://192.168.1.1/", "http://172.16.0.1:5432/",
)  # fmt: skip
WRONG = (
    "", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)", "//example.com/",
    "http://", "http:///path", "http://user@example.com/", "http://user:secret@example.com/",
    "http://example.com@127.0.0.1/", "http://127.0.0.1\\@example.com/", "http://exa mple.com/",
    "http://example.com/\r\nX: y",
    "http://example.com/\x00", "http://example.com:0/", "http://example.com:99999/", "http://example.com:port/",
    "http://[::1/", "http://[fe80::1%25eth0]/", "http://ex%61mple.com/", "http://例子.测试/", "http://-/", "http://.../",
    "http://" + "a" * 254 + "/", "http://example.com/" + "a" * 2000, "dict://127.0.0.1:6379/", "HTTP\t://example.com/",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_the_inside_is_known_in_every_form(address):
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_outside_is_free(address):
    assert is_outside(ip_address(address))


def test_a_network_of_the_house_can_be_allowed():
    allowed = [ip_network("10.1.0.0/16")]
    assert is_outside(ip_address("10.1.2.3"), allowed) and not is_outside(ip_address("10.2.2.3"), allowed)
    assert not is_outside(ip_address("::ffff:10.2.2.3"), allowed)


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_plain_address_is_refused(url):
    with pytest.raises(WrongAddress):
        target_of(url)


def test_no_spelling_of_the_inside_is_asked():
    """Whatever the resolver makes of it; those that it does not know are names that nobody has."""
    heard = socket.create_server(("127.0.0.1", 0))
    port = heard.getsockname()[1]
    heard.setblocking(False)

    async def ask() -> dict[str, str]:
        outward, said = Outward(allowed=()), {}
        for url in (*SPELLED, f"http://127.0.0.1:{port}/", f"http://[::ffff:127.0.0.1]:{port}/"):
            try:
                await outward.send("GET", url, seconds=5)
                said[url] = "answered"
            except NotSent as error:
                said[url] = error.kind
        await outward.close()
        return said

    said = asyncio.run(ask())
    assert set(said.values()) <= {"forbidden", "name", "address"}, said
    assert sum(kind == "forbidden" for kind in said.values()) > 20
    with pytest.raises(BlockingIOError):
        heard.accept()
    heard.close()


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(monkeypatch):
    """It is asked for once, and the connection goes to what was looked at."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    connected: list[str] = []
    backend = client._Guarded(())

    async def connect(host, port, *_more):
        connected.append(host)
        raise OSError("far away")

    backend._inner = type("Far", (), {"connect_tcp": staticmethod(connect)})()
    monkeypatch.setattr(
        client.socket, "getaddrinfo",
        lambda host, port, type: [(0, 0, 0, "", (one, port)) for one in next(answers)],
    )  # fmt: skip

    async def ask() -> list[str]:
        said = []
        for _ in range(2):
            try:
                await backend.connect_tcp("rebinding.example", 80)
            except (NotSent, OSError) as error:
                said.append(getattr(error, "kind", "far away"))
        return said

    assert asyncio.run(ask()) == ["far away", "forbidden"] and connected == ["93.184.216.34"]


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(
        client.socket, "getaddrinfo",
        lambda host, port, type: [(0, 0, 0, "", (one, port)) for one in ("93.184.216.34", "10.0.0.1")],
    )  # fmt: skip
    with pytest.raises(NotSent) as refused:
        asyncio.run(client._Guarded(()).connect_tcp("both.example", 443))
    assert refused.value.kind == "forbidden"
