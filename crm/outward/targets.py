"""Addresses that people typed, before anything is asked of them. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

LONGEST = 2000
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?\Z")
_PLAIN = re.compile(r"[!-~]+\Z")
PORTS = {"http": 80, "https": 443}


class WrongAddress(ValueError):
    """``str()`` is fit for the screen."""


@dataclass(frozen=True)
class Target:
    """``host`` without brackets; ``path`` with the query, as it is sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Raises WrongAddress for what is no plain http or https address."""
    if len(url) > LONGEST or not _PLAIN.match(url):
        raise WrongAddress(_("An address has at most %(n)d visible characters, without spaces.") % {"n": LONGEST})
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise WrongAddress(_("This is no address.")) from error
    if parts.scheme not in PORTS:
        raise WrongAddress(_("An address begins with https:// or http://."))
    if parts.username is not None or parts.password is not None or "\\" in url:
        raise WrongAddress(_("An address contains no name, no password and no backslash."))
    if not (":" in host or _HOST.match(host)) or "%" in host or port == 0:
        raise WrongAddress(_("This is no address."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)
