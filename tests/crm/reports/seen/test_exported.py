"""The worked half-hour out of the house: ordered on the page, written by the worker, the same figures to the digit."""

import pytest
from django.test import Client

from crm.audit.models import Entry
from crm.reports import tasks
from crm.reports.files.orders import SHELF
from crm.reports.models import ReportFile
from tests.crm.audit.test_export import read_csv, read_xlsx
from tests.crm.reports.papers import pages

DAY = {"since": "2024-09-18", "until": "2024-09-18", "queues": "sales", "step": "half_hour"}


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"


@pytest.fixture
def written(example):
    """Orders it on the page, as somebody of whom sales is; returns the bytes of the file."""

    def write(user: str, form: str, report: str = "queues", **more: str) -> bytes:
        client = Client(headers={"accept-language": "en"})
        client.force_login(getattr(example, user))
        asked = DAY | {"report": report, "form": form, "back": "/reports/queues/"} | more
        assert client.post("/reports/files/", asked).url == "/reports/queues/"
        tasks.files()
        made = ReportFile.objects.latest("pk")
        assert made.state == ReportFile.State.READY, made.reason
        answer = client.get(f"/reports/files/{made.pk}/file/")
        assert answer["Content-Disposition"].startswith(f'attachment; filename="{report}-')
        return b"".join(answer.streaming_content)

    return write


def test_csv(written):
    head, *lines = read_csv(written("boris", "csv"))
    nine = next(dict(zip(head, line, strict=True)) for line in lines if line[:1] == ["2024-09-18 09:00:00"])
    told = {name: nine[name] for name in ("Offered", "Answered", "Service level", "State")}
    assert told == {"Offered": "11", "Answered": "5", "Service level": "18.2%", "State": "final"}
    assert "40.4" in nine.values() and "30.0%" in nine.values()
    notes = " ".join(line[0] for line in lines[-12:] if line)
    assert "2024-09-18" in notes and "Asia/Shanghai" in notes and "queued_rate 1" in notes


def test_the_other_variants_and_event_time(written):
    for variant, said in {"A": "40.0%", "C": "20.0%", "D": "36.4%"}.items():
        assert said in written("boris", "csv", variant=variant).decode()
    assert "22.2%" in written("boris", "csv", attribution="event").decode()


def test_xlsx_and_pdf_say_the_same(written):
    sheet = read_xlsx(written("boris", "xlsx"))[0]
    place = sheet[0].index("Service level")
    assert any(row[place : place + 1] and row[place][:6] == "0.1818" for row in sheet[1:])
    told = "".join(pages(written("boris", "pdf")))
    assert "18.2%" in told and "40.4" in told and "2024-09-18 09:00" in told


def test_nobody_gets_figures_that_are_not_hers(written, example):
    """Sofia's people do not serve the queue: her file has no row of it."""
    assert "18.2%" not in written("sofia", "csv").decode()
    client = Client(headers={"accept-language": "en"})
    client.force_login(example.carol)
    assert client.post("/reports/files/", DAY | {"report": "queues", "form": "csv"}).status_code == 403
    made = ReportFile.objects.create(owner=example.carol, report="queues", form="csv", language="en", said=DAY)
    tasks.files()
    made.refresh_from_db()
    assert (made.state, made.reason) == ("failed", "not_allowed") and not SHELF.folder(made).exists()


def test_another_cannot_fetch_it_and_each_time_is_told(written, example):
    written("boris", "csv")
    made = ReportFile.objects.get()
    client = Client()
    client.force_login(example.ada)
    assert client.get(f"/reports/files/{made.pk}/file/").status_code == 404
    assert client.post(f"/reports/files/{made.pk}/cancel/").status_code == 404
    actions = Entry.objects.filter(kind="reports_reportfile", object=str(made.pk)).order_by("id")
    assert [one.action for one in actions] == ["export.made", "export.fetched"]
