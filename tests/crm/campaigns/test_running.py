"""A campaign is made, changed, started, paused and ended, by those who may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.accounts.models import Department, SkillGroup, SkillMember, User
from crm.campaigns.models import Campaign, CampaignState, Mode
from crm.campaigns.running import services
from crm.campaigns.running.clock import campaigns_keep_time
from crm.campaigns.running.members import members
from crm.campaigns.running.publish import directory_campaigns
from crm.campaigns.running.templates import template_delete, template_make
from crm.telephony.models import Disposition, Queue, Route
from crm.telephony.publish import directory_publish, published

NOON, HOUR = datetime(2026, 5, 4, 4, tzinfo=UTC), timedelta(hours=1)


@pytest.fixture
def group(cast):
    made = SkillGroup.objects.create(name="Renewals")
    SkillMember.objects.create(group=made, user=cast.alice)
    SkillMember.objects.create(group=made, user=cast.bob)
    return made


def make(cast, group, **fields) -> Campaign:
    return services.campaign_make(
        user=cast.ada, fields={"name": "Renewals", "skill_group": group, "mode": Mode.PROGRESSIVE} | fields
    )


def test_a_campaign_begins_with_what_its_template_says(cast, group):
    sold = Disposition.objects.create(code="sold", name="Sold")
    template = template_make(
        user=cast.ada, fields={"name": "Renewal", "skill_group": group, "ring_s": 25, "meanings": {sold.pk: "success"}}
    )
    made = services.campaign_make(user=cast.ada, fields={"name": "May"}, template=template)
    template_delete(user=cast.ada, template_id=template.pk)
    assert (made.state, made.name, made.ring_s, made.skill_group) == (CampaignState.DRAFT, "May", 25, group)
    assert list(made.meanings.values_list("disposition__code", "verdict")) == [("sold", "success")]


def test_it_runs_through_its_states_and_no_others(cast, group):
    made = make(cast, group)
    steps = {
        "start": services.campaign_start, "pause": services.campaign_pause, "resume": services.campaign_resume,
        "end": services.campaign_end,
    }  # fmt: skip
    allowed = {"draft": {"start"}, "running": {"pause"}, "paused": {"resume"}, "ended": set()}
    for state, good in allowed.items():
        for step, do in steps.items():
            Campaign.objects.filter(pk=made.pk).update(state=state)
            if step in good or (step == "end" and state != "ended"):
                assert do(user=cast.sofia, campaign_id=made.pk, at=NOON).run_since == NOON
            else:
                with pytest.raises(ValidationError):
                    do(user=cast.sofia, campaign_id=made.pk, at=NOON)
    with pytest.raises(PermissionDenied):
        services.campaign_start(user=cast.alice, campaign_id=made.pk, at=NOON)


def test_a_change_raises_the_number_of_the_rules_and_the_second_of_two_is_told(cast, group):
    made = make(cast, group)
    changed = services.campaign_change(user=cast.ada, campaign_id=made.pk, version=1, fields={"ring_s": 40})
    assert (changed.rules, changed.version, changed.ring_s) == (2, 2, 40)
    with pytest.raises(ValidationError) as refused:
        services.campaign_change(user=cast.ada, campaign_id=made.pk, version=1, fields={"ring_s": 50})
    assert refused.value.code == "conflict"
    renamed = services.campaign_change(user=cast.ada, campaign_id=made.pk, version=2, fields={"name": "June"})
    assert (renamed.rules, renamed.version) == (2, 3)
    with pytest.raises(PermissionDenied):
        services.campaign_change(user=cast.sofia, campaign_id=made.pk, version=3, fields={"name": "July"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ring_s", 14),
        ("number_per_day", 0),
        ("number_per_week", 2),
        ("hours", [[["09:00", "12:00"], ["11:00", "13:00"]], *([] for _ in range(6))]),
        ("hours", [[["12:00", "09:00"]], *([] for _ in range(6))]),
        ("hours", [[["9", "12:00"]], *([] for _ in range(6))]),
        ("hours", [[], []]),
        ("retries", {}),
        ("caller_number", "call me"),
        ("music", "shell_stream://id"),
        ("music", "../recordings/a.wav"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(cast, group, field, value):
    with pytest.raises(ValidationError) as refused:
        make(cast, group, **{field: value})
    assert set(refused.value.message_dict) == {field}


def test_nobody_s_campaign_does_not_start(cast):
    made = services.campaign_make(user=cast.ada, fields={"name": "Nobody's"})
    with pytest.raises(ValidationError) as refused:
        services.campaign_start(user=cast.ada, campaign_id=made.pk, at=NOON)
    assert "skill_group" in refused.value.message_dict


def test_departments_narrow_who_works_for_it(cast, group):
    made = make(cast, group)
    assert set(members(made)) == {cast.alice, cast.bob}
    elsewhere = Department.objects.create(name="Elsewhere", parent=cast.alice.department)
    cast.bob.department = elsewhere
    cast.bob.save()
    made.departments.add(elsewhere)
    assert set(members(made)) == {cast.bob}
    made.departments.set([cast.alice.department])
    assert set(members(made)) == {cast.alice, cast.bob}, "those below belong to it"


def test_the_daemon_knows_what_dials_by_itself_while_it_runs(cast, group, bus, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = make(cast, group, ends_at=NOON + HOUR, starts_at=NOON)
        services.campaign_start(user=cast.ada, campaign_id=made.pk, at=NOON)
    logins = {user.pk: user.username for user in (cast.alice, cast.bob)}
    assert directory_campaigns(logins, NOON - HOUR) == ()
    (told,) = directory_campaigns(logins, NOON)
    assert told.id == str(made.pk) and set(told.members) == set(logins.values())
    assert directory_campaigns(logins, NOON + HOUR) == ()
    services.campaign_pause(user=cast.ada, campaign_id=made.pk, at=NOON)
    assert directory_campaigns(logins, NOON) == ()


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("", True), ("02155550000", True), ("+862155550000", True), ("4009", True), ("02155551111", True),
        ("13800000001", True), ("02112345678", False), ("+12025550000", False), ("110", False),
    ],
)  # fmt: skip
def test_it_shows_only_numbers_of_the_centre(cast, group, settings, number, known):
    settings.DIAL_AREA = "21"
    settings.DIAL_CALLER_NUMBER, settings.DIAL_SHOWS = "02155550000", ["02155551111"]
    queue = Queue.objects.create(code="q-shown", name="Q")
    Route.objects.create(number="4009", queue=queue)
    User.objects.filter(pk=cast.bob.pk).update(caller_number="13800000001")
    if known:
        assert make(cast, group, caller_number=number).caller_number == number
        return
    with pytest.raises(ValidationError) as refused:
        make(cast, group, caller_number=number)
    (sentence,) = refused.value.message_dict["caller_number"]
    assert number in sentence and "02155550000" in sentence and "4009" in sentence


def test_its_moments_are_published_by_the_clock(cast, group, bus, django_capture_on_commit_callbacks, settings):
    with django_capture_on_commit_callbacks(execute=True):
        made = make(cast, group)
        services.campaign_start(user=cast.ada, campaign_id=made.pk, at=NOON)
    directory_publish()
    assert [one.id for one in published().campaigns] == [str(made.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        assert not campaigns_keep_time(NOON)
    Campaign.objects.filter(pk=made.pk).update(ends_at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        assert campaigns_keep_time(NOON)
    assert published().campaigns == ()


def test_a_new_member_of_the_skill_group_is_published(cast, group, bus, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = make(cast, group)
        services.campaign_start(user=cast.ada, campaign_id=made.pk, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        SkillMember.objects.filter(group=group, user=cast.bob).first().delete()
    assert [one.members for one in published().campaigns] == [(cast.alice.username,)]


def test_the_trail_tells_what_differs(cast, group, client):
    made = make(cast, group)
    hours = [[["08:00", "12:00"]], *made.hours[1:]]
    retries = made.retries | {"busy": {"after": 20, "times": 2, "then": "day"}}
    services.campaign_change(user=cast.ada, campaign_id=made.pk, version=1, fields={"hours": hours, "retries": retries})
    client.force_login(cast.ada)
    told = client.get("/audit/", headers={"accept-language": "en"}).content.decode()
    assert "Monday" in told and "08:00–12:00" in told and "Tuesday" not in told.split("08:00–12:00")[0][-400:]
    assert "in 10 minutes, 3 times in a row; then the next day" in told and "in 20 minutes, 2 times in a row" in told
