"""From where a request comes, in a form that can be kept."""

import ipaddress

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser; None when the server does not know it. ccsite.asgi reads what proxies tell of it.

    An IPv4 address in the clothes of IPv6 is that address; the zone of ``fe80::1%eth0`` means nothing elsewhere.
    """
    try:
        found = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)
