"""The doors of the web: each says who acts inside, and leaves an entry when it is shut in somebody's face."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.http import HttpRequest, HttpResponse

from crm.audit import flood
from crm.audit.actor import Actor, acting, current, of_user
from crm.audit.services import event

REFUSED_SOCKET = 4403
_DOORS = (("/api/", "api"), ("/admin/", "admin"))


class Requests:
    """Middleware for pages and the API; the outermost one that may write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(lambda: of_request(request)):
            response = self.get_response(request)
            if response.status_code == 403:
                refused(request.path, method=request.method or "")
            return response


class Sockets:
    """The same for websockets, around their consumers."""

    def __init__(self, app: Callable[..., Awaitable[Any]]) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        address = (scope.get("client") or [""])[0]

        async def telling(message: dict[str, Any]) -> None:
            await send(message)
            if message["type"] == "websocket.close" and message.get("code") == REFUSED_SOCKET:
                await database_sync_to_async(refused)(scope["path"], method="WEBSOCKET")

        with acting(lambda: of_user(scope.get("user"), address=address, door="page")):
            return await self.app(scope, receive, telling)


def of_request(request: HttpRequest) -> Actor:
    """Whoever is signed in by now: a token of the API is read inside the view."""
    door = next((name for path, name in _DOORS if request.path.startswith(path)), "page")
    return of_user(getattr(request, "user", None), address=request.META.get("REMOTE_ADDR") or "", door=door)


def refused(path: str, *, method: str) -> None:
    """Somebody wanted to see or do what she may not."""
    doer = current()
    place = flood.place("refused", f"{doer.address}:{doer.who}")
    if place <= flood.MOST:
        more = {"more": True} if place == flood.MOST else {}
        event("access.refused", label=path, details={"method": method} | more)
