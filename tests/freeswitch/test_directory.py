"""Phones are rows: the daemon answers for them, and the switch remembers while no daemon does."""

from collections.abc import Iterator

import pytest

from switchctl.contract import facts as f
from tests.daemon.stage import centre
from tests.freeswitch.agents import password, secrets
from tests.freeswitch.centre import Centre
from tests.freeswitch.endpoint import Endpoint, Phone
from tests.freeswitch.switch import DOMAIN, Switch
from tests.freeswitch.test_failsafe import statuses
from tests.freeswitch.until import until


@pytest.fixture
def alone(switch: Switch) -> Iterator[None]:
    """Nobody but the daemon answers for phones, and the switch remembers none of before."""
    switch.phones.away = True
    console = switch.console()
    console.api("xml_flush_cache")
    yield
    switch.phones.away = False
    console.api("xml_flush_cache")
    console.close()


def registers(outside: Endpoint, extension: str, secret: str) -> Phone:
    outside.do(outside.phones.pop, extension, None)
    phone = outside.register(extension, secret)
    until(lambda: phone.registered or phone.refused, f"an answer to phone {extension}")
    return phone


def test_phones_work_on_while_no_daemon_answers(alone: None, desk: Centre) -> None:
    """For longer than a registration: hers is renewed meanwhile, and the fail-safe queue rings her."""
    [phone] = desk.at_work("alice")
    desk.until(lambda: desk.metric("directory_questions_total") >= 4)  # the daemon had the switch know all of them
    console = desk.switch.console()
    until(lambda: statuses(console).get("1001@default") == "Available", "the fail-safe queue to know her")
    console.close()
    desk.daemon.kill()
    desk.daemon.wait()

    desk.outside.unregister(phone)
    until(lambda: not phone.registered, "the phone to be gone")
    assert registers(desk.outside, "1001", "not-the-password").refused == 403
    again = registers(desk.outside, "1001", password("1001"))
    assert again.registered
    again.behave = "answer"
    assert registers(desk.outside, "1003", password("1003")).registered  # it had never been there before
    caller = desk.outside.dial("4001")
    desk.talks(caller, again)


def test_another_secret_ends_the_registration_with_the_old_one(alone: None, desk: Centre) -> None:
    [phone] = desk.at_work("alice")
    desk.publish(centre(version=2), secrets("1002", version=2, x1001="another"))
    desk.until(lambda: [fact for fact in desk.facts(f.DeviceChanged, extension="1001") if not fact.registered])
    console = desk.switch.console()
    assert "user_not_registered" in console.api(f"sofia_contact 1001@{DOMAIN}")
    console.close()
    assert registers(desk.outside, "1001", phone.password).refused == 403
    assert registers(desk.outside, "1001", "another").registered
    assert registers(desk.outside, "1003", password("1003")).refused == 403, "its row is gone"
