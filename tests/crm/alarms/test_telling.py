"""Webhook and mail over real sockets: signed, repeated, never led astray, and nobody waits for them."""

import hashlib
import hmac
import json
import threading
import time
from datetime import datetime
from email import message_from_string, policy

import pytest

from crm.alarms import mail
from crm.alarms.channel import MOST, Channel, NotDelivered
from crm.alarms.ledger import OPENED, OVER, Entry
from crm.alarms.messages import message
from crm.alarms.webhook import Webhook
from crm.alarms.words import LINK_DOWN
from tests.crm.alarms.receivers import MailReceiver, WebReceiver, until

SECRET = "a-secret-of-the-tests"
AT = datetime.fromisoformat("2026-11-22T04:00:00+00:00")


def told(what: str = OPENED, subject: str = "fs1"):
    over = AT if what == OVER else None
    return message(what, Entry("link_down", subject, "critical", LINK_DOWN, {"node": subject}, AT, AT, cleared_at=over))


@pytest.fixture
def receiver():
    """Makes receivers that end with the test."""
    made = []

    def make(*args, **options):
        made.append(WebReceiver(*args, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def channel():
    """Makes channels that end with the test; they try again at once."""
    made = []

    def make(send, **options):
        made.append(Channel("test", send, **{"pauses": (0.02,), **options}))
        return made[-1]

    yield make
    for one in made:
        one.close(0)


def test_the_body_is_signed_and_says_all_in_both_languages(receiver):
    web, sent, begun = receiver(204), told(), int(time.time())
    Webhook(web.url, SECRET).send(sent)
    path, headers, body = web.got[0]
    assert path == "/hook?token=t0p" and headers["Content-Type"] == "application/json"
    parts = dict(part.split("=") for part in headers["Switchdesk-Signature"].split(","))
    assert begun <= int(parts["t"]) <= time.time()
    assert parts["v1"] == hmac.new(SECRET.encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    said = json.loads(body)
    assert said["id"] == headers["Switchdesk-Delivery"] == sent.id
    assert (said["version"], said["event"]) == (1, "opened")
    assert said["alarm"] == {
        "code": "link_down", "subject": "fs1", "severity": "critical", "params": {"node": "fs1"},
        "raised_at": "2026-11-22T04:00:00.000Z", "cleared_at": None, "count": 1,
    }  # fmt: skip
    assert said["words"]["en"]["text"] == "The link to the switch fs1 is down: nothing is offered there."
    assert said["words"]["zh-hans"]["title"] == "交换机无法连接" and said["words"]["zh-hans"]["advice"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(receiver, status):
    inner = receiver(200)
    web = receiver(status, location=inner.url)
    with pytest.raises(NotDelivered, match=f"{status}, and redirects"):
        Webhook(web.url, SECRET).send(told())
    assert inner.got == []


def test_proxies_of_the_environment_are_not_used(receiver, monkeypatch, free_port):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    web = receiver(200)
    Webhook(web.url, SECRET).send(told())
    assert len(web.got) == 1


def test_a_receiver_that_drips_is_cut_off(receiver):
    web = receiver(drips=True)  # for ever, unless it is cut off
    with pytest.raises(NotDelivered):
        Webhook(web.url, SECRET, whole_s=0.5).send(told())


def test_nobody_there_is_told_without_the_address_secret(free_port):
    hook = Webhook(f"http://127.0.0.1:{free_port()}/hook?token=t0p", SECRET)
    with pytest.raises(NotDelivered) as caught:
        hook.send(told())
    assert "t0p" not in str(caught.value) and "t0p" not in hook.name


def test_it_is_tried_again_until_it_is_taken_with_the_same_id(receiver, channel):
    web = receiver(500, 429, 200)
    channel(Webhook(web.url, SECRET).send).put(told())
    until(lambda: len(web.got) == 3)
    assert len({json.loads(body)["id"] for _path, _headers, body in web.got}) == 1


def test_one_that_is_never_taken_does_not_hold_up_the_others(channel):
    taken = []

    def send(sent):
        if sent.subject == "poison":
            raise NotDelivered("no")
        taken.append(sent.subject)

    road = channel(send, pauses=(30,))
    for subject in ("poison", "fs1", "fs2"):
        road.put(told(subject=subject))
    until(lambda: taken == ["fs1", "fs2"])


def test_it_is_given_up_at_last_and_said_so(channel, caplog):
    def send(sent):
        raise NotDelivered("it answered 500")

    channel(send, give_up_s=0.1).put(told())
    until(lambda: "link_down fs1 was not told by test and is given up: it answered 500" in caplog.text)


def test_a_fault_of_ours_does_not_end_the_road(channel):
    taken = []

    def send(sent):
        taken.append(sent)
        if len(taken) == 1:
            raise KeyError("ours")

    channel(send).put(told())
    until(lambda: len(taken) == 2)


def test_telling_never_waits_and_too_many_are_not_kept(channel, caplog):
    free = []
    road = channel(lambda sent: until(lambda: free, 250))
    for number in range(MOST + 20):
        road.put(told(subject=str(number)))
    assert not free, "all were put while the first one was still on its way"
    assert "too many wait" in caplog.text
    free.append(True)


def test_the_end_gives_what_waits_one_more_try(receiver, channel):
    web = receiver(500, 200)
    road = channel(Webhook(web.url, SECRET).send, pauses=(600,))
    road.put(told())
    until(lambda: len(web.got) == 1)
    road.close(60)
    assert len(web.got) == 2


def test_what_is_being_told_when_the_end_comes_gets_one_more_try_too(channel):
    tries, tried, goes_on = [], threading.Event(), threading.Event()

    def send(message):
        tries.append(message)
        tried.set()
        if len(tries) == 1:
            goes_on.wait(60)
            raise NotDelivered("it answered 500")

    road = channel(send, pauses=(600,))
    road.put(told())
    assert tried.wait(60)
    end = threading.Thread(target=road.close, args=(60,))
    end.start()
    until(lambda: road._closing)
    goes_on.set()
    end.join(60)
    assert len(tries) == 2


@pytest.fixture
def mailbox(settings):
    made = MailReceiver()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.ALARM_MAIL = ["night@example.org", "day@example.org"]
    yield made
    made.close()


def test_a_mail_says_what_is_wrong_and_what_to_do(mailbox, settings):
    settings.LANGUAGE_CODE = "en"
    mail.send(told())
    mail.send(told(OVER))
    first, second = (message_from_string(text, policy=policy.default) for text in mailbox.mails)
    assert first["Subject"] == "[Switchdesk] Switch unreachable" and first["To"] == "night@example.org, day@example.org"
    assert "The link to the switch fs1 is down" in first.get_content() and "What to do:" in first.get_content()
    assert second["Subject"] == "[Switchdesk] Over: Switch unreachable"
    assert "What to do:" not in second.get_content()


def test_a_mail_in_chinese_arrives_whole(mailbox):
    mail.send(told())
    got = message_from_string(mailbox.mails[0], policy=policy.default)
    assert got["Subject"] == "[Switchdesk] 交换机无法连接" and "fs1" in got.get_content()


def test_a_mail_server_that_is_away_is_no_delivery(mailbox, settings, free_port):
    settings.EMAIL_PORT = free_port()
    with pytest.raises(NotDelivered, match="refused"):
        mail.send(told())
