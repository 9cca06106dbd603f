"""What stands behind a figure: the very calls of its numerator and denominator, the states behind a time, and the
half-hours behind a judgement; and how many of the calls she who reads may not open."""

from itertools import product

import pytest
from django.http import QueryDict

from crm.calls.filters import filters
from crm.calls.selectors import calls_found
from crm.reports.answering import REPORTS, answer
from crm.reports.kpi.figures import FIGURES
from crm.reports.tables import Cell, Table
from tests.crm.reports.seen.test_answers import asked, leads


def lists_of(table: Table):
    """Where, figure, how many, and the address of each list of a numerator or denominator."""
    for row in table.rows:
        for column in table.columns:
            cell = row.cells.get(column.key)
            if cell is None or cell.lists is None:
                continue
            figure = FIGURES[column.figure]
            names = (figure.above if isinstance(figure.above, str) else "", figure.below or "")
            for name, count, address in zip(names, (cell.numerator, cell.denominator), cell.lists(), strict=True):
                if count and address and "behind=" in address:
                    yield f"{column.key} {name}", count, address


@pytest.mark.parametrize("code", list(REPORTS))
def test_each_numerator_and_denominator_leads_to_exactly_its_calls(example, code):
    """In all variants of the service level; times have no list, what they are divided by has one."""
    found = []
    variants = "ABCDEFG" if "variant" in REPORTS[code].choices else "B"
    for variant, attribution in product(variants, ("offered", "event")):
        for rows in REPORTS[code].rows or ("each",):
            table = answer(example.ada, asked(code, rows=rows, attribution=attribution, variant=variant))
            for where, count, address in lists_of(table):
                found.append(where)
                leads(example.ada, Cell(count, drill=address), f"{code} {rows} {attribution} {where}")
    assert found or code in ("states", "kinds", "waits")


def test_the_longest_wait_leads_to_the_call_that_waited_so_long(example):
    [total, *_rows] = answer(example.ada, asked("queues", queues="sales")).rows
    longest, _none = total.cells["max_wait"].lists()
    given = filters(QueryDict(longest.partition("?")[2]), whole=True)
    assert [call.wait_ms for call in calls_found(example.ada, **given.query())] == [300_000]


def test_times_lead_to_the_record_of_states(example, client):
    """One agent's on her row, everybody's on the total; half-hours have no such record."""
    client.force_login(example.ada)
    total, *rows = answer(example.ada, asked("states", agents="a1,a2,a3")).rows
    talking = rows[0].cells["talking"].drill
    assert "agent=a1" in talking and "state=talking" in talking and not total.cells["talking"].drill
    record = client.get(talking, headers={"accept-language": "en"})
    assert {one[0].agent for one in record.context["rows"]} == {"a1"} == {rows[0].cells["key"].value.lower()}
    spent = sum(one[3] for one in record.context["rows"])
    assert round(spent, 1) == rows[0].cells["talking"].value
    half_hours = answer(example.ada, asked("states", rows="time", step="half_hour"))
    assert not any(row.cells["talking"].drill for row in half_hours.rows if row.kind == "row")


def test_half_hours_that_were_judged_are_the_rows_of_another_report(example, client):
    client.force_login(example.ada)
    sales = answer(example.ada, asked("attainment", queues="sales")).rows[1]
    page = client.get(sales.cells["intervals"].drill, headers={"accept-language": "en"})
    rows = [line for line in page.context["lines"] if line.row.kind == "row"]
    assert len(rows) == sales.cells["intervals"].value == 1


def test_what_explains_a_figure_leads_to_its_calls(example, client):
    client.force_login(example.ada)
    address = "/reports/queues/?since=2024-09-18&until=2024-09-18&queues=sales"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "visits.in_time~" in page and "visits.settled~" in page
    chart = page.partition('data-chart="')[2].partition('"')[0]
    assert "at least 80%" in chart


def test_the_list_says_how_many_counted_calls_are_not_hers_to_open(example, client):
    """Boris leads sales; A3 goes to another department, and her calls of the queue with her."""
    a3 = example.boris.department.users.get(username="a3") if example.boris.department else None
    a3 = a3 or example.carol.department.users.get(username="a3")
    a3.department = example.sofia.department
    a3.save()
    client.force_login(example.boris)
    answered = answer(example.boris, asked("queues", queues="sales")).rows[0].cells["answered"]
    page = client.get(answered.drill, headers={"accept-language": "en"})
    beyond, shown = page.context["beyond"], len(page.context["rows"])
    assert beyond["every"] == answered.value == shown + beyond["hidden"] and beyond["hidden"] > 0
    assert f"of {answered.value} counted" in page.content.decode()
    foreign = answered.drill.replace("~sales", "~support")
    assert client.get(foreign).context["beyond"] is None
    client.force_login(example.ada)
    assert client.get(answered.drill).context["beyond"] is None


def test_percentiles_lead_to_the_visits_that_they_are_taken_from(example):
    for row in answer(example.ada, asked("waits", rows="each")).rows:
        if row.cells["answered"].value:
            among, _none = row.cells["wait_p90"].lists()
            leads(example.ada, Cell(row.cells["answered"].value, drill=among), "p90")


def test_answered_calls_of_a_kind_are_listed(example):
    found = []
    for kind in ("disposition", "queue", "entry"):
        for row in answer(example.ada, asked("kinds", kind=kind)).rows:
            cell = row.cells["answered"]
            assert bool(cell.drill) == bool(cell.value)
            if cell.drill:
                found.append(leads(example.ada, cell, f"{kind} {row.cells['key'].value}"))
    assert len(found) > 3
