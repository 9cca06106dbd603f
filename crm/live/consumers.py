"""The websocket of the desk and of the floor."""

import asyncio
import json
import random
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import User
from crm.live import groups, pages
from crm.live.counted import counted_plain
from crm.live.counter import watched
from crm.live.reading import open_pages
from crm.live.scope import Scope, desk_scope, floor_scope
from crm.live.state import Saved, live_state
from crm.logins.selectors import session_goes_on
from crm.logins.tickets import ticket_shown, ticket_take
from switchctl.contract.live import LiveCall
from switchctl.contract.statefacts import BY_PHONE

NOT_SIGNED_IN, NOT_ALLOWED = 4401, 4403
NO_TICKET, TOO_BIG, TOO_OFTEN = 4410, 4413, 4429
SUBPROTOCOL = "switchdesk"
MOST_BYTES = 1024
MOST_MESSAGES, WITHIN_S = 20, 10.0
"""So much a page may say; ours say a few words a minute."""
PULSE_SPREAD_S = 1.0
"""Within this time of the feeder's pulse each page has its own."""
RESCOPE_S = 30.0
"""How soon a change of the configuration (a new agent, another department) reaches an open page. A logout, a change
of role and the like are told at once (crm.live.telling); this is how soon they come when that was lost."""


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Opens with a snapshot, then sends deltas and a pulse. The page may say ``refresh`` or ``ping``.

    To open it takes a session, an Origin of ours (ccsite.asgi) and a ticket (crm.logins.tickets) as a subprotocol
    beside SUBPROTOCOL. NO_TICKET, TOO_BIG and TOO_OFTEN are no reason for the page to give up: it may come back with
    another ticket.
    """

    permission: str
    """Who may open it (crm.access.permissions)."""
    scope_of: Any
    user: User
    seen: Scope

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As channels does it, without its look for old connections, a thread for each message: ours are not there."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.user = self.scope["user"]
        self.language = _language(self.scope)
        self.joined: list[str] = []
        self.pulsing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        open_pages.opened()
        self.rescoped = time.monotonic() - random.uniform(0, RESCOPE_S)  # so that pages do not all look at once
        self.said: deque[float] = deque(maxlen=MOST_MESSAGES)
        offered = self.scope.get("subprotocols", [])
        await self.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        if not self.user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
        elif not await open_pages.read(self.shows_ticket, ticket_shown(offered)):
            await self.close(NO_TICKET)
        elif not await open_pages.read(self.allowed):
            await self.close(NOT_ALLOWED)
        else:
            await self.open_page()

    def shows_ticket(self, ticket: str) -> bool:
        return ticket_take(ticket, user_id=self.user.pk, session_key=self.scope["session"].session_key)

    def allowed(self) -> bool:
        return may(self.user, self.permission)

    async def open_page(self) -> None:
        """Joins the groups first: what changes while the snapshot is made comes as a delta that overlaps it."""
        self.seen = await self._told(self.scope_of, self.user)
        own = [groups.session(self.scope["session"].session_key), groups.user(self.user.username)]
        self.sources = self.groups_wanted()
        wanted = [groups.PULSE, *own, *self.sources]
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
        self.pulsing.cancel()
        for group in getattr(self, "joined", ()):
            await self.channel_layer.group_discard(group, self.channel_name)
        await open_pages.closed()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Too much, too often or no JSON: the socket closes, nothing is read."""
        now = time.monotonic()
        if text_data is None or len(text_data) > MOST_BYTES:
            await self.close(TOO_BIG)
        elif len(self.said) == MOST_MESSAGES and now - self.said[0] < WITHIN_S:
            await self.close(TOO_OFTEN)
        else:
            self.said.append(now)
            try:
                content = json.loads(text_data)
            except ValueError:
                await self.close(TOO_BIG)
            else:
                await self.receive_json(content)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        said = content.get("type") if isinstance(content, dict) else ""
        if said == "refresh" and self.joined:
            await self.send_snapshot()
        elif said == "ping":  # the page measures the way there and back
            await self.send_json({"type": "pong"})

    async def live_delta(self, message: dict[str, Any]) -> None:
        """Only what names a caller has to be looked up; a thread for each of the others would be most of the work."""
        if any(message.get(part) for part in ("mine", "calls", "parked", "wishes")):
            told = await self._told(self.delta, message)
        else:
            with translation.override(self.language):
                told = self.delta(message)
        await self.send_json(told)

    async def live_pulse(self, message: dict[str, Any]) -> None:
        """Not to all pages in one moment: a fact that comes then would wait behind hundreds of pulses."""
        told = {self.sources[group]: upto for group, upto in message["told"].items() if group in self.sources}
        self.pulsing.cancel()
        self.pulsing = asyncio.create_task(self._pulse({**message, "told": told, "type": "pulse"}))

    async def _pulse(self, told: dict[str, Any]) -> None:
        await asyncio.sleep(random.uniform(0, PULSE_SPREAD_S))
        await self.send_json({**told, "at": _now()})
        if time.monotonic() - self.rescoped > RESCOPE_S:
            await self.channel_layer.send(self.channel_name, {"type": "live.look"})  # in its turn with the deltas

    async def live_look(self, message: dict[str, Any]) -> None:
        """Is she still logged in, may she still see it, and all of it?"""
        self.rescoped = time.monotonic()
        if refusal := await open_pages.look(self._refusal):
            await self.close(refusal)
        elif await self._told(self.scope_of, self.user, by=open_pages.look) != self.seen:
            await self.open_page()

    async def live_ended(self, message: dict[str, Any]) -> None:
        """Her session was ended: by a logout, by somebody else, with a new password."""
        await self.close(NOT_SIGNED_IN)

    async def live_renewed(self, message: dict[str, Any]) -> None:
        """Her session goes on under another key; the page comes back with that."""
        await self.close(NO_TICKET)

    def _refusal(self) -> int:
        """Why a page that was allowed when it opened must close (a logout elsewhere, another role); 0 = it need not."""
        session = self.scope["session"]
        user = User.objects.filter(pk=self.user.pk, is_active=True).first()
        if user is None or not session_goes_on(session.session_key, at_work=self.at_work()):
            return NOT_SIGNED_IN
        if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            return NOT_SIGNED_IN
        self.user = user
        return 0 if self.allowed() else NOT_ALLOWED

    def at_work(self) -> bool:
        """Whether she works at this page even when she sends no request."""
        return False

    async def live_named(self, message: dict[str, Any]) -> None:
        told = await self._told(lambda: pages.named_delta(message, self.calls(live_state())))
        if told["calls"]:
            await self.send_json(told)

    async def live_refused(self, message: dict[str, Any]) -> None:
        with translation.override(self.language):
            sentence = _(message["reason"])
        try:
            sentence = sentence % message["params"]
        except (KeyError, TypeError, ValueError):
            pass  # a sentence without its parameters is still better than none
        answer = {"type": "refused", "command_id": message["command_id"], "sentence": sentence}
        if message.get("command") in BY_PHONE:  # no page asked for it, so each may say it
            answer["phone"] = True
        await self.send_json(answer)

    def groups_wanted(self) -> dict[str, str]:
        """Group → what its deltas call their ``source``."""
        raise NotImplementedError

    def snapshot(self, saved: Saved) -> pages.Message:
        raise NotImplementedError

    def calls(self, saved: Saved) -> list[LiveCall]:
        """Those that the page shows."""
        raise NotImplementedError

    def delta(self, message: dict[str, Any]) -> pages.Message:
        raise NotImplementedError

    async def _told(self, make: Any, *args: Any, by: Any = open_pages.read) -> Any:
        def made() -> Any:
            with translation.override(self.language):
                return make(*args)

        return await by(made)


class DeskConsumer(LiveConsumer):
    """An agent's own desk."""

    permission = "desk.use"
    scope_of = staticmethod(desk_scope)

    def at_work(self) -> bool:
        agent = live_state().view.agents.get(self.user.username)
        return agent is not None and agent.state != "offline"

    def groups_wanted(self) -> dict[str, str]:
        lines = {groups.queue(code): f"queue:{code}" for code in self.seen.queues}
        own = {groups.desk(self.user.username): "desk", groups.phone(self.seen.extension): "phone"}
        return {**own, groups.PARKED: "parked", **lines}

    def snapshot(self, saved: Saved) -> pages.Message:
        return pages.desk_snapshot(self.seen, saved)

    def calls(self, saved: Saved) -> list[LiveCall]:
        return pages.own_calls(self.seen, saved)

    def delta(self, message: dict[str, Any]) -> pages.Message:
        return pages.desk_delta(self.seen, message)


class FloorConsumer(LiveConsumer):
    """The floor, as far as she sees it."""

    permission = "floor.watch"
    scope_of = staticmethod(floor_scope)

    def groups_wanted(self) -> dict[str, str]:
        return {groups.FLOOR: "floor"}

    def snapshot(self, saved: Saved) -> pages.Message:
        made = pages.floor_snapshot(self.seen, saved)
        self.shown = set(made["calls"])
        return {**made, **pages.floor_figures(self.seen, {"figures": counted_plain(), **watched()})}

    async def live_figures(self, message: dict[str, Any]) -> None:
        """Counted anew; nothing of it has to be looked up."""
        with translation.override(self.language):
            told = pages.floor_figures(self.seen, message)
        await self.send_json({"type": "figures", **told})

    def calls(self, saved: Saved) -> list[LiveCall]:
        return [call for call_id, call in saved.view.calls.items() if call_id in self.shown]

    def delta(self, message: dict[str, Any]) -> pages.Message:
        return pages.floor_delta(self.seen, message, self.shown)


def _language(scope: dict[str, Any]) -> str:
    """The page says in which language it is written."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _now() -> int:
    return time.time_ns() // 1000
