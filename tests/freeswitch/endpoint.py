"""The outside world: phones that register with the switch and callers that dial in, over one UDP socket."""

import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from tests.freeswitch.party import Party
from tests.freeswitch.sipmessage import Message, digest, parse, tag_of
from tests.freeswitch.until import until

Behaviour = Callable[[Party], None]
REFRESH_S = 100.0
"""After so long a phone registers again, as phones do: the switch forgets it after 300 s."""


REFUSALS = {"busy": (486, "Busy Here"), "unknown": (404, "Not Found"), "full": (503, "Service Unavailable")}


class Phone:
    """A registered handset. ``behave`` says what it does when it rings; ``calls`` are all it ever had."""

    def __init__(self, extension: str, password: str) -> None:
        self.extension = extension
        self.password = password
        self.behave: str = "answer"
        """answer (after ``delay``), ring, busy, reject, unknown, full (503), failing (rings, then 503), early
        (says something and goes on ringing), asked (answers at once where the INVITE asks for it, else rings), moved
        (302 to ``places``);
        several words: one for each call, the last for all after it.
        Every phone picks up on NOTIFY ``talk``."""
        self.delay = 0.2
        self.places: tuple[str, ...] = ()
        """Where one is sent by a phone that has moved: URIs."""
        self.moved_with = 302
        self.calls: list[Party] = []
        self.registered = False
        self.binding = ""
        """Call-ID of the registration that counts."""
        self.refused = 0

    @property
    def call(self) -> Party:
        """The newest one."""
        return self.calls[-1]

    def manner(self) -> str:
        """What it does with its newest call."""
        words = self.behave.split()
        self.behave = " ".join(words[1:] or words)
        return words[0]

    def in_state(self, state: str) -> bool:
        return bool(self.calls) and self.call.state == state


def asks_to_answer(party: Party) -> bool:
    """As phones understand it: Call-Info with ``answer-after=0`` (Snom, Yealink, baresip …)."""
    assert party.incoming is not None
    return "answer-after=0" in party.incoming.text("call-info")


class Endpoint:
    """Runs in a thread of its own; its methods may be called from the test's. ``close`` ends it."""

    party: type[Party] = Party

    def __init__(self, phones_port: int, trunk_port: int, domain: str, tick: float = 0.02, port: int = 0) -> None:
        self.phones: dict[str, Phone] = {}
        self.others: list[Message] = []
        """Requests of the switch that belong to no call."""
        self._domain = domain
        self._tick = tick
        self._phones_at = ("127.0.0.1", phones_port)
        self._trunk_at = ("127.0.0.1", trunk_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self._address = f"127.0.0.1:{self.port}"
        self._parties: dict[str, Party] = {}
        self._registering: dict[str, tuple[Phone, int, int]] = {}
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._mark = 0
        self._lock = threading.RLock()
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="sip-endpoint", daemon=True)
        self._thread.start()

    # -- what a test asks for -----------------------------------------------

    def register(self, extension: str, password: str, expires: int = 300) -> Phone:
        """Send REGISTER; ``phone.registered`` turns true when the switch took it."""
        with self._lock:
            phone = self.phones.setdefault(extension, Phone(extension, password))
            phone.password = password
            self._register(phone, expires, 1, secrets.token_hex(8), b"")
            return phone

    def subscriber(self, number: str, behave: str = "answer") -> Phone:
        """Somebody behind a carrier: this endpoint is the carrier."""
        with self._lock:
            phone = self.phones[number] = Phone(number, "")
            phone.behave = behave
            return phone

    def unregister(self, phone: Phone) -> None:
        with self._lock:
            self._register(phone, 0, 1, secrets.token_hex(8), b"")

    def dial(
        self, number: str, caller: str = "15400001111", name: bytes = b"", from_header: bytes = b"",
        extra: list[tuple[str, bytes]] | None = None,
    ) -> Party:  # fmt: skip
        """A caller dials; ``from_header`` replaces the From built of name and number, byte for byte."""
        with self._lock:
            host, port = self._trunk_at
            quoted = b'"' + name + b'" ' if name else b""
            header = from_header or quoted + f"<sip:{caller}@{self._address}>".encode()
            party = self._party(caller, secrets.token_hex(10), self._trunk_at)
            party.dial(f"sip:{number}@{host}:{port}", header, extra or [])
            return party

    def call_from(self, phone: Phone, number: str, shows: str = "") -> Party:
        """A registered phone dials; ``shows``: whom it says it is, without any right to."""
        with self._lock:
            host, port = self._phones_at
            party = self._party(phone.extension, secrets.token_hex(10), self._phones_at)
            party.password = phone.password
            header = f"<sip:{shows or phone.extension}@{self._domain}>".encode()
            party.dial(f"sip:{number}@{host}:{port}", header, [])
            return party

    def do(self, work: Callable[..., Any], *args: Any) -> None:
        """Run something on a party under the endpoint's lock: ``endpoint.do(call.hang_up)``."""
        with self._lock:
            work(*args)

    def forget(self) -> None:
        """The switch is dead: whoever was in a call hears nothing any more and puts the receiver down."""
        with self._lock:
            for party in self._parties.values():
                party.leave()
            self._parties.clear()
            self._due.clear()

    def close(self) -> None:
        """Everybody hangs up and goes offline."""
        for phone in [phone for phone in self.phones.values() if phone.registered]:
            self.unregister(phone)
            until(lambda phone=phone: not phone.registered, f"phone {phone.extension} to be offline")
        with self._lock:
            for party in self._parties.values():
                party.hang_up()
            self._stop = True
        self._thread.join(30)
        self._socket.close()

    # -- the loop -----------------------------------------------------------

    def _run(self) -> None:
        waiting = selectors.DefaultSelector()
        waiting.register(self._socket, selectors.EVENT_READ)
        tick = time.monotonic()
        while not self._stop:
            waiting.select(max(0.0, tick - time.monotonic()))
            with self._lock:
                self._receive()
                now = time.monotonic()
                if now >= tick:
                    tick = max(tick + self._tick, now - 5 * self._tick)
                    for party in self._parties.values():
                        if party.state != "ended":
                            party.media.take()
                            party.media.send_frame()
                for at, work in [due for due in self._due if due[0] <= now]:
                    self._due.remove((at, work))
                    work()
        waiting.close()

    def _receive(self) -> None:
        while True:
            try:
                datagram, source = self._socket.recvfrom(65536)
            except OSError:
                return
            if not datagram.strip():
                continue  # a keep-alive
            try:
                message = parse(datagram)
            except (ValueError, IndexError):
                continue
            if message.status:
                self._on_response(message)
            else:
                self._on_request(message, source)

    def _on_request(self, message: Message, source: tuple[str, int]) -> None:
        call_id = message.text("call-id")
        party = self._parties.get(call_id)
        if party is None and message.method == "INVITE":
            party = self._party(message.uri_user, call_id, source)
        if party is None:  # OPTIONS, NOTIFY, and answers to calls that are over
            self.others.append(message)
            self._send(self._plain_ok(message), source)
            return
        party.on_request(message, self._rings)
        if message.method == "NOTIFY" and message.text("event").startswith("talk"):
            party.answer()

    def _on_response(self, message: Message) -> None:
        call_id = message.text("call-id")
        if call_id in self._registering:
            self._on_registered(call_id, message)
        elif call_id in self._parties:
            self._parties[call_id].on_response(message)

    def _rings(self, party: Party) -> None:
        phone = self.phones.get(party.user)
        if phone is None:
            party.refuse(404, "Not Found")
            return
        phone.calls.append(party)
        manner = phone.manner()
        if manner in REFUSALS:
            party.refuse(*REFUSALS[manner])
            return
        if manner == "early":
            party.speak_early()
            return
        party.ringing()
        if manner == "moved":
            party.redirect(*phone.places, status=phone.moved_with)
        elif manner == "failing":
            self._due.append((time.monotonic() + phone.delay, lambda: party.refuse(*REFUSALS["full"])))
        elif manner == "reject":
            self._due.append((time.monotonic() + phone.delay, lambda: party.refuse(603, "Decline")))
        elif manner == "asked" and asks_to_answer(party):
            self._due.append((time.monotonic(), party.answer))
        elif manner == "answer":
            self._due.append((time.monotonic() + phone.delay, party.answer))

    def _party(self, user: str, call_id: str, peer: tuple[str, int]) -> Party:
        self._mark = self._mark % 100 + 1
        party = self.party(lambda message: self._send(message, peer), self._address, user, call_id, self._mark)
        self._parties[call_id] = party
        return party

    # -- registration -------------------------------------------------------

    def _register(self, phone: Phone, expires: int, cseq: int, call_id: str, answer: bytes) -> None:
        me = f"<sip:{phone.extension}@{self._domain}>".encode()
        headers = [
            ("via", f"SIP/2.0/UDP {self._address};branch=z9hG4bK{secrets.token_hex(6)}".encode()),
            ("max-forwards", b"70"),
            ("from", me + b";tag=" + call_id[:8].encode()),
            ("to", me),
            ("call-id", call_id.encode()),
            ("cseq", f"{cseq} REGISTER".encode()),
            ("contact", f"<sip:{phone.extension}@{self._address}>;expires={expires}".encode()),
            ("expires", str(expires).encode()),
        ]
        if answer:
            headers.append(("authorization", answer))
        self._registering[call_id] = (phone, expires, cseq)
        self._send(Message(f"REGISTER sip:{self._domain} SIP/2.0", headers), self._phones_at)

    def _on_registered(self, call_id: str, message: Message) -> None:
        phone, expires, cseq = self._registering[call_id]
        if message.status == 401 and cseq == 1:
            challenge, uri = message.text("www-authenticate"), f"sip:{self._domain}"
            answer = digest(challenge, "REGISTER", uri, phone.extension, phone.password)
            self._register(phone, expires, 2, call_id, answer)
        elif message.status == 200:
            phone.registered, phone.refused, phone.binding = expires > 0, 0, call_id
            if expires > REFRESH_S:
                self._due.append((time.monotonic() + REFRESH_S, lambda: self._refresh(phone, expires, call_id)))
        elif message.status >= 300:
            phone.registered, phone.refused = False, message.status

    def _refresh(self, phone: Phone, expires: int, binding: str) -> None:
        """Unless it went away, or registered anew, since then."""
        if phone.registered and phone.binding == binding:
            self._register(phone, expires, 1, secrets.token_hex(8), b"")

    def _plain_ok(self, to: Message) -> Message:
        to_header = to.get("to")
        if not tag_of(to_header):
            to_header += b";tag=" + secrets.token_hex(4).encode()
        headers = [("via", value) for value in to.all("via")]
        headers += [("to", to_header)] + [(name, to.get(name)) for name in ("from", "call-id", "cseq")]
        return Message("SIP/2.0 200 OK", headers)

    def _send(self, message: Message, to: tuple[str, int]) -> None:
        self._socket.sendto(message.encode(), to)
