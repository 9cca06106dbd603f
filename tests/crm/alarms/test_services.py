"""One open alarm per code and subject."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Q

from crm.alarms import services
from crm.alarms.models import Alarm, Severity
from crm.alarms.words import DISK_LOW, LINK_DOWN
from tests.stories import NOON, SECOND

pytestmark = pytest.mark.django_db
BEGIN = datetime.fromtimestamp(NOON // SECOND).astimezone()
LINK = {"severity": Severity.CRITICAL, "text": LINK_DOWN, "params": {"node": "fs1"}}
DISK = {"text": DISK_LOW, "params": {"path": "/var", "percent": "8.0", "free": "4.0"}}


def test_an_open_alarm_is_counted_and_not_opened_again():
    services.alarm_raise("link_down", "fs1", now=BEGIN, **LINK)
    services.alarm_raise("link_down", "fs1", now=BEGIN + timedelta(seconds=30), **LINK)
    services.alarm_raise("link_down", "fs2", now=BEGIN, **LINK)
    alarm = Alarm.objects.get(subject="fs1")
    assert (alarm.count, alarm.raised_at, alarm.last_seen_at) == (2, BEGIN, BEGIN + timedelta(seconds=30))
    assert Alarm.objects.count() == 2


def test_what_is_cleared_opens_anew():
    services.alarm_raise("link_down", "fs1", **LINK)
    assert services.alarm_clear("link_down", "fs1", now=BEGIN)
    assert not services.alarm_clear("link_down", "fs1")
    services.alarm_raise("link_down", "fs1", **LINK)
    assert Alarm.objects.filter(cleared_at__isnull=True).count() == 1
    assert Alarm.objects.filter(~Q(cleared_at=None)).get().cleared_at == BEGIN


def test_the_first_to_acknowledge_stays(cast):
    alarm = services.alarm_raise("link_down", "fs1", **LINK)
    assert services.alarm_acknowledge(alarm.pk, user=cast.sofia, now=BEGIN)
    assert not services.alarm_acknowledge(alarm.pk, user=cast.ada)
    alarm.refresh_from_db()
    assert (alarm.acknowledged_by, alarm.acknowledged_at) == (cast.sofia, BEGIN)


def test_it_is_logged_when_it_opens_worsens_and_ends(caplog):
    with caplog.at_level("INFO"):
        services.alarm_raise("disk_low", severity=Severity.WARNING, **DISK)
        services.alarm_raise("disk_low", severity=Severity.WARNING, **DISK)
        services.alarm_raise("disk_low", severity=Severity.CRITICAL, **DISK)
        services.alarm_clear("disk_low")
    assert [record.levelname for record in caplog.records if "alarm" in record.name] == ["WARNING", "ERROR", "INFO"]
