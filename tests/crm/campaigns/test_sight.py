"""Whose campaigns a data scope reaches: Sofia supervises support, Boris sales; Ada reaches all."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import reverse

from crm.accounts.models import Department, Role, Scope
from crm.campaigns.attempts.digest import digest
from crm.campaigns.evidence.filters import Filters, attempts_asked
from crm.campaigns.leads.taking import leads_take
from crm.campaigns.models import Campaign
from crm.campaigns.running import services
from crm.campaigns.running.selectors import campaigns_seen
from crm.campaigns.running.sight import commands
from tests.crm.campaigns.attempts.test_making import make
from tests.crm.campaigns.calls import call_told
from tests.crm.campaigns.floor import works_for
from tests.crm.campaigns.people import AT, campaign_of, lead_of

ALL = ("campaigns.see", "campaigns.manage", "campaigns.run", "campaigns.evidence", "customers.see")


@pytest.fixture
def managers(cast):
    """Sofia and Boris may do all with campaigns, each as far as department and those below reach."""
    role = Role.objects.create(code="planner", name="Planner", scope=Scope.BELOW, permissions=list(ALL))
    for user in (cast.sofia, cast.boris):
        user.roles.set([role])
    return cast


def seen(user) -> list[str]:
    return sorted(campaigns_seen(user).values_list("name", flat=True))


def staffed(name: str, *people, departments=()) -> Campaign:
    made = campaign_of(name=name, state="draft")
    if people:
        works_for(made, *people)
    made.departments.set(departments)
    return made


def test_a_campaign_is_seen_by_who_reaches_somebody_who_works_for_it(managers) -> None:
    cast = managers
    support, sales = cast.alice.department, cast.carol.department
    house = Department.objects.create(name="House")
    Department.objects.filter(pk__in=[support.pk, sales.pk]).update(parent=house)
    staffed("by skill", cast.alice)
    staffed("both by skill", cast.alice, cast.carol)
    staffed("both by skill, of sales", cast.alice, cast.carol, departments=[sales])
    staffed("of support", departments=[support])
    staffed("of the house", departments=[house])
    staffed("of nobody")
    common = ["both by skill", "of the house"]
    assert seen(cast.sofia) == ["both by skill", "by skill", "of support", "of the house"]
    assert seen(cast.boris) == sorted([*common, "both by skill, of sales"])
    assert len(seen(cast.ada)) == 6


def test_who_commands_reaches_everybody_who_works_for_it(managers, client) -> None:
    cast = managers
    hers, both = staffed("hers", cast.alice, cast.bob), staffed("both", cast.alice, cast.carol)
    for user, campaign in ((cast.sofia, both), (cast.boris, both)):
        assert not commands(user, "campaigns.run", campaign)
        with pytest.raises(PermissionDenied):
            services.campaign_start(user=user, campaign_id=campaign.pk, at=AT)
        with pytest.raises(PermissionDenied):
            services.campaign_change(user=user, campaign_id=campaign.pk, version=1, fields={"name": "Mine"})
        with pytest.raises(PermissionDenied):
            leads_take(user=user, campaign=campaign, wanted={}, at=AT)
    with pytest.raises(Http404):
        services.campaign_start(user=cast.boris, campaign_id=hers.pk, at=AT)
    for campaign, buttons in ((hers, True), (both, False)):
        client.force_login(cast.sofia)
        page = client.get(reverse("campaign", args=[campaign.pk])).content.decode()
        assert ('value="start"' in page) is buttons
    client.force_login(cast.boris)
    assert client.get(reverse("campaign", args=[hers.pk])).status_code == 404
    assert services.campaign_start(user=cast.sofia, campaign_id=hers.pk, at=AT).state == "running"
    assert services.campaign_start(user=cast.ada, campaign_id=both.pk, at=AT).state == "running"


def test_nobody_has_people_beyond_her_scope_work_for_a_campaign(managers) -> None:
    cast = managers
    support, sales = cast.alice.department, cast.carol.department
    both = staffed("both", cast.alice, cast.carol).skill_group
    fields = {"name": "Mine", "skill_group": both}
    for wrong in ({}, {"departments": [support, sales]}):
        with pytest.raises(ValidationError) as refused:
            services.campaign_make(user=cast.sofia, fields=fields | wrong)
        assert "departments" in refused.value.message_dict
    made = services.campaign_make(user=cast.sofia, fields=fields | {"departments": [support]})
    with pytest.raises(ValidationError):
        services.campaign_change(user=cast.sofia, campaign_id=made.pk, version=1, fields={"departments": []})
    assert "Mine" in seen(cast.sofia) and "Mine" not in seen(cast.boris)


def test_evidence_and_figures_are_as_far(managers, leads, client) -> None:
    cast = managers
    hers = campaign_of(name="hers")
    works_for(hers, cast.alice)
    (attempt,) = make(lead_of(hers))
    call_told(attempt, AT, result="busy")
    digest(AT)
    for user, there in ((cast.sofia, True), (cast.boris, False), (cast.ada, True)):
        assert attempts_asked(user, Filters(), whole=False).exists() is there
        client.force_login(user)
        assert client.get(reverse("evidence_of", args=[attempt.pk])).status_code == (200 if there else 404)
        assert ("hers" in client.get(reverse("campaign_quality")).content.decode()) is there
