"""The websocket of the desk and of the floor."""

import time
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import User
from crm.live import groups, pages
from crm.live.scope import Scope, desk_scope, floor_scope
from crm.live.state import Saved, live_state

NOT_SIGNED_IN, NOT_ALLOWED = 4401, 4403
RESCOPE_S = 30.0
"""How soon a change of the configuration (a new agent, another department) or a logout reaches an open page."""


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Opens with a snapshot, then sends deltas and a pulse. The page may say ``{"type": "refresh"}``."""

    permission: str
    """Who may open it (crm.access.permissions)."""
    scope_of: Any
    user: User
    seen: Scope

    async def connect(self) -> None:
        self.user = self.scope["user"]
        self.language = _language(self.scope)
        self.joined: list[str] = []
        self.rescoped = time.monotonic()
        await self.accept()
        if not self.user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
        elif not await database_sync_to_async(self.allowed)():
            await self.close(NOT_ALLOWED)
        else:
            await self.open_page()

    def allowed(self) -> bool:
        return may(self.user, self.permission)

    async def open_page(self) -> None:
        """Joins the groups first: what changes while the snapshot is made comes as a delta that overlaps it."""
        self.seen = await self._told(self.scope_of, self.user)
        wanted = [groups.PULSE, *self.groups_wanted()]
        for group in set(wanted) - set(self.joined):
            await self.channel_layer.group_add(group, self.channel_name)
        for group in set(self.joined) - set(wanted):
            await self.channel_layer.group_discard(group, self.channel_name)
        self.joined = wanted
        await self.send_snapshot()

    async def send_snapshot(self) -> None:
        snapshot = await self._told(lambda: self.snapshot(live_state()))
        await self.send_json({**snapshot, "at": _now()})

    async def disconnect(self, code: int) -> None:
        for group in getattr(self, "joined", ()):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if isinstance(content, dict) and content.get("type") == "refresh" and self.joined:
            await self.send_snapshot()

    async def live_delta(self, message: dict[str, Any]) -> None:
        await self.send_json(await self._told(self.delta, message))

    async def live_pulse(self, message: dict[str, Any]) -> None:
        await self.send_json({**message, "type": "pulse", "at": _now()})
        if time.monotonic() - self.rescoped > RESCOPE_S:
            self.rescoped = time.monotonic()
            if refusal := await database_sync_to_async(self._refusal)():
                await self.close(refusal)
            elif await self._told(self.scope_of, self.user) != self.seen:
                await self.open_page()

    def _refusal(self) -> int:
        """Why a page that was allowed when it opened must close (a logout elsewhere, another role); 0 = it need not."""
        session = self.scope["session"]
        user = User.objects.filter(pk=self.user.pk, is_active=True).first()
        if user is None or not session.exists(session.session_key):
            return NOT_SIGNED_IN
        self.user = user
        return 0 if self.allowed() else NOT_ALLOWED

    async def live_refused(self, message: dict[str, Any]) -> None:
        with translation.override(self.language):
            sentence = _(message["reason"])
        try:
            sentence = sentence % message["params"]
        except (KeyError, TypeError, ValueError):
            pass  # a sentence without its parameters is still better than none
        await self.send_json({"type": "refused", "command_id": message["command_id"], "sentence": sentence})

    def groups_wanted(self) -> list[str]:
        raise NotImplementedError

    def snapshot(self, saved: Saved) -> pages.Message:
        raise NotImplementedError

    def delta(self, message: dict[str, Any]) -> pages.Message:
        raise NotImplementedError

    async def _told(self, make: Any, *args: Any) -> Any:
        def made() -> Any:
            with translation.override(self.language):
                return make(*args)

        return await database_sync_to_async(made)()


class DeskConsumer(LiveConsumer):
    """An agent's own desk."""

    permission = "desk.use"
    scope_of = staticmethod(desk_scope)

    def groups_wanted(self) -> list[str]:
        return [groups.desk(self.user.username), *map(groups.queue, self.seen.queues)]

    def snapshot(self, saved: Saved) -> pages.Message:
        return pages.desk_snapshot(self.seen, saved)

    def delta(self, message: dict[str, Any]) -> pages.Message:
        return pages.desk_delta(self.seen, message)


class FloorConsumer(LiveConsumer):
    """The floor, as far as she sees it."""

    permission = "floor.watch"
    scope_of = staticmethod(floor_scope)

    def groups_wanted(self) -> list[str]:
        return [groups.FLOOR]

    def snapshot(self, saved: Saved) -> pages.Message:
        made = pages.floor_snapshot(self.seen, saved)
        self.shown = set(made["calls"])
        return made

    def delta(self, message: dict[str, Any]) -> pages.Message:
        return pages.floor_delta(self.seen, message, self.shown)


def _language(scope: dict[str, Any]) -> str:
    """The page says in which language it is written."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _now() -> int:
    return time.time_ns() // 1000
