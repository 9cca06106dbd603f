"""When the certificates of CERTIFICATES end: files, and what a server really shows at ``host:port``.

Both are worth a look: a renewed file that nobody has read anew is no renewal.
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from crm.alarms import words
from crm.alarms.findings import Finding, Findings, Open, severity
from crm.alarms.models import Severity

TIMEOUT_S = 5.0
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_UTC_TIME, _GENERALISED_TIME, _VERSION = 0x17, 0x18, 0xA0


def certificates(open: Open, now: datetime | None = None) -> Findings:
    """One finding a place."""
    found = [_judged(where, open.get(("certificate", where)), now or timezone.now()) for where in settings.CERTIFICATES]
    return {"certificate": [finding for finding in found if finding]}


def _judged(where: str, was: str | None, now: datetime) -> Finding | None:
    try:
        until = min(expiry(ssl.PEM_cert_to_DER_cert(pem)) for pem in _pems(where))
    except (OSError, ValueError, IndexError) as error:
        params = {"where": where, "reason": str(error)[:200] or "it holds no certificate"}
        return Finding(where, Severity.WARNING, words.CERTIFICATE_UNREADABLE, params)
    days = (until - now).total_seconds() / 86_400
    params = {"where": where, "days": int(days), "until": until.strftime("%Y-%m-%d %H:%M UTC")}
    if days <= 0:
        return Finding(where, Severity.CRITICAL, words.CERTIFICATE_ENDED, params)
    bad = severity(days, settings.ALARM_CERTIFICATE_DAYS, was, low=True)
    return Finding(where, bad, words.CERTIFICATE_ENDS, params) if bad else None


def _pems(where: str) -> list[str]:
    """All certificates of a file (a chain; FreeSWITCH keeps the key beside them), or the one that is shown."""
    host, _, port = where.rpartition(":")
    if host and port.isdigit() and "/" not in where:
        return [ssl.get_server_certificate((host.strip("[]"), int(port)), timeout=TIMEOUT_S)]
    parts = Path(where).read_text(encoding="ascii", errors="replace").split(BEGIN)[1:]
    if not parts:
        raise ValueError("it holds no certificate")
    return [f"{BEGIN}{part.partition(END)[0]}{END}" for part in parts]


def expiry(der: bytes) -> datetime:
    """``notAfter`` of a certificate (RFC 5280, 4.1). ValueError or IndexError when it is none.

    The standard library reads it only of a peer's certificate that it has verified, and an expired one is not.
    """
    _tag, at, _end = _part(der, 0)
    _tag, at, _end = _part(der, at)
    if der[at] == _VERSION:
        at = _part(der, at)[2]
    for _skipped in ("serial number", "algorithm", "issuer"):
        at = _part(der, at)[2]
    _tag, at, _end = _part(der, at)
    _tag, at, end = _part(der, _part(der, at)[2])
    form = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALISED_TIME: "%Y%m%d%H%M%SZ"}.get(_tag)
    if form is None:
        raise ValueError("its end is not a time")
    return datetime.strptime(der[at:end].decode("ascii"), form).replace(tzinfo=UTC)


def _part(der: bytes, at: int) -> tuple[int, int, int]:
    """(tag, begin of the content, its end) of the element at ``at``."""
    tag, length, at = der[at], der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, at = int.from_bytes(der[at : at + size]), at + size
    if at + length > len(der):
        raise ValueError("it is cut off")
    return tag, at, at + length
