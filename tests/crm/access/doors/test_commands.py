"""Every role gives every command, for herself and to agents near and far; and opens every websocket."""

import itertools

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.test import Client

from crm.live.routing import websocket_urlpatterns
from crm.logins.tickets import ticket_make
from crm.switch import CommandWrong, command_send
from switchctl.contract import commands
from tests.crm.live.socket import Socket

from .table import COMMANDS, FOR_OTHERS, FROM_NO_PAGE, NODES, OTHERS, ROOMS, SOCKETS
from .town import LEAVER, ROLES, STRANGER, VISITORS, Town, lets_in, reaches, town


@pytest.fixture
def place(db, redis_client, settings) -> Town:
    return town()


def fields_of(kind: str) -> dict[str, str]:
    return {"Pause": {"reason": "break"}, "PlanPause": {"reason": "break"}, "DrainNode": {"node": "n1"},
            "ReturnNode": {"node": "n1"}, "Dial": {"number": "110"},
            "Transfer": {"what": "queue", "to": "support"}, "Redirect": {"what": "queue", "to": "support"},
            "Consult": {"what": "agent", "to": "bob"},
            "SendKeys": {"keys": "1"}, "Retrieve": {"slot": "01"},
            **dict.fromkeys(("JoinRoom", "LockRoom", "EndRoom"), {"room": "hall"}),
            "InviteToRoom": {"room": "hall", "number": "110"},
            **dict.fromkeys(("MuteMember", "DeafMember", "KickMember"), {"room": "hall", "member": "ann"}),
            "AskCallBack": {"of": "bob"}, "CancelCallBack": {"of": "bob"}}.get(kind, {})  # fmt: skip


def test_every_command_is_listed():
    assert {kind.__name__ for kind in commands.KINDS} == COMMANDS.keys() | FROM_NO_PAGE, "list it in doors/table.py"


def test_what_no_page_gives_goes_out_for_nobody(place, redis_client):
    for visitor, kind in itertools.product(VISITORS[1:], FROM_NO_PAGE):
        with pytest.raises(CommandWrong):
            command_send(place.visitors[visitor], kind, number="+8613801001234")


def test_commands(place):
    wrong = []
    for visitor, (kind, needs) in itertools.product(VISITORS[1:], COMMANDS.items()):
        for where, agent in {"own": place.visitors[visitor], **place.agents}.items():
            if needs == ROOMS:
                may = where == "own" and lets_in(visitor, needs)
            elif where == "own" or needs == NODES:
                may = lets_in(visitor, needs)
            else:
                may = visitor in ROLES and reaches(visitor, FOR_OTHERS.get(kind, OTHERS), where)
            try:
                command_send(place.visitors[visitor], kind, agent=agent, **fields_of(kind))
                did = True
            except PermissionDenied:
                did = False
            if did != may:
                wrong.append(f"{visitor}: {kind} to {where}: {'went out' if did else 'refused'}")
    assert not wrong, "\n".join(wrong)


def test_every_websocket_is_listed():
    assert {str(pattern.pattern) for pattern in websocket_urlpatterns} == SOCKETS.keys(), "list it in doors/table.py"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", SOCKETS)
async def test_websockets(path, redis_client):
    place = await sync_to_async(town)()
    wrong = []
    for visitor in VISITORS:
        session = "" if visitor in (STRANGER, LEAVER) else await sync_to_async(session_of)(place.visitors[visitor])
        user = place.visitors.get(visitor)
        ticket = ticket_make(user_id=user.pk, session_key=session) if user else ""
        socket = Socket(f"/{path}", session, ticket)
        await socket.open()
        first = await socket.receive_output(10)
        code = first.get("code", 0)
        wanted = 4401 if visitor in (STRANGER, LEAVER) else 0 if lets_in(visitor, SOCKETS[path]) else 4403
        if code != wanted:
            wrong.append((visitor, code, wanted))
        if not code:
            await socket.close()
    assert wrong == []


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key
