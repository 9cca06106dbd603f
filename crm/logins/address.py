"""From where a request comes."""

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser; None when the server does not know it.

    ``X-Forwarded-For`` counts only from a proxy of TRUSTED_PROXIES, and of it only what a trusted one has written:
    read from the right, the first address that is not a trusted proxy.
    """
    here = _address(request.META.get("REMOTE_ADDR", ""))
    if here is None or not _trusted(here):
        return str(here) if here else None
    for part in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        told = _address(part.strip())
        if told is None:
            break
        here = told
        if not _trusted(told):
            break
    return str(here)


def _trusted(address: Any) -> bool:
    return any(address in ipaddress.ip_network(network, strict=False) for network in settings.TRUSTED_PROXIES)


def _address(text: str) -> Any:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])  # the zone of fe80::1%eth0 means nothing elsewhere
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
