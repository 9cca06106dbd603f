"""Receivers of webhooks: a real HTTP server in a thread."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook as Signer


class Server(ThreadingHTTPServer):
    """Whoever is killed in the middle of a request is no error of ours."""

    daemon_threads, request_queue_size = True, 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Receiver:
    """``answer`` gets the request's events and says the status; ``heard`` are the requests that it took, each the list
    of its events, ``numbers`` those of all; ``ids`` and ``signatures`` are their headers."""

    def __init__(self, answer: Callable[[list[dict[str, Any]]], int] = lambda events: 204) -> None:
        self.answer, self.secret = answer, ""
        self.heard: list[list[dict[str, Any]]] = []
        self.ids: list[str] = []
        self.signatures: list[str] = []
        self._more = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.secret:
                    Signer(receiver.secret).verify(body, dict(self.headers.items()))
                events = json.loads(body)["events"]
                status = receiver.answer(events)
                with receiver._more:
                    if 200 <= status < 300:
                        receiver.heard.append(events)
                        receiver.ids.append(self.headers["webhook-id"])
                        receiver.signatures.append(self.headers["webhook-signature"])
                    receiver._more.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def numbers(self) -> list[int]:
        return [event["id"] for events in self.heard for event in events]

    def wait(self, number: int, seconds: float = 30) -> list[int]:
        """Until it took so many events."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.numbers) >= number, seconds), self.numbers
            return self.numbers

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
