"""The page of alarms: who sees it, in whose words, and the button."""

import pytest

from crm import bus as buses
from crm.alarms.alive import KEY
from crm.alarms.models import Alarm, Severity
from crm.alarms.services import alarm_clear, alarm_raise
from crm.alarms.words import DAEMON_AWAY, LINK_DOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def link_down():
    return alarm_raise("link_down", "fs1", severity=Severity.CRITICAL, text=LINK_DOWN, params={"node": "fs1"})


def test_agents_do_not_see_it(client, cast, link_down):
    client.force_login(cast.alice)
    assert client.get("/alarms/").status_code == 403
    assert client.post(f"/alarms/{link_down.pk}/acknowledge/").status_code == 403
    assert "/alarms/" not in client.get("/calls/").content.decode()


def test_strangers_are_asked_who_they_are(client, db):
    assert client.get("/alarms/").status_code == 302


@pytest.mark.parametrize("who", ["sofia", "ada"])
def test_open_ones_come_first_and_in_words(client, cast, link_down, who):
    alarm_raise("daemon_away", severity=Severity.CRITICAL, text=DAEMON_AWAY)
    alarm_clear("daemon_away")
    client.force_login(getattr(cast, who))
    page = client.get("/alarms/", headers={"accept-language": "en"}).content.decode()
    assert 'href="/alarms/" aria-current="page"' in page
    assert page.index("The link to the switch fs1 is down") < page.index("No daemon decides about calls")
    assert "link_down" not in page and "daemon_away" not in page


def test_the_button(client, cast, link_down):
    client.force_login(cast.sofia)
    assert client.get(f"/alarms/{link_down.pk}/acknowledge/").status_code == 405
    for _twice in range(2):
        assert client.post(f"/alarms/{link_down.pk}/acknowledge/").headers["Location"] == "/alarms/"
    assert Alarm.objects.get().acknowledged_by == cast.sofia
    page = client.get("/alarms/").content.decode()
    assert "Sofia" in page and "/acknowledge/" not in page


def test_it_is_in_chinese_too(client, cast, link_down):
    client.force_login(cast.sofia)
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/alarms/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "与交换机 fs1 的连接已中断" in page and "交换机无法连接" in page


def test_an_alarm_of_an_older_version_is_still_shown(client, cast):
    alarm_raise("of_old", severity=Severity.WARNING, text="Something about %(what)s.", params={})
    client.force_login(cast.ada)
    page = client.get("/alarms/").content.decode()
    assert "Something about %(what)s." in page and "of old" in page


@pytest.mark.parametrize(("language", "said"), [("en", "look at its secret"), ("zh-hans", "请检查它的密码")])
def test_it_says_what_to_do(client, cast, link_down, language, said):
    client.force_login(cast.sofia)
    client.cookies["django_language"] = language
    assert said in client.get("/alarms/", headers={"accept-language": language}).content.decode()


def test_it_says_when_nobody_watches(client, cast, bus, settings, free_port):
    client.force_login(cast.sofia)

    def banner() -> bool:
        return "Nobody looks for alarms" in client.get("/alarms/", headers={"accept-language": "en"}).content.decode()

    assert banner()
    bus.set(KEY, "1", ex=60)
    assert not banner()
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    buses.client.cache_clear()
    try:
        assert not banner(), "it is not known, and the page is there all the same"
    finally:
        buses.client.cache_clear()
