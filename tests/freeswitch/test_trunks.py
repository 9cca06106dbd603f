"""Trunks are rows: the switch asks the daemon for its gateways, registers, and tells how they are."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract.secrets import Secrets
from tests.daemon.stage import AGENTS, centre
from tests.freeswitch.agents import DOMAIN
from tests.freeswitch.agents import secrets as passwords
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint
from tests.freeswitch.registrar import Listener, Registrar
from tests.freeswitch.switch import Switch
from tests.freeswitch.until import until
from tests.ports import free_port as another_port

NUMBER = "+8613800001111"


@pytest.fixture
def telecom(switch: Switch) -> Iterator[Registrar]:
    telecom = Registrar(switch.phones_port, switch.trunk_port, DOMAIN, port=another_port())
    yield telecom
    telecom.close()


@pytest.fixture
def desk(switch: Switch, outside: Endpoint, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Centre]:
    desk = Centre(tmp_path, free_port, switch, outside)
    try:
        desk.start()
        yield desk
    finally:
        switch.end_calls()
        console = switch.console()
        for name in ("telecom", "backup"):
            console.api(f"sofia profile external killgw {name}")
        console.api("global_setvar cc_trunks=none")
        console.close()
        desk.end()


def trunks(version: int, *more: d.Trunk) -> d.Directory:
    return msgspec.structs.replace(centre(version=version), trunks=(*more, d.Trunk(gateway="carrier")))


def secrets(version: int, word: str) -> Secrets:
    phones = passwords(*AGENTS.values()).phones
    return Secrets(version=version, domain=DOMAIN, phones=phones, trunks={"telecom": word})


def account(telecom: Registrar, **more: object) -> d.Trunk:
    proxy = f"127.0.0.1:{telecom.port}"
    return d.Trunk(gateway="telecom", proxy=proxy, user=telecom.account, register=True, **more)


def state(desk: Centre, gateway: str = "telecom") -> str:
    told = [fact.state for fact in desk.facts(f.TrunkChanged) if fact.gateway == gateway]
    return told[-1] if told else ""


def test_it_registers_is_dialled_over_fails_and_comes_back(
    desk: Centre, switch: Switch, telecom: Registrar, carrier: Endpoint
) -> None:
    desk.publish(trunks(2, account(telecom)), secrets(2, telecom.password))
    desk.until(lambda: state(desk) == "registered")
    assert "sip:gw+telecom@" in telecom.registered
    console = switch.console()
    assert telecom.password not in console.api("sofia xmlstatus gateway") + console.api("global_getvar")
    assert telecom.password.encode() not in b"".join(file.read_bytes() for file in desk.folder.rglob("*directory*"))

    customer = telecom.subscriber(NUMBER)
    (alice,) = desk.at_work("alice")
    order = desk.order(c.Dial, "alice", number="138 0000 1111")
    assert desk.fact(f.DialStarted, call_id=order).trunk == "telecom"
    desk.fact(f.TalkStarted, call_id=order)
    until(lambda: customer.in_state("answered"), "the customer to answer over it")

    # Another password: the gateway is made anew, the talk over it goes on; the carrier says no.
    desk.publish(trunks(3, account(telecom)), secrets(3, "a-wrong-one"))
    desk.until(lambda: state(desk) == "failed")
    assert customer.in_state("answered") and alice.in_state("answered")
    desk.outside.do(alice.call.hang_up)
    desk.ended(order)

    # It is passed over now, without a word to the carrier.
    other = carrier.subscriber(NUMBER)
    desk.until(lambda: desk.facts(f.AgentStateChanged, agent="alice")[-1].state == "ready")
    order = desk.order(c.Dial, "alice", number="138 0000 1111")
    assert desk.fact(f.DialStarted, call_id=order).trunk == "carrier"
    until(lambda: other.in_state("answered"), "the other carrier's customer to answer")
    desk.outside.do(alice.call.hang_up)
    desk.ended(order)

    desk.publish(trunks(4, account(telecom, networks=("192.0.2.0/24",))), secrets(4, telecom.password))
    desk.until(lambda: state(desk) == "registered")
    assert console.api("acl 192.0.2.7 trunks").strip() == "true" and console.api("acl 203.0.113.7 trunks") == "false"

    # A daemon that comes back leaves alone what is as it should be; one that finds it otherwise mends it.
    proofs = len(telecom.proofs)
    desk.kill_daemon()
    desk.start_daemon()
    desk.at_work("bob")
    assert len(telecom.proofs) == proofs, "no registration was ended"
    desk.publish(trunks(5), secrets(5, ""))
    desk.until(lambda: state(desk) == "gone")
    assert console.api("sofia status gateway telecom").startswith("Invalid Gateway")
    console.close()


def test_tls_by_phones_and_to_a_carrier_whose_certificate_is_known_and_to_no_other(
    desk: Centre, switch: Switch, tmp_path: Path
) -> None:
    """A real handshake in each direction; what the stranger's certificate gets is nothing."""
    trust = ssl.create_default_context(cafile=switch.folder / "tmp" / "cafile.pem")
    trust.check_hostname = False
    for port in (switch.phones_tls_port, switch.trunk_tls_port):
        with trust.wrap_socket(socket.create_connection(("127.0.0.1", port), 10)) as line:
            assert line.version() in ("TLSv1.2", "TLSv1.3")
            if port == switch.phones_tls_port:
                line.sendall(REGISTER % (b"TLS", port))
                assert line.recv(4096).startswith(b"SIP/2.0 401"), "a phone is asked for its password as by UDP"
    known = Listener(switch.folder / "tmp" / "agent.pem")
    stranger = Listener(certificate(tmp_path / "stranger.pem"))
    try:
        lines = [
            d.Trunk(gateway=name, proxy=f"127.0.0.1:{one.port}", transport="tls", user="u", register=True)
            for name, one in (("telecom", known), ("backup", stranger))
        ]
        desk.publish(trunks(2, *lines), secrets(2, "x"))
        until(lambda: known.heard.startswith(b"REGISTER sip:"), "a REGISTER to come by TLS")
        until(lambda: stranger.met, "the stranger to be met")
        assert stranger.heard == b""
    finally:
        known.close()
        stranger.close()


REGISTER = (
    b"REGISTER sip:phones.test SIP/2.0\r\nVia: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bKtls\r\nMax-Forwards: 70\r\n"
    b"From: <sip:1001@phones.test>;tag=t\r\nTo: <sip:1001@phones.test>\r\nCall-ID: by-tls\r\nCSeq: 1 REGISTER\r\n"
    b"Contact: <sip:1001@127.0.0.1;transport=tls>\r\nExpires: 300\r\nContent-Length: 0\r\n\r\n"
)


def certificate(path: Path) -> Path:
    """One that nobody vouches for."""
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(["openssl", *words, "-subj", "/CN=stranger", "-days", "3"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path
