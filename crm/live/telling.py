"""What the rest of the site tells open websockets: a session ended, a role changed, a caller has a name. Sent when the
rows are committed.

Redis that is away is no reason to fail: sockets look for themselves, too, only later (``consumers.RESCOPE_S``).
"""

import asyncio
import logging
import threading
from collections.abc import Collection, Iterable
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

from crm.live import groups
from crm.live.state import live_state

log = logging.getLogger(__name__)

PATIENCE_S = 3.0


def sessions_ended(keys: Iterable[str]) -> None:
    """Sockets of these sessions close with NOT_SIGNED_IN."""
    _tell([(groups.session(key), {"type": "live.ended"}) for key in keys])


def session_renewed(key: str) -> None:
    """Sockets of this session connect again: its key is another now."""
    _tell([(groups.session(key), {"type": "live.renewed"})])


def users_changed(logins: Iterable[str]) -> None:
    """Sockets of these users look again what they may see."""
    _tell([(groups.user(login), {"type": "live.look"}) for login in logins])


def everybody_look() -> None:
    """What a role allows has changed."""
    _tell([(groups.PULSE, {"type": "live.look"})])


def calls_named(calls: Collection[str]) -> None:
    """Somebody said who a caller is, or a customer has another name: pages that show one of these calls look again."""
    if calls:
        message = {"type": "live.named", "calls": sorted(calls)}
        view = live_state().view
        logins = {call.agent for call in map(view.calls.get, calls) if call is not None and call.agent}
        logins |= {agent.id for agent in view.agents.values() if agent.call_id in calls}
        _tell([(group, message) for group in [groups.FLOOR, *map(groups.desk, sorted(logins))]])


def _tell(posts: list[tuple[str, dict[str, Any]]]) -> None:
    if posts:
        transaction.on_commit(lambda: _send(posts))


def _send(posts: list[tuple[str, dict[str, Any]]]) -> None:
    """In a thread of its own: the caller may be in an event loop, where one cannot wait for another."""

    async def send() -> None:
        layer = get_channel_layer()
        for group, message in posts:
            await layer.group_send(group, message)

    def attempt() -> None:
        try:
            asyncio.run(asyncio.wait_for(send(), PATIENCE_S))
        except Exception as error:  # noqa: BLE001  whatever the layer raises: the sockets look for themselves
            log.warning("open pages could not be told at once: %s", error)

    thread = threading.Thread(target=attempt, name="telling")
    thread.start()
    thread.join(PATIENCE_S + 1)
