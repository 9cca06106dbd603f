"""A small billing system that works with a call centre: standard library only.

Its subscribers have a number, a user name and a balance. It shows the page of a subscriber when a call arrives (a GET
whose address the centre signed), answers the centre's lookup, takes a form after the call, and receives what happened
as a webhook. All is kept in memory.

    python billing.py --port 8090 --address http://127.0.0.1:8090 --popup-secret sdpop_… --webhook-secret whsec_…
"""

import argparse
import base64
import hashlib
import hmac
import json
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OLDEST_S = 300
"""A request that was signed longer ago is refused: somebody may have copied it."""
MOST_BYTES = 1_000_000


class Refused(Exception):
    """``str()`` says why."""


class Billing:
    """The system itself. Numbers are compared by their last eleven digits, whichever way they are written."""

    def __init__(self, address: str, popup_secret: str = "", webhook_secret: str = "", key: str = "") -> None:
        self.address, self.popup_secret, self.webhook_secret, self.key = address, popup_secret, webhook_secret, key
        self.subscribers: dict[str, dict] = {}
        self.notes: dict[str, str] = {}
        self.events: dict[int, dict] = {}
        self.lock = threading.Lock()

    def register(self, number: str, name: str, balance: float = 0.0) -> dict:
        """A subscriber: number and user name."""
        if len(_digits(number)) < 3 or not name.strip():
            raise Refused("a subscriber has a number and a user name")
        made = {
            "number": number,
            "name": name.strip(),
            "account": {"balance": f"{balance:.2f}"},
            "overdue": balance < 0,
        }
        with self.lock:
            self.subscribers[_digits(number)] = made
        return made

    def find(self, number: str) -> dict | None:
        return self.subscribers.get(_digits(number))

    def check_address(self, path: str, now: float) -> None:
        """Raises Refused unless the centre signed this address a moment ago: ``sig`` is HMAC-SHA256 in hex over all
        that stands before ``&sig=``, the scheme and the host included; or several with dots between."""
        if not self.popup_secret:
            return
        before, found, sig = f"{self.address}{path}".rpartition("&sig=")
        secrets = self.popup_secret.split()
        wanted = [hmac.new(one.encode(), before.encode(), hashlib.sha256).hexdigest() for one in secrets]
        given = sig.split(".")  # two while the secret is being changed
        if not found or not any(hmac.compare_digest(w.encode(), g.encode()) for w in wanted for g in given):
            raise Refused("the address is not signed by the call centre")
        at = parse_qs(urlsplit(before).query).get("t", [""])[-1]
        if not at.isdecimal() or abs(now - int(at)) > OLDEST_S:
            raise Refused("the address was signed too long ago")

    def check_webhook(self, headers, body: bytes, now: float) -> None:
        """Raises Refused unless the request is signed as Standard Webhooks says: base64 of HMAC-SHA256 over
        ``id.timestamp.body``. There may be several signatures while a secret is being changed."""
        ident, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not at.isdecimal() or abs(now - int(at)) > OLDEST_S:
            raise Refused("the webhook's time is wrong")
        key = base64.b64decode(self.webhook_secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.new(key, f"{ident}.{at}.".encode() + body, hashlib.sha256).digest())
        given = [one.partition(",")[2] for one in headers.get("webhook-signature", "").split() if one[:3] == "v1,"]
        if not self.webhook_secret or not any(hmac.compare_digest(wanted, one.encode()) for one in given):
            raise Refused("the webhook is not signed by the call centre")

    def take(self, body: bytes) -> None:
        """Events of a webhook. One that comes again changes nothing: it is known by its id."""
        with self.lock:
            for event in json.loads(body)["events"]:
                self.events[event["id"]] = event


def _digits(number: str) -> str:
    return "".join(one for one in number if one.isdecimal())[-11:]


class Handler(BaseHTTPRequestHandler):
    """GET /customer the page of a caller, GET /after the form after the call, GET /api/subscriber the lookup, POST
    /subscribers registers, POST /notes takes the form, POST /hook takes webhooks."""

    protocol_version = "HTTP/1.1"
    billing: Billing

    def do_GET(self) -> None:
        self._answer({"/customer": self._customer, "/after": self._after, "/api/subscriber": self._lookup})

    def do_POST(self) -> None:
        self._answer({"/subscribers": self._register, "/notes": self._note, "/hook": self._hook})

    def _answer(self, known) -> None:
        place = urlsplit(self.path)
        self.asked = {name: values[-1] for name, values in parse_qs(place.query).items()}
        try:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 <= length <= MOST_BYTES:
                raise Refused("too long")
            self.body = self.rfile.read(length)
            known.get(place.path, self._nothing)()
        except Refused as error:
            self.close_connection = True
            self._say(403, "text/plain", str(error))
        except (ValueError, LookupError, TypeError) as error:
            self.close_connection = True
            self._say(400, "text/plain", f"not understood: {type(error).__name__}")

    def _nothing(self) -> None:
        self._say(404, "text/plain", "There is nothing here.")

    def _customer(self) -> None:
        self.billing.check_address(self.path, time.time())
        number = self.asked.get("number", "")
        found = self.billing.find(number)
        head = f"Call of {number or 'a withheld number'}, taken by {self.asked.get('worker', '')}"
        if found is None:
            form = (
                f'<p>No subscriber has this number.</p><form method="post" action="/subscribers">'
                f'<input type="hidden" name="number" value="{escape(number)}">'
                f'<label>User name <input name="name"></label> <button>Register</button></form>'
            )
            self._page(head, form)
            return
        told = f"<h2>{escape(found['name'])}</h2><p>Balance: {escape(found['account']['balance'])}</p>"
        self._page(head, told)

    def _after(self) -> None:
        self.billing.check_address(self.path, time.time())
        record = self.asked.get("record", "")
        said = escape(self.billing.notes.get(record, ""))
        self._page(
            f"After the call {record}",
            f'<form method="post" action="/notes"><input type="hidden" name="record" value="{escape(record)}">'
            f'<textarea name="note">{said}</textarea> <button>Keep</button></form>',
        )

    def _lookup(self) -> None:
        if self.billing.key and not hmac.compare_digest(
            self.headers.get("Authorization", "").encode("latin-1"), f"Bearer {self.billing.key}".encode()
        ):
            raise Refused("the key is wrong")
        found = self.billing.find(self.asked.get("number", ""))
        self._say(200 if found else 404, "application/json", json.dumps(found or {"error": "unknown"}))

    def _register(self) -> None:
        typed = parse_qs(self.body.decode())
        made = self.billing.register(typed["number"][0], typed["name"][0], float(typed.get("balance", ["0"])[0]))
        self._page("Registered", f"<p>{escape(made['name'])}, {escape(made['number'])}</p>", status=201)

    def _note(self) -> None:
        typed = parse_qs(self.body.decode())
        self.billing.notes[typed["record"][0]] = typed["note"][0]
        self._page("Kept", "<p>You may close this page.</p>")

    def _hook(self) -> None:
        self.billing.check_webhook(self.headers, self.body, time.time())
        self.billing.take(self.body)
        self._say(204, "text/plain", "")

    def _page(self, title: str, body: str, status: int = 200) -> None:
        page = f'<!doctype html><meta charset="utf-8"><title>{escape(title)}</title><h1>{escape(title)}</h1>{body}'
        self._say(status, "text/html; charset=utf-8", page)

    def _say(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words) -> None:
        """Addresses hold numbers of callers: they are not logged."""


def server(billing: Billing, host: str, port: int) -> ThreadingHTTPServer:
    """Not running yet; ``serve_forever`` runs it."""
    return ThreadingHTTPServer((host, port), type("BillingHandler", (Handler,), {"billing": billing}))


def main() -> None:
    parser = argparse.ArgumentParser(description="a sample billing system")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--address", default="http://127.0.0.1:8090", help="as the call centre writes it")
    parser.add_argument("--popup-secret", default="", help="of each pop-up one, parted by spaces")
    parser.add_argument("--webhook-secret", default="")
    parser.add_argument("--key", default="", help="what a lookup sends: Authorization: Bearer KEY")
    given = parser.parse_args()
    billing = Billing(given.address, given.popup_secret, given.webhook_secret, given.key)
    billing.register("15401400001", "Mei Zhang", 128.5)
    billing.register("15401400002", "Li Zhang", -12)
    print(f"billing system at {given.address}")
    server(billing, given.host, given.port).serve_forever()


if __name__ == "__main__":
    main()
