"""One SIP call as a test sees it: a caller's or a phone's end, with its sound."""

import secrets
from collections.abc import Callable, Sequence

from tests.freeswitch.media import Media
from tests.freeswitch.sipmessage import Message, digest, media_of, sdp, tag_of, uri_of


class Party:
    """States: calling, ringing, answered, ended. ``log`` holds what happened, in order (``recv INVITE`` …)."""

    def __init__(self, send: Callable[[Message], None], address: str, user: str, call_id: str, mark: int) -> None:
        self.user = user
        self.call_id = call_id
        self.state = "calling"
        self.status = 0
        self.ended_by = ""
        self.held = False
        """The switch told this phone that it is on hold."""
        self.referred = 0
        """What the switch answered to the last REFER of this phone; 0 as long as it says nothing."""
        self.log: list[str] = []
        self.media = Media(mark)
        self.incoming: Message | None = None
        self._send_out = send
        self._address = address
        self._cseq = 1
        self._branch = ""
        self._uri = ""
        self._target = ""
        self._from = b""
        self._to = b""
        self._version = 1
        self._invite: Message | None = None
        self._extra: list[tuple[str, bytes]] = []
        self._said: dict[tuple[bytes, str], Message] = {}
        self.password = ""
        """Of a phone that calls: with what it answers the switch's question who it is."""

    # -- what a person does -------------------------------------------------

    def dial(self, uri: str, from_header: bytes, extra: list[tuple[str, bytes]]) -> None:
        """Call; ``from_header`` is the raw From value without its tag."""
        self._uri = self._target = uri
        self._from = from_header + b";tag=" + secrets.token_hex(4).encode()
        self._to = f"<{uri}>".encode()
        self._extra = extra
        self._invite = self._request("INVITE", sdp(self.media.port))
        self._send(self._invite)

    def answer(self) -> None:
        """Pick up."""
        if self.state != "ringing" or self.incoming is None:
            return
        self.media.peer, _ = media_of(self.incoming.body)
        self.state, self.media.speaking = "answered", True
        self._respond(self.incoming, 200, "OK", sdp(self.media.port))

    def speak_early(self) -> None:
        """183: heard before it is answered."""
        if self.incoming is not None:
            self.media.peer, _ = media_of(self.incoming.body)
            self.media.speaking = True
            self._respond(self.incoming, 183, "Session Progress", sdp(self.media.port))

    def refuse(self, status: int, reason: str) -> None:
        """Busy (486), declined (603) … while it rings."""
        if self.state != "ringing" or self.incoming is None:
            return
        self.status = status
        self._respond(self.incoming, status, reason)
        self._end("us")

    def redirect(self, *places: str, status: int = 302) -> None:
        """I have moved: the other side is to call one of these URIs instead."""
        if self.state != "ringing" or self.incoming is None:
            return
        self.status = status
        self._respond(self.incoming, status, "Moved", contacts=places)
        self._end("us")

    def refer(self, to: bytes, referred_by: bytes = b"") -> None:
        """The phone's own transfer key: ``to`` is the value of Refer-To, as it stands on the wire. The answer lands in
        ``referred``."""
        self._cseq += 1
        self.referred = 0
        headers = [("refer-to", to), ("referred-by", referred_by or b"<" + self._target.encode() + b">")]
        message = self._request("REFER")
        message.headers += headers
        self._send(message)

    def hang_up(self) -> None:
        """Leave in any state: BYE, CANCEL, or 480 for a call that rings here."""
        if self.state == "ended":
            return
        if self.state == "answered":
            self._cseq += 1
            self._send(self._request("BYE"))
            self._end("us")
        elif self.incoming is not None:
            self.refuse(480, "Temporarily Unavailable")
        else:
            assert self._invite is not None
            cancel = self._request("CANCEL", branch=self._branch)
            self._send(cancel)
            self.ended_by = "us"

    def leave(self) -> None:
        """Leave without a word: there is nobody who would hear it."""
        if self.state != "ended":
            self._end("nobody")

    def hold(self, on: bool) -> None:
        """The phone's own hold key: a re-INVITE."""
        self._cseq += 1
        self._version += 1
        direction = "sendonly" if on else "sendrecv"
        self._invite = self._request("INVITE", sdp(self.media.port, direction, self._version))
        self._send(self._invite)

    def press(self, keys: str) -> None:
        """Keys, as the events of RFC 2833 between the sound."""
        for key in keys:
            self.media.press(key)

    # -- what comes in ------------------------------------------------------

    def on_request(self, message: Message, rings: Callable[["Party"], None]) -> None:
        said = self._said.get((message.get("via"), message.method))
        if said is not None:  # asked again, for our answer was slow: the same one, or ringing would become a talk
            self._send_out(said)
            return
        self.log.append(f"recv {message.method}")
        if message.method == "INVITE" and self.incoming is None and self.state == "calling":
            self._target = uri_of(message.get("contact"))
            self._from = message.get("to") + b";tag=" + secrets.token_hex(4).encode()
            self._to = message.get("from")
            self.incoming, self.state = message, "ringing"
            self._respond(message, 100, "Trying")
            rings(self)
        elif message.method == "INVITE":
            self._reinvited(message)
        elif message.method == "CANCEL":
            self._respond(message, 200, "OK")
            if self.state == "ringing" and self.incoming is not None:
                self.status = 487
                self._respond(self.incoming, 487, "Request Terminated")
                self._end("switch")
        elif message.method == "BYE":
            self._respond(message, 200, "OK")
            self._end("switch")
        elif message.method != "ACK":
            self._respond(message, 200, "OK")

    def ringing(self) -> None:
        """Say 180."""
        assert self.incoming is not None
        self._respond(self.incoming, 180, "Ringing")

    def _reinvited(self, message: Message) -> None:
        port, direction = media_of(message.body)
        self.held = direction in ("sendonly", "inactive")
        self.media.speaking = not self.held
        self.media.peer = port or self.media.peer
        mine = {"sendonly": "recvonly", "inactive": "inactive"}.get(direction, "sendrecv")
        self._version += 1
        self._respond(message, 200, "OK", sdp(self.media.port, mine, self._version))

    def on_response(self, message: Message) -> None:
        self.log.append(f"recv {message.status} {message.method}")
        if message.method == "REFER":
            self.referred = message.status
        if message.method != "INVITE" or message.status < 180:
            return
        self._to = message.get("to")
        if message.status < 200:
            self.media.peer = media_of(message.body)[0] if message.body else self.media.peer
            return
        if message.get("contact"):
            self._target = uri_of(message.get("contact"))
        if message.status == 407 and self.password and self._cseq == 1:
            self._prove(message)
            return
        late = self.state == "ended" or (self.ended_by == "us" and message.status < 300)
        self._send(self._request("ACK", branch=self._branch if message.status >= 300 else ""))
        if message.status >= 300:
            self.status = message.status
            self._end(self.ended_by or "switch")
            return
        self.media.peer = media_of(message.body)[0]
        self.state, self.media.speaking = "answered", True
        if late:  # our CANCEL crossed the answer
            self.hang_up()

    def _prove(self, question: Message) -> None:
        """Once more, with the digest of the password."""
        self._send(self._request("ACK", branch=self._branch))
        answer = digest(question.text("proxy-authenticate"), "INVITE", self._uri, self.user, self.password)
        self._cseq += 1
        self._to = f"<{self._uri}>".encode()
        self._target = self._uri
        self._extra = [*self._extra, ("proxy-authorization", answer)]
        self._invite = self._request("INVITE", sdp(self.media.port))
        self._send(self._invite)

    # -- the wire -----------------------------------------------------------

    def _request(self, method: str, body: bytes = b"", branch: str = "") -> Message:
        branch = branch or "z9hG4bK" + secrets.token_hex(6)
        if method == "INVITE":
            self._branch = branch
        uri = self._uri if method == "CANCEL" else self._target
        headers = [
            ("via", f"SIP/2.0/UDP {self._address};branch={branch}".encode()),
            ("max-forwards", b"70"),
            ("from", self._from),
            ("to", self._to),
            ("call-id", self.call_id.encode()),
            ("cseq", f"{self._cseq} {method}".encode()),
            ("contact", f"<sip:{self.user}@{self._address}>".encode()),
        ]
        if method == "INVITE":
            headers += self._extra
        if body:
            headers.append(("content-type", b"application/sdp"))
        return Message(f"{method} {uri} SIP/2.0", headers, body)

    def _respond(self, to: Message, status: int, reason: str, body: bytes = b"", contacts: Sequence[str] = ()) -> None:
        own = self._from if to is self.incoming else to.get("to")
        if status == 100 or tag_of(to.get("to")):
            own = to.get("to")
        headers = [("via", value) for value in to.all("via")]
        headers += [("record-route", value) for value in to.all("record-route")]
        headers += [("to", own)] + [(name, to.get(name)) for name in ("from", "call-id", "cseq")]
        for place in contacts or (f"sip:{self.user}@{self._address}",):
            headers.append(("contact", f"<{place}>".encode()))
        headers.append(("allow-events", b"talk, hold"))
        if body:
            headers.append(("content-type", b"application/sdp"))
        message = Message(f"SIP/2.0 {status} {reason}", headers, body)
        self._said[to.get("via"), to.method] = message
        self._send(message)

    def _send(self, message: Message) -> None:
        what = f"{message.status} {message.method}" if message.status else message.method
        self.log.append(f"send {what}")
        self._send_out(message)

    def _end(self, by: str) -> None:
        self.state = "ended"
        self.ended_by = self.ended_by or by
        self.media.take()  # the last words may have come in the same moment as the end
        self.media.close()
