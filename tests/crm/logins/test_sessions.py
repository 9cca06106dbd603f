"""Where somebody is logged in: shown, ended, and over by itself when nobody is there."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from crm.accounts.models import User
from crm.live.state import START, Saved, encode
from crm.logins.models import LoginSession
from crm.logins.selectors import session_goes_on
from crm.logins.views.places import PAGE
from switchctl.contract.live import LiveAgent, LiveView
from switchctl.contract.names import MAIN
from tests.cast import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0"


def logged_in(login: str, browser: str = FIREFOX, address: str = "10.0.0.7") -> Client:
    client = Client(HTTP_USER_AGENT=browser, REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE="en")
    assert client.post("/login/", {"username": login, "password": PASSWORD}).status_code == 302
    return client


def rows(page) -> list[str]:
    """Text of each row, its tags taken out."""
    found = re.findall(r"<tr data-session=.*?</tr>", page.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def row_of(client: Client) -> LoginSession:
    return LoginSession.objects.get(session_key=client.cookies["sessionid"].value)


def ending(client: Client) -> dict[str, int]:
    return {"session": row_of(client).pk}


def lay_down(client: Client, minutes: float) -> None:
    """Nobody was at it for so long."""
    at = timezone.now() - timedelta(minutes=minutes)
    LoginSession.objects.filter(pk=row_of(client).pk).update(seen_at=at)


def test_the_profile_tells_where_she_is_logged_in_and_which_one_this_is(cast):
    here, _there = logged_in("alice"), logged_in("alice", EDGE, "203.0.113.80")
    page = here.get("/profile/")
    assert len(rows(page)) == 2
    this, other = sorted(rows(page), key=lambda text: "this one" not in text)
    assert "Firefox 140 · Linux" in this and "10.0.0.7" in this and "this one" in this
    assert "Edge 141 · Windows" in other and "203.0.113.80" in other and "Log out there" in other


def test_the_session_key_is_another_after_the_login(cast):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    assert client.cookies["sessionid"].value != "a" * 32


def test_she_ends_one_and_then_all_others(cast):
    here, second, third, fourth = (logged_in("alice") for _ in range(4))
    assert here.post("/sessions/end/", ending(second)).url == "/profile/"
    assert [one.get("/profile/").status_code for one in (here, second, third)] == [200, 302, 200]
    here.post("/profile/sessions/end/")
    assert [one.get("/profile/").status_code for one in (here, third, fourth)] == [200, 302, 302]
    assert len(rows(here.get("/profile/"))) == 1


def test_a_logout_takes_the_row_away(cast):
    client = logged_in("alice")
    client.post("/logout/")
    assert not LoginSession.objects.exists()


def test_a_supervisor_ends_those_of_her_department_and_of_nobody_else(cast):
    sofia, alice, carol = logged_in("sofia"), logged_in("alice"), logged_in("carol")
    shown = " ".join(rows(sofia.get("/sessions/")))
    assert "Alice" in shown and "Sofia" in shown and "Carol" not in shown
    assert sofia.post("/sessions/end/", ending(carol)).status_code == 403
    assert carol.get("/profile/").status_code == 200
    assert sofia.post("/sessions/end/", ending(alice) | {"from": "sessions"}).url == "/sessions/"
    assert alice.get("/profile/").status_code == 302


def test_an_agent_sees_and_ends_only_her_own(cast):
    alice, bob = logged_in("alice"), logged_in("bob")
    assert alice.get("/sessions/").status_code == 403
    assert alice.post("/sessions/end/", ending(bob)).status_code == 403
    for gone in ("999999", "x", ""):
        assert alice.post("/sessions/end/", {"session": gone}).url == "/profile/"
    assert bob.get("/profile/").status_code == 200


def test_one_user_alone(cast):
    ada, _alice = logged_in("ada"), logged_in("alice")
    assert all("Alice" in text for text in rows(ada.get("/sessions/?user=alice")))


def test_many_sessions_turn_their_pages(cast):
    ada, now = logged_in("ada"), timezone.now()
    Session.objects.bulk_create(
        Session(session_key=f"s{n}", session_data="", expire_date=now + timedelta(days=1)) for n in range(PAGE)
    )
    LoginSession.objects.bulk_create(
        LoginSession(user=cast.bob, session_key=f"s{n}", seen_at=now - timedelta(minutes=n)) for n in range(PAGE)
    )
    first, second = ada.get("/sessions/"), ada.get("/sessions/?page=2")
    assert (len(rows(first)), len(rows(second))) == (PAGE, 1)
    assert 'href="?page=2"' in first.content.decode() and 'href="?page=1"' in second.content.decode()
    for nonsense in ("0", "x", "99"):
        assert ada.get(f"/sessions/?page={nonsense}").status_code == 200
    assert 'href="?page=1&amp;user=bob"' not in ada.get("/sessions/?user=bob").content.decode()  # they fit into one


def test_who_leaves_is_out_at_once(cast):
    alice = logged_in("alice")
    user = User.objects.get(pk=cast.alice.pk)
    user.is_active = False
    user.save()
    assert alice.get("/profile/").status_code == 302 and not LoginSession.objects.filter(user=user).exists()


def test_after_an_hour_without_anybody_the_session_is_over(cast):
    client = logged_in("alice")
    lay_down(client, 59)
    assert client.get("/profile/").status_code == 200
    lay_down(client, 61)
    assert client.get("/profile/").url == "/login/?idle=1&next=/profile/"
    assert "nobody was at the page" in client.get("/login/?idle=1").content.decode()
    assert client.get("/profile/").url == "/login/?next=/profile/"


@pytest.mark.parametrize("by_itself", [{"sec-fetch-dest": "empty"}, {"accept": "*/*"}])
def test_what_a_page_fetches_by_itself_keeps_no_session_alive(cast, by_itself):
    client = logged_in("alice")
    lay_down(client, 58)
    assert client.get("/desk/idle/", headers=by_itself).status_code == 200
    client.post("/ticket/", headers=by_itself)
    assert 100 < client.get("/session/left/", headers=by_itself).json()["left"] < 121
    assert client.post("/session/stay/", headers=by_itself).json()["left"] > 3500
    lay_down(client, 61)
    assert client.get("/session/left/", headers=by_itself).status_code == 401


def test_time_can_be_set_and_taken_away(cast, settings):
    client = logged_in("alice")
    settings.SESSION_IDLE_MINUTES = 0
    lay_down(client, 600)
    assert client.get("/session/left/").json() == {"left": None}
    settings.SESSION_IDLE_MINUTES = 5
    lay_down(client, 6)
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize("at_work", [True, False])
def test_an_agent_at_work_on_her_desk_is_not_idle(cast, at_work):
    client = logged_in("alice")
    lay_down(client, 61)
    assert session_goes_on(row_of(client).session_key, at_work=at_work) is at_work
    assert client.get("/profile/").status_code == (200 if at_work else 302)


@pytest.mark.parametrize(("state", "expected"), [("ready", True), ("offline", False)])
def test_at_work_is_who_is_signed_in_for_calls(cast, bus, state, expected):
    from crm.live.consumers import DeskConsumer, FloorConsumer

    view = LiveView(agents={"alice": LiveAgent(id="alice", state=state)})
    bus.set(MAIN.live, encode(Saved(cursor=START, view=view)))
    desk, floor = DeskConsumer(), FloorConsumer()
    desk.user = floor.user = cast.alice
    assert (desk.at_work(), floor.at_work()) == (expected, False)


def test_a_session_ends_also_when_no_page_can_be_told(cast, settings, caplog, django_capture_on_commit_callbacks):
    away = {"hosts": [{"address": "redis://127.0.0.1:1/0"}]}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": away}}
    here, there = logged_in("alice"), logged_in("alice")
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/profile/sessions/end/")
    assert there.get("/profile/").status_code == 302 and here.get("/profile/").status_code == 200
    assert "open pages could not be told at once" in caplog.text
