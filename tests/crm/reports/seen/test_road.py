"""The worked half-hour as people see it: on the page, behind its counts, in the files."""

import re
from html import unescape

import pytest

from crm.reports.files.orders import WRITER, file_ask
from crm.reports.models import ReportFile
from tests.crm.audit.test_export import read_csv

DAY = {"since": "2024-09-18", "until": "2024-09-18", "step": "half_hour", "rows": "time", "queues": "sales"}
NINE = {
    "offered": "11", "answered": "5", "in_time": "2", "abandoned": "4", "service_level": "18.2%", "asa": "40.4",
    "abandon_rate": "30.0%", "max_wait": "300.0", "answer_rate": "45.5%",
}  # fmt: skip


@pytest.fixture
def page(example, client):
    client.force_login(example.ada)
    return client


def row_at(html: str, time: str) -> dict[str, str]:
    """Key of a column → what its cell says, in the row that begins so."""
    [row] = [one for one in re.findall(r"<tr class=\"row.*?</tr>", html, re.S) if re.search(rf">{time}\b", one)]
    cells = re.findall(r"<td data-key=\"(\w+)\"[^>]*>(.*?)</td>", row, re.S)
    return {key: unescape(re.sub(r"<small.*?</small>|<[^>]+>", "", cell, flags=re.S)).strip() for key, cell in cells}


def links_at(html: str, time: str) -> dict[str, str]:
    [row] = [one for one in re.findall(r"<tr class=\"row.*?</tr>", html, re.S) if re.search(rf">{time}\b", one)]
    cells = re.findall(r"<td data-key=\"(\w+)\"[^>]*>(.*?)</td>", row, re.S)
    found = {key: re.search(r"href=\"([^\"]+)\"", cell) for key, cell in cells}
    return {key: unescape(link[1]) for key, link in found.items() if link}


def test_on_the_page(page):
    said = row_at(page.get("/reports/queues/", DAY).content.decode(), "09:00")
    assert {key: said[key] for key in NINE} == NINE


def test_behind_each_count_are_as_many_calls(page):
    html = page.get("/reports/queues/", DAY).content.decode()
    said, links = row_at(html, "09:00"), links_at(html, "09:00")
    assert {"offered", "answered", "in_time", "abandoned", "short"} <= links.keys()
    for key in (key for key in links if said[key].isdigit()):
        listed = page.get(links[key]).content.decode()
        assert listed.count('name="calls"') == int(said[key]), key


def test_in_a_file(page, example):
    order = file_ask(user=example.ada, report="queues", form="csv", said=DAY)
    WRITER.write_all()
    assert ReportFile.objects.get(pk=order.pk).state == ReportFile.State.READY
    answer = page.get(f"/reports/files/{order.pk}/file/")
    head, *rows = read_csv(b"".join(answer.streaming_content))
    [nine] = [dict(zip(head, row, strict=True)) for row in rows if len(row) == len(head) and " 09:00" in row[0]]
    said = row_at(page.get("/reports/queues/", DAY).content.decode(), "09:00")
    assert [nine["Offered"], nine["Answered"], nine["In time"], nine["Abandoned"]] == ["11", "5", "2", "4"]
    assert [value for name, value in nine.items() if name.startswith("Service level")] == [said["service_level"]]
