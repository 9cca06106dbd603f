"""Reports under a name: they open nothing, move on with the calendar, and are shared by role."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.access.holding import forget
from crm.accounts.models import Role
from crm.audit.models import Entry
from crm.reports.models import SavedReport
from crm.reports.saved.selectors import reports_offered
from crm.reports.saved.services import AT_MOST, report_change, report_remove, report_save

DAYS = {"since": "2026-09-14", "until": "2026-09-16", "queues": "support", "step": "day", "csrfmiddlewaretoken": "x"}


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def role(code: str) -> str:
    return str(Role.objects.get(code=code).pk)


def test_the_question_is_kept_in_known_words(cast):
    made = report_save(user=cast.sofia, name="  Three \x00days ", report="queues", said=DAYS)
    assert (made.name, made.report) == ("Three days", "queues")
    assert made.said["since"] == "2026-09-14" and made.said["queues"] == "support"
    assert "csrfmiddlewaretoken" not in made.said


def test_days_that_move_on_with_the_calendar(cast):
    made = report_save(user=cast.sofia, name="Yesterday", report="queues", said=DAYS, days="yesterday")
    assert made.said["span"] == "yesterday" and not {"since", "until"} & made.said.keys()
    lost = report_save(user=cast.sofia, name="Lost", report="lost_calls", said=DAYS, days="last_month")
    assert lost.said == {"since": "2026-09-14", "until": "2026-09-16"}  # a choice that this page does not have


def test_the_same_name_is_the_same_report_and_others_names_are_theirs(cast):
    report_save(user=cast.sofia, name="Mine", report="queues", said={})
    report_save(user=cast.sofia, name="Mine", report="agents", said={})
    report_save(user=cast.boris, name="Mine", report="queues", said={})
    assert sorted(SavedReport.objects.values_list("owner__username", "report")) == [
        ("boris", "queues"), ("sofia", "agents"),
    ]  # fmt: skip


def test_a_number_is_not_kept(cast):
    made = report_save(user=cast.ada, name="Hers", report="lost_calls", said={"number": "15401400001", "fate": "open"})
    assert made.said == {"fate": "open", "span": "today"}


@pytest.mark.parametrize("name, report", [("", "queues"), ("x", "nonsense")])
def test_what_makes_no_sense_is_refused_in_words(cast, name, report):
    with pytest.raises(ValidationError):
        report_save(user=cast.ada, name=name, report=report, said={})


def test_there_are_so_many_and_no_more(cast):
    SavedReport.objects.bulk_create(
        SavedReport(owner=cast.ada, name=f"{n}", report="queues") for n in range(AT_MOST)
    )  # fmt: skip
    with pytest.raises(ValidationError):
        report_save(user=cast.ada, name="one more", report="queues", said={})
    report_save(user=cast.ada, name="0", report="agents", said={})


def test_whoever_may_not_see_reports_keeps_none(cast):
    cast.alice.roles.set([])
    forget(cast.alice)
    with pytest.raises(PermissionDenied):
        report_save(user=cast.alice, name="Mine", report="queues", said={})


def test_shared_with_a_role_it_is_offered_to_its_holders(cast):
    made = report_save(user=cast.sofia, name="Ours", report="queues", said={})
    assert not reports_offered(cast.alice).exists()
    roles = [role("agent"), "nonsense", "99999999999"]
    report_change(user=cast.sofia, report_id=made.pk, name="All of ours", roles=roles)
    assert [one.name for one in reports_offered(cast.alice)] == ["All of ours"]
    assert [one.name for one in reports_offered(cast.sofia)] == ["All of ours"]
    cast.sofia.is_active = False
    cast.sofia.save()
    assert not reports_offered(cast.alice).exists()
    assert Entry.objects.filter(kind="reports_savedreport", action="update").exists()


def test_only_the_owner_changes_it_and_sharing_takes_the_permission(cast):
    made = report_save(user=cast.sofia, name="Mine", report="queues", said={})
    with pytest.raises(SavedReport.DoesNotExist):
        report_change(user=cast.boris, report_id=made.pk, name="His")
    assert not report_remove(user=cast.boris, report_id=made.pk)
    hers = report_save(user=cast.alice, name="Hers", report="agents", said={})
    with pytest.raises(PermissionDenied):
        report_change(user=cast.alice, report_id=hers.pk, name="Hers", roles=[role("agent")])
    report_save(user=cast.alice, name="Other", report="agents", said={})
    with pytest.raises(ValidationError):
        report_change(user=cast.alice, report_id=hers.pk, name="Other")
    assert report_remove(user=cast.alice, report_id=hers.pk)


def test_the_page_keeps_opens_and_removes(client, cast):
    client.force_login(cast.sofia)
    form = DAYS | {"name": "Mine", "report": "queues", "days": "yesterday"}
    assert client.post("/reports/mine/keep/", form).url == "/reports/mine/"
    made = SavedReport.objects.get()
    page = client.get("/reports/mine/").content.decode()
    assert "Mine" in page and f"/reports/mine/{made.pk}/" in page
    there = client.get(f"/reports/mine/{made.pk}/").url
    assert there.startswith("/reports/queues/?") and "span=yesterday" in there and "queues=support" in there
    assert client.get(there).status_code == 200
    answer = client.post(f"/reports/mine/{made.pk}/change/", {"name": "Ours", "roles": [role("supervisor")]})
    assert answer.url == "/reports/mine/"
    client.force_login(cast.boris)
    assert "shared by Sofia" in client.get("/reports/mine/").content.decode()
    assert client.get(f"/reports/mine/{made.pk}/").status_code == 302
    assert client.post(f"/reports/mine/{made.pk}/remove/").status_code == 404
    client.force_login(cast.carol)
    assert client.get(f"/reports/mine/{made.pk}/").status_code == 404
    client.force_login(cast.sofia)
    assert client.post(f"/reports/mine/{made.pk}/remove/").status_code == 302
    assert not SavedReport.objects.exists()


def test_it_opens_only_what_the_opener_may_see(client, cast):
    """Queues are not for who sees her own work alone: the shared report leads to a page that is not there for her."""
    made = report_save(user=cast.sofia, name="Ours", report="queues", said={})
    report_change(user=cast.sofia, report_id=made.pk, name="Ours", roles=[role("agent")])
    client.force_login(cast.alice)
    there = client.get(f"/reports/mine/{made.pk}/").url
    assert client.get(there).status_code == 404
