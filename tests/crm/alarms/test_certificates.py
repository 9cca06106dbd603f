"""Certificates: in files, and as a server really shows them."""

import socket
import ssl
import threading
from datetime import UTC, datetime

import pytest

from crm.alarms.looks.certificates import certificates, expiry
from tests.crm.alarms.pems import ENDS_2026, ENDS_2055, KEY, WITH_VERSION


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(at: str, was: str | None = None, *, settings) -> list[tuple[str, int]]:
    where = settings.CERTIFICATES[0]
    told = certificates({("certificate", where): was} if was else {}, day(at))["certificate"]
    return [(str(one.severity), one.params.get("days")) for one in told]


@pytest.fixture
def file(settings, tmp_path):
    """Writes a file and lets the look look at it."""

    def write(text: str) -> None:
        path = tmp_path / "wss.pem"
        path.write_text(text)
        settings.CERTIFICATES = [str(path)]

    return write


@pytest.mark.parametrize(
    ("pem", "until"), [(ENDS_2026, "2026-12-01"), (ENDS_2055, "2055-01-01"), (WITH_VERSION, "2026-12-12T04:36:40")]
)
def test_its_end(pem, until):
    told = expiry(ssl.PEM_cert_to_DER_cert(pem))
    assert told.date() == day(until).date()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-10-31", []), ("2026-11-02", [("warning", 29)]), ("2026-11-25", [("critical", 6)]),
        ("2026-12-01", [("critical", 0)]), ("2027-01-01", [("critical", -31)]),
    ],
)  # fmt: skip
def test_a_file(settings, file, at, expected):
    file(KEY + ENDS_2026)
    assert found(at, settings=settings) == expected


def test_of_a_chain_the_first_to_end_counts(settings, file):
    file(ENDS_2055 + ENDS_2026 + KEY)
    assert found("2026-11-25", settings=settings) == [("critical", 6)]
    file(ENDS_2055)
    assert found("2026-11-25", settings=settings) == []


@pytest.mark.parametrize(
    "text", ["", KEY, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\x00\xff"]
)
def test_what_is_none_is_told_and_harms_nothing(settings, file, text):
    file(text)
    assert found("2026-11-25", settings=settings) == [("warning", None)]
    settings.CERTIFICATES = ["/no/such/file.pem"]
    assert found("2026-11-25", settings=settings) == [("warning", None)]


def test_every_cut_of_a_certificate_is_refused():
    der = ssl.PEM_cert_to_DER_cert(WITH_VERSION)
    for end in range(120):
        with pytest.raises((ValueError, IndexError)):
            expiry(der[:end])


def test_what_a_server_shows(settings, tmp_path):
    (tmp_path / "both.pem").write_text(ENDS_2026 + KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _peer = listening.accept()
            with taken, context.wrap_socket(taken, server_side=True) as secured:
                secured.recv(1)

        threading.Thread(target=serve, daemon=True).start()
        settings.CERTIFICATES = [f"127.0.0.1:{listening.getsockname()[1]}"]
        assert found("2026-11-25", settings=settings) == [("critical", 6)]
