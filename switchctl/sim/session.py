"""An inbound connection: a controller connected to the switch. Auth first, then verbs, one after the other."""

from __future__ import annotations

import hmac

from . import verbs
from .wire import Link


class Session(Link):
    """Runs in the greenlet that the server made for the connection."""

    def serve(self) -> None:
        try:
            if self._authenticated():
                while True:
                    command = self.read()
                    if command is None:
                        break
                    if not verbs.run(self, command, None):
                        self.goodbye()
                        self._writer.join()
                        break
        finally:
            self.switch.sessions.pop(self, None)
            self.close()

    def _authenticated(self) -> bool:
        """Anything before the right secret is not found; a wrong secret ends the connection."""
        self.send("Content-Type: auth/request\n\n")
        while True:
            command = self.read()
            if command is None:
                return False
            if command.verb not in ("auth", "userauth"):
                self.reply(verbs.NOT_FOUND)
                continue
            given = command.rest.strip().encode("utf-8", "surrogateescape")
            if command.verb == "auth" and hmac.compare_digest(given, self.switch.secret.encode()):
                self.reply("+OK accepted")
                return True
            self.reply("-ERR invalid")
            self.goodbye()
            self._writer.join()
            return False
