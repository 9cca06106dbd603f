"""Another system that knows the people: a small OpenID provider, over real HTTP, with a key made for the test."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "switchdesk", "canary-of-the-provider-2b7f"


class Provider:
    """``claims`` is what it says of who signs on; ``lies`` replaces parts of the signed answer."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.signs_with = self.key
        self.claims: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.issued: dict[str, dict[str, str]] = {}
        self.url = ""
        self.calls_itself = ""

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.calls_itself or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Signs on at once; where it sends the browser."""
        code = f"code-{len(self.issued)}"
        self.issued[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, fields: dict[str, str], basic: str) -> dict[str, Any]:
        """Raises KeyError or AssertionError for what a real one would refuse."""
        asked = self.issued.pop(fields["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(fields["code_verifier"].encode()).digest()).rstrip(b"=")
        assert asked["code_challenge"] == challenge.decode() and asked["code_challenge_method"] == "S256"
        assert base64.b64decode(basic.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"], "sub": "1"}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, {**said, **self.claims, **self.lies}, self.signs_with)
        return {"access_token": "canary-access-token-91c4", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self.answer(made.metadata())
            elif parts.path == "/keys":
                self.answer({"keys": [made.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", made.authorize({k: v[0] for k, v in parse_qs(parts.query).items()}))
                self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                self.answer(made.token({k: v[0] for k, v in parse_qs(body).items()}, self.headers["Authorization"]))
            except (KeyError, AssertionError):
                self.answer({"error": "invalid_grant"}, 400)

        def answer(self, told: dict[str, Any], status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_words: Any) -> None:
            """Tests read what is logged; this is not ours."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
