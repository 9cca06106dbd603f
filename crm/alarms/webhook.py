"""Alarms as signed HTTP POSTs to the addresses of ALARM_WEBHOOKS.

An address is only ever what the administrator configured: http or https, and no answer leads elsewhere (a redirect is a
failure, proxies of the environment are not used). A receiver checks ``Switchdesk-Signature: t=<seconds>,v1=<hex>``:
``v1`` is the HMAC-SHA256 with the shared secret of ``<t>.<body>``. It refuses an old ``t`` and an id that it has seen.
"""

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from urllib.parse import SplitResult, urlsplit

from crm.alarms.channel import NotDelivered
from crm.alarms.messages import Message

TIMEOUT_S = 5.0
"""Of each step on the socket."""
WHOLE_S = 15.0
"""Of a try: a receiver that sends a byte a second is cut off."""


def signature(secret: str, at: int, body: bytes) -> str:
    """The header's value; ``at``: seconds since the epoch."""
    mac = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Webhook:
    """One address. Use ``send`` as a channel's."""

    def __init__(self, url: str, secret: str, whole_s: float = WHOLE_S) -> None:
        self._url = urlsplit(url)
        self._secret = secret
        self._whole_s = whole_s
        self.name = f"webhook {self._url.hostname}"  # the rest of an address can be a secret, too

    def send(self, message: Message) -> None:
        """Raises NotDelivered unless the answer is 2xx."""
        body, at = message.body(), int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Switchdesk",
            "Switchdesk-Delivery": message.id,
            "Switchdesk-Signature": signature(self._secret, at, body),
        }
        connection = _connection(self._url)
        late = threading.Event()
        cut = threading.Timer(self._whole_s, _cut, (connection, late))
        cut.daemon = True
        cut.start()
        try:
            connection.request("POST", _target(self._url), body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error
        finally:
            cut.cancel()
            connection.close()
        if late.is_set():
            raise NotDelivered(f"it took longer than {self._whole_s:g} s")
        if not 200 <= status < 300:
            more = ", and redirects are not followed" if status // 100 == 3 else ""
            raise NotDelivered(f"it answered {status}{more}")


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        return http.client.HTTPSConnection(host, url.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, url.port, timeout=TIMEOUT_S)


def _target(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)  # a close would leave the reader waiting
    except OSError:
        pass
