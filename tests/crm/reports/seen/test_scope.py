"""Who sees whose figures."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from crm.accounts.models import Role, Scope
from crm.reports.answering import REPORTS, answer, reports_of
from crm.reports.asking import question
from crm.reports.scope import seen_by

DAY = {"since": "2024-09-18", "until": "2024-09-18"}
OF_ALL, OF_ONE = (
    {"queues", "waits", "traffic", "weekly", "attainment", "ranking"},
    {"agents", "states", "talks", "kinds"},
)


def codes(user) -> set[str]:
    return {report.code for report in reports_of(seen_by(user))}


def names(user, code: str, **more: str) -> list[str]:
    """What its rows are about."""
    table = answer(user, question(DAY | {"rows": "each"} | more, report=code))
    return [row.cells["key"].value for row in table.rows if row.kind == "row"]


def a1(example):
    return next(one for one in example.carol.department.users.all() if one.username == "a1")


def test_an_agent_sees_her_own_work_alone(example):
    assert codes(a1(example)) == OF_ONE
    assert (names(a1(example), "agents"), names(a1(example), "agents", agents="a2")) == (["A1"], [])
    total = answer(a1(example), question(DAY, report="agents")).rows[0]
    assert (total.cells["offers"].value, total.cells["handled"].value) == (3, 2)
    for code in OF_ALL | {"trunks"}:
        with pytest.raises(PermissionDenied):
            answer(a1(example), question(DAY, report=code))


def test_a_supervisor_sees_her_department_and_the_queues_it_serves(example):
    assert codes(example.boris) == OF_ALL | OF_ONE
    assert names(example.boris, "agents") == ["A1", "A2", "A3"]
    assert names(example.boris, "queues") == ["Sales"] == names(example.boris, "queues", queues="sales,support")
    assert names(example.sofia, "agents", agents="a1") == [] == names(example.sofia, "queues", queues="sales")
    with pytest.raises(PermissionDenied):
        answer(example.boris, question(DAY, report="trunks"))


def test_who_sees_all_sees_the_trunks(example):
    assert codes(example.ada) == set(REPORTS)
    assert names(example.ada, "trunks") == ["carrier"]


def test_nobody_without_the_permission(example):
    bare = Role.objects.create(code="bare", name="Bare", scope=Scope.ALL, permissions=["calls.see"])
    example.boris.roles.set([bare])
    user = type(example.boris).objects.get(pk=example.boris.pk)
    for code in REPORTS:
        with pytest.raises(PermissionDenied):
            answer(user, question(DAY, report=code))


def test_without_the_list_of_calls_nothing_leads_there(example):
    bare = Role.objects.create(code="bare", name="Bare", scope=Scope.ALL, permissions=["reports.see"])
    example.boris.roles.set([bare])
    user = type(example.boris).objects.get(pk=example.boris.pk)
    for code, report in REPORTS.items():
        table = answer(user, question(DAY, report=code, **report.usual))
        cells = [cell for row in table.rows for cell in row.cells.values()]
        assert not any("behind=" in cell.drill for cell in cells), code
        assert not any("behind=" in way for cell in cells if cell.lists for way in cell.lists()), code


def test_each_page_opens_and_a_foreign_one_does_not_exist(example, client):
    client.force_login(example.ada)
    for code, report in REPORTS.items():
        for rows in report.rows or ("time",):
            address = f"{reverse('report', args=[code])}?since=2024-09-18&until=2024-09-18&rows={rows}&compare=week"
            page = client.get(address, headers={"accept-language": "en"})
            assert page.status_code == 200, address
            assert str(report.title) in page.content.decode()
    assert client.get(reverse("report", args=["none"])).status_code == 404
    client.force_login(a1(example))
    assert client.get(reverse("report", args=["queues"])).status_code == 404


def test_nonsense_in_the_address_is_no_error(example, client):
    client.force_login(example.ada)
    for query in ("since=x&until=9999-99-99", "step=eon&rows=all&variant=Z", "queues=%00,%ff&agents=~~~&departments=x"):
        assert client.get(f"{reverse('report', args=['queues'])}?{query}").status_code == 200
    assert client.get(f"{reverse('calls')}?behind=visits.none~x~y").status_code == 200


def test_the_page_of_calls_says_how_many_ringings_there_were(example, client):
    client.force_login(example.ada)
    table = answer(example.ada, question(DAY, report="agents"))
    page = client.get(table.rows[0].cells["offers"].drill, headers={"accept-language": "en"}).content.decode()
    assert "5 calls" in page and "6 ringings" in page
