"""Phones of the tests: their passwords, and who answers for them where no daemon does."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from switchctl.contract.directory import Directory, Extension, Trunk
from switchctl.contract.secrets import Secrets
from switchctl.directory.answers import Answers
from switchctl.directory.door import Door
from tests.ports import free_port

DOMAIN = "phones.test"


def password(extension: str) -> str:
    """What the phone is given."""
    return f"secret-of-{extension}"


def a1(extension: str, secret: str = "", domain: str = DOMAIN) -> str:
    """What the switch is told of it."""
    return hashlib.md5(f"{extension}:{domain}:{secret or password(extension)}".encode()).hexdigest()


def secrets(*extensions: str, version: int = 1, **others: str) -> Secrets:
    """These phones have their passwords; ``others``: extension with an ``x`` before it → another one."""
    phones = {extension: a1(extension) for extension in extensions}
    phones |= {name[1:]: a1(name[1:], word) for name, word in others.items()}
    return Secrets(version=version, domain=DOMAIN, phones=phones)


class PhonesDoor:
    """Answers as the daemon does, for these phones, without one. ``away``: it does not, as if the host were gone."""

    def __init__(self, phones: range = range(1001, 1200)) -> None:
        self.port = free_port()
        self.away = False
        self._numbers = [str(number) for number in phones]
        self._server: ThreadingHTTPServer | None = None
        self.knows()

    def knows(self, *trunks: Trunk) -> None:
        """The phones, and these ways to the outside."""
        phones = tuple(Extension(number=number) for number in self._numbers)
        self.answers = Answers(Directory(extensions=phones, trunks=trunks), secrets(*self._numbers))

    def open(self, secret: str) -> None:
        """Listen; once."""
        if self._server is not None:
            return
        door, this = Door([secret], lambda asked: self.answers.answer(asked)), self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                if this.away:
                    self.close_connection = True
                    return
                environ: dict[str, Any] = {
                    "REQUEST_METHOD": "POST", "HTTP_AUTHORIZATION": self.headers.get("Authorization", ""),
                    "CONTENT_LENGTH": self.headers.get("Content-Length", ""), "wsgi.input": self.rfile,
                }  # fmt: skip
                status, headers, body = door(environ)
                self.send_response(int(status.split()[0]))
                for name, value in [*headers, ("Content-Length", str(len(body)))]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
