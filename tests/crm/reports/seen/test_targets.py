"""Targets: the usual ones, those that are set, a queue's own, and who may set them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from crm.audit.models import Entry
from crm.reports.answering import answer
from crm.reports.asking import question
from crm.reports.models import ReportTarget
from crm.reports.targets import TARGETED, figure_of, target_add, target_remove, targets_read, targets_set, typed_of

DAY = {"since": "2024-09-18", "until": "2024-09-18"}


def usual() -> dict[str, str]:
    return {name: typed_of(figure_of(name), figure_of(name).target) for name in TARGETED}


def level(user, **asked: str):
    return answer(user, question(DAY | asked, report="queues")).rows[0].cells["service_level"]


def test_those_of_the_sources_count_from_the_start(db):
    known = targets_read()
    assert (known.of("service_level"), known.of("asa"), known.of("avg_wait_all")) == (0.8, 15, 15)
    assert (known.of("abandon_rate"), known.of("blocked_rate"), known.of("utilisation")) == (0.02, 0.02, 0.8)
    assert known.of("service_level_c", "sales") == 0.8 and known.of("att") is None


def test_a_target_is_said_with_a_word(example):
    cell = level(example.ada)
    assert (cell.verdict, cell.target) == ("missed", "at least 80%")
    targets_set(user=example.ada, asked=usual() | {"service_level": "18"})
    assert level(example.ada).verdict == "met"
    targets_set(user=example.ada, asked=usual() | {"service_level": ""})
    assert (level(example.ada).verdict, level(example.ada).target) == ("", "")


def test_a_queue_may_have_its_own(example):
    target_add(user=example.ada, figure="service_level", queue="sales", typed="10")
    assert level(example.ada, queues="sales").verdict == "met" and level(example.ada).verdict == "missed"
    for variant in "ABCDEFG":
        assert level(example.ada, queues="sales", variant=variant).target == "at least 10%"
    target_remove(user=example.ada, figure="service_level", queue="sales")
    assert level(example.ada, queues="sales").verdict == "missed"


def test_what_is_set_as_usual_is_no_row_and_a_change_is_in_the_trail(example):
    targets_set(user=example.ada, asked=usual())
    assert not ReportTarget.objects.exists()
    targets_set(user=example.ada, asked=usual() | {"asa": "20.5"})
    assert [(one.figure, one.value) for one in ReportTarget.objects.all()] == [("asa", 20.5)]
    assert Entry.objects.filter(kind="reports_reporttarget", action="insert").count() == 1


@pytest.mark.parametrize("typed", ["x", "-1", "nan", "101", "inf"])
def test_nonsense_sets_nothing(example, typed):
    with pytest.raises(ValidationError) as wrong:
        targets_set(user=example.ada, asked=usual() | {"asa": "30", "service_level": typed})
    assert list(wrong.value.message_dict) == ["service_level"] and not ReportTarget.objects.exists()
    with pytest.raises(ValidationError):
        target_add(user=example.ada, figure="service_level", queue="nowhere", typed="10")


def test_only_who_may(example):
    for user in (example.alice, example.sofia):
        with pytest.raises(PermissionDenied):
            targets_set(user=user, asked=usual())
        with pytest.raises(PermissionDenied):
            target_add(user=user, figure="asa", queue="sales", typed="10")
        with pytest.raises(PermissionDenied):
            target_remove(user=user, figure="asa", queue="sales")


def test_by_the_page(example, client):
    client.force_login(example.ada)
    page = reverse("report_targets")
    assert client.post(page, usual() | {"asa": "12"}).status_code == 302
    assert targets_read().of("asa") == 12
    wrong = client.post(page, usual() | {"asa": "soon"}, headers={"accept-language": "en"})
    assert wrong.status_code == 400 and "soon" in wrong.content.decode() and targets_read().of("asa") == 12
    added = {"figure": "asa", "queue": "sales", "value": "9"}
    assert client.post(reverse("report_target_add"), added).status_code == 302
    assert targets_read().of("asa", "sales") == 9
    assert "Sales" in client.get(page, headers={"accept-language": "en"}).content.decode()
    assert client.post(reverse("report_target_add"), added | {"value": "?"}).status_code == 400
    assert client.post(reverse("report_target_remove"), added).status_code == 302
    assert targets_read().of("asa", "sales") == 12
