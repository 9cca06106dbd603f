"""A program that works with the centre: what it sends and is answered."""

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from crm.accounts.models import User
from crm.integrations.models import Integration, Token
from crm.integrations.services import integration_make, token_make

V1 = "/api/v1"


class Program:
    """``send`` and its short forms answer Django's test response; ``body`` is its JSON."""

    def __init__(self, text: str, token: Token | None = None) -> None:
        self.text, self.token = text, token
        self._client = Client()

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """``path`` below /api/v1, or the whole of a link. ``key``: the Idempotency-Key."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said |= {"authorization": f"Bearer {self.text}"} if self.text else {}
        said |= {"idempotency-key": key} if key else {}
        address = path if path.startswith(("/api", "http")) else V1 + path
        data = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        answer = self._client.generic(method, address, data, content_type="application/json", headers=said)
        is_json = not answer.streaming and answer.content and "json" in answer["Content-Type"]
        answer.body = json.loads(answer.content) if is_json else None
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("PATCH", path, body, **more)

    def put(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **more: str) -> Any:
        return self.send("DELETE", path, **more)


def program(ada: User, *permissions: str, name: str = "Billing", **more: Any) -> Program:
    """A program with a token of these permissions; of one name there is one integration. ``department``: of the
    program, where data scopes begin; the rest as of ``token_make``."""
    department, now = more.pop("department", None), timezone.now()
    integration = Integration.objects.filter(name=name).first() or integration_make(
        actor=ada, name=name, department=department, now=now
    )
    token, text = token_make(
        actor=ada, integration=integration, name="test", permissions=permissions, now=now, **more
    )  # fmt: skip
    return Program(text, token)
