"""The demonstration centre: whole, repeatable, and its passwords in one closed file."""

import stat
from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.utils import timezone

from ccsite.run import prepare
from crm.access.holding import reach
from crm.accounts.models import User
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import open_until
from crm.campaigns.leads.filling import fill_run
from crm.campaigns.models import Campaign
from crm.campaigns.running.publish import directory_campaigns
from crm.customers.card import caller_card
from crm.customers.fields.files import path_of
from crm.customers.fields.selectors import fields_active
from crm.customers.models import Customer, CustomerFile
from crm.demo.services import demo_seed
from crm.telephony.models import Queue
from crm.telephony.selectors import directory_snapshot
from switchctl.contract.directory import pin_digest

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def logins(settings, tmp_path):
    settings.STATE_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return tmp_path / "demo-logins"


def test_the_centre_is_whole(logins):
    demo_seed(logins=logins)
    directory = directory_snapshot(1)
    assert [agent.extension for agent in sorted(directory.agents, key=lambda a: a.extension)] == [
        str(number) for number in (*range(1001, 1014), 1020)
    ]
    assert [agent.extension for agent in directory.agents if agent.id == "linyan"] == ["1020"]  # she listens in
    assert [(queue.id, len(queue.members) > 1) for queue in directory.queues] == [
        ("english", True), ("sales", True), ("support", True),
    ]  # fmt: skip
    assert [(route.number, route.queue) for route in directory.routes] == [
        ("4001", "support"), ("4002", "sales"), ("4003", "english"), ("4008", ""),
    ]  # fmt: skip
    [room] = directory.rooms
    number, pin = logins.with_name("demo-rooms").read_text().split()[:2]
    assert (room.number, room.pin) == (number, pin_digest("meeting", pin))  # drawn anew for each centre
    [english] = [queue for queue in directory.queues if queue.id == "english"]
    assert [(m.agent, m.tier) for m in english.members] == [("james", 1), ("emma", 2), ("olivia", 4)]  # by skill
    lead = User.objects.get(roles__code="shift_lead")
    assert {user.username for user in reach(lead, "floor.watch").users()} == {"chenjing", "zhangmin"}
    supervisor = User.objects.get(roles__code="supervisor")
    assert reach(supervisor, "floor.watch").users().filter(roles__code="agent").count() == 13
    assert Counter(Customer.objects.values_list("kind", flat=True)) == {"person": 280, "company": 8}
    assert [field.code for field in fields_active()] == [
        "source", "birthday", "signed", "interests", "yearly_spend", "contract", "course", "delivery"
    ]  # fmt: skip
    people = Customer.objects.filter(kind="person", numbers__number__startswith="+861540140")
    assert all(person.values["source"] and person.values["birthday"] for person in people)
    assert {path_of(file.pk).read_bytes()[:5] for file in CustomerFile.objects.all()} == {b"%PDF-"}
    assert caller_card("15401400001").customer.name == "张美玲"
    assert caller_card("15401400041").customer is None


def test_the_passwords_work_and_only_their_owner_reads_them(logins, capsys):
    call_command("seed_demo", once=True)
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    lines = logins.read_text().splitlines()
    assert len(lines) == 17
    for line in lines:
        login, password, *_ = line.split()
        assert authenticate(username=login, password=password)
        assert password not in capsys.readouterr().out


def test_a_second_time_changes_nothing_and_what_was_deleted_comes_back(logins):
    demo_seed(logins=logins)
    before = logins.read_text(), list(User.objects.values()), list(Queue.objects.values())
    assert demo_seed(logins=logins) is False
    assert (logins.read_text(), list(User.objects.values()), list(Queue.objects.values())) == before
    kept = [line for line in logins.read_text().splitlines() if not line.startswith("emma ")]
    User.objects.get(username="emma").delete()
    assert demo_seed(logins=logins) is True
    assert len(logins.read_text().splitlines()) == 17
    assert set(kept) < set(logins.read_text().splitlines())


def test_once_leaves_a_centre_that_has_people_alone(logins, cast):
    call_command("seed_demo", once=True)
    assert not logins.exists()
    assert not User.objects.filter(username="emma").exists()


@pytest.mark.parametrize(("wish", "made"), [("no", False), ("yes", True)])
def test_make_run_prepares_a_demonstration_unless_none_is_wanted(logins, monkeypatch, wish, made):
    monkeypatch.setenv("SWITCHDESK_DEMO", wish)
    prepare.main()
    assert User.objects.filter(username="emma").exists() is made


def test_campaigns_run_at_any_hour(logins):
    demo_seed(logins=logins)
    now = timezone.now()
    for campaign, mode, leads in zip(
        Campaign.objects.order_by("pk"), ["progressive", "preview"], [200, 40], strict=True
    ):
        assert (campaign.state, campaign.mode) == ("running", mode)
        fill_run(now)
        assert campaign.leads.count() == leads
        assert all(open_until(campaign, "Asia/Shanghai", now + n * HOUR, Holidays()) for n in range(24 * 7))
    [told] = directory_campaigns({user.pk: user.username for user in User.objects.all()})
    assert told.members == ("hexin", "luoting", "maya")
