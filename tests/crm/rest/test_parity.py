"""Another program can do all that pages can: each page has its doors, or a reason why it has none."""

import dataclasses

import pytest

from crm.audit import filters as audit
from crm.calls import filters as calls
from crm.campaigns.callbacks import listing as callbacks
from crm.campaigns.evidence import filters as evidence
from crm.campaigns.running.selectors import LeadFilters
from crm.customers import filters as customers
from crm.numberlists import filters as lists
from crm.reports.asking import Question
from crm.reports.lost import asking as lost
from crm.reports.staterecord import asking as record
from crm.staff import filters as staff
from tests.crm.access.doors.table import DOORS

from .parity import PARITY, WHY
from .test_doors import doors


def test_each_page_has_its_doors():
    """Whoever adds a page says here by which door a program does the same."""
    known = {name for name, _path, _view in doors()}
    assert sorted(DOORS.keys() ^ PARITY.keys()) == []
    wrong = {page: said for page, said in PARITY.items() if said not in WHY and not set(said.split()) <= known}
    assert not wrong


def test_a_page_that_changes_something_has_a_door_that_does():
    changing = {name for name, _path, view in doors() if view.needs.keys() - {"GET"}}
    wrong = {
        page: PARITY[page] for page, door in DOORS.items()
        if "POST" in door.methods and PARITY[page] not in WHY and not changing & set(PARITY[page].split())
    }  # fmt: skip
    assert wrong == {"privacy_export": "api_privacy_export"}  # its POST changes nothing


PLACES = {"before", "after", "older", "newer", "page", "view", "whole"}
"""Where a page of a list begins, and how it is shown: cursors and tokens say that."""


@pytest.mark.parametrize(
    ("page", "door", "other"),
    [
        (calls.Filters, "api_calls", {"span": "since"}),
        (customers.Filters, "api_customers", {"text": "q", "wishes": "q"}),  # f_…: any field of the centre
        (lists.Filters, "api_list_entries", {"text": "q"}),
        (staff.Filters, "api_users", {"text": "q"}),
        (LeadFilters, "api_leads", {"text": "q", "reach": "not_reached"}),
        (evidence.Filters, "api_evidence", {}),
        (audit.Filters, "api_audit", {}),
        (callbacks.Asked, "api_callbacks", {"whose": "agent"}),
        (lost.Asked, "api_lost_calls", {"calls": "queue"}),
        (record.Asked, "api_state_record", {"base": "agent"}),
        (Question, "api_report", {"report": "rows"}),
    ],
)
def test_each_filter_of_a_page_is_one_of_its_door(page, door, other):
    view = next(view for name, _path, view in doors() if name == door)
    wanted = {other.get(field.name, field.name) for field in dataclasses.fields(page)} - PLACES
    assert wanted <= view.asked().fields.keys()
