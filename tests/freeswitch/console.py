"""The test's own line to the switch, made of our frames, events and commands over a plain socket."""

import socket
import threading

from switchctl.esl import commands
from switchctl.esl.events import Event, decode_event
from switchctl.esl.frames import Frame, FrameReader


class Console:
    """``ask`` sends a command and returns the answer; with ``listen`` every subscribed event lands in ``events``."""

    def __init__(self, port: int, secret: str, listen: bool = False) -> None:
        self.events: list[Event] = []
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._reader = FrameReader()
        self._frames: list[Frame] = []
        self._take("auth/request")
        self._socket.sendall(commands.auth(secret))
        self.welcome = self._take("command/reply").reply_text
        if listen:
            self._socket.sendall(commands.events())
            assert self._take("command/reply").reply_text.startswith("+OK")
            self._socket.settimeout(None)
            threading.Thread(target=self._listen, name="console", daemon=True).start()

    def ask(self, command: bytes) -> str:
        """One command at a time; api answers with their body, others with their reply."""
        self._socket.sendall(command)
        frame = self._next()
        return (frame.body.decode("utf-8", "replace") or frame.reply_text).strip()

    def api(self, text: str) -> str:
        """Any api, written by the test itself."""
        return self.ask(f"api {text}\n\n".encode())

    def hear(self, *names: str) -> None:
        """Events of these names too; of a console that listens."""
        self._socket.sendall(f"event json {' '.join(names)}\n\n".encode())

    def named(self, name: str, uuid: str = "") -> list[Event]:
        """Events of a name (and of one leg) so far."""
        return [event for event in list(self.events) if event.name == name and uuid in ("", event.uuid)]

    def close(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the switch was quicker
        self._socket.close()

    def _next(self) -> Frame:
        while not self._frames:
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("the switch closed the event socket")
            self._frames += self._reader.feed(data)
        return self._frames.pop(0)

    def _take(self, content_type: str) -> Frame:
        frame = self._next()
        assert frame.content_type == content_type, f"{frame.content_type} instead of {content_type}"
        return frame

    def _listen(self) -> None:
        while True:
            try:
                frame = self._next()
            except OSError:
                return
            if frame.content_type == "text/event-json":
                self.events.append(decode_event(frame.body))
