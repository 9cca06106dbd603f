"""How campaigns and templates look outside, and what is taken of one."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.accounts.models import Department, SkillGroup
from crm.campaigns.models import Campaign, CampaignState, CampaignTemplate, Mode, Verdict
from crm.customers.models import Project
from crm.rest.shapes import Asked, Body, Coded, Id, Ided, Moment, Shape
from crm.telephony.models import Disposition

HOURS = "Monday to Sunday: the periods of each day, each from HH:MM to HH:MM, at the callee's place."
RETRIES = "Outcome → {after: minutes, times: in a row, then: day | number | close, part: at another part of the day}."
MUSIC = "What she hears on hold: `file` of a sound of kind music, or `local_stream://moh`, the switch's own."
PROMPT = "What she hears before she is joined: `file` of a sound of kind prompt; empty: nothing."
MEANINGS = "Code of a disposition that agents may choose → what it means for the lead."


class RulesShape(Shape):
    """What campaigns and templates share."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    mode = serializers.ChoiceField(Mode.choices)
    skill_group = serializers.IntegerField(source="skill_group_id", allow_null=True, help_text="Id.")
    departments = serializers.SerializerMethodField(help_text="Ids; empty: wherever members of the group work.")
    caller_number = serializers.CharField(help_text="What those who are called see; empty: the centre's number.")
    ring_s = serializers.IntegerField()
    lines = serializers.IntegerField(help_text="Calls at once at most; 0: one for each agent.")
    preview_s = serializers.IntegerField(help_text="Time to look at a customer before she is called.")
    auto_answer = serializers.BooleanField()
    blending = serializers.BooleanField(help_text="Whether it takes agents of incoming queues.")
    keep_ready = serializers.IntegerField(help_text="Agents who stay ready for each queue.")
    music = serializers.CharField(help_text=MUSIC)
    prompt = serializers.CharField(help_text=PROMPT)
    consent = serializers.BooleanField(help_text="Whether only numbers are called that stand on the white list.")
    script = serializers.CharField()
    retries = serializers.JSONField(help_text=RETRIES)
    hours = serializers.JSONField(help_text=HOURS)
    holidays = serializers.BooleanField(help_text="Whether nobody is called on holidays.")
    number_per_day = serializers.IntegerField()
    number_per_week = serializers.IntegerField()
    number_in_all = serializers.IntegerField()
    person_per_day = serializers.IntegerField()
    person_per_week = serializers.IntegerField()
    meanings = serializers.SerializerMethodField(help_text=MEANINGS)

    def get_departments(self, rules: Campaign | CampaignTemplate) -> list[int]:
        return [one.pk for one in rules.departments_told]

    def get_meanings(self, rules: Campaign | CampaignTemplate) -> dict[str, str]:
        return {one.disposition.code: one.verdict for one in rules.meanings_told}


class TemplateShape(RulesShape):
    changed_at = serializers.DateTimeField()


class CampaignShape(RulesShape):
    state = serializers.ChoiceField(CampaignState.choices)
    project = serializers.CharField(source="project.code", allow_null=True)
    priority = serializers.IntegerField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    rules = serializers.IntegerField(help_text="Number of the version of its rules; evidence names it.")
    version = serializers.IntegerField(help_text="As in the ETag.")
    made_by = serializers.CharField(source="made_by.username", allow_null=True)
    made_at = serializers.DateTimeField()
    run_since = serializers.DateTimeField(allow_null=True, help_text="Since when it is in this state.")


class CampaignAsked(Asked):
    state = serializers.ChoiceField(CampaignState.choices, required=False)
    project = serializers.CharField(required=False, help_text="Code.")
    q = serializers.CharField(required=False, max_length=80, help_text="A piece of its name.")


class RulesBody(Body):
    """What is written. What is left away of a new one is as the template says, else as usual."""

    name = serializers.CharField(max_length=80)
    mode = serializers.ChoiceField(Mode.choices, required=False)
    skill_group = Ided(queryset=SkillGroup.objects.all(), required=False, allow_null=True, help_text="Id.")
    departments = serializers.ListField(child=Id(), required=False, max_length=200, help_text="Ids.")
    caller_number = serializers.CharField(required=False, allow_blank=True)
    ring_s = serializers.IntegerField(required=False)
    lines = serializers.IntegerField(required=False)
    preview_s = serializers.IntegerField(required=False)
    auto_answer = serializers.BooleanField(required=False)
    blending = serializers.BooleanField(required=False)
    keep_ready = serializers.IntegerField(required=False)
    music = serializers.CharField(required=False, help_text=MUSIC)
    prompt = serializers.CharField(required=False, allow_blank=True, help_text=PROMPT)
    consent = serializers.BooleanField(required=False)
    script = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    retries = serializers.JSONField(required=False, help_text=RETRIES)
    hours = serializers.JSONField(required=False, help_text=HOURS)
    holidays = serializers.BooleanField(required=False)
    number_per_day = serializers.IntegerField(required=False)
    number_per_week = serializers.IntegerField(required=False)
    number_in_all = serializers.IntegerField(required=False)
    person_per_day = serializers.IntegerField(required=False)
    person_per_week = serializers.IntegerField(required=False)
    meanings = serializers.DictField(child=serializers.ChoiceField(Verdict.choices), required=False, help_text=MEANINGS)

    def validate_departments(self, ids: list[int]) -> list[Department]:
        found = list(Department.objects.filter(pk__in=ids))
        missing = sorted(set(ids) - {one.pk for one in found})
        if missing:
            raise serializers.ValidationError(_("There is no department %(id)s.") % {"id": missing[0]})
        return found

    def validate_meanings(self, said: dict[str, str]) -> dict[int, str]:
        known = dict(Disposition.objects.values_list("code", "pk"))
        unknown = sorted(set(said) - known.keys())
        if unknown:
            raise serializers.ValidationError(_("There is no disposition %(code)s.") % {"code": unknown[0][:32]})
        return {known[code]: verdict for code, verdict in said.items()}


class RulesChangeBody(RulesBody):
    """What is left away stays."""

    name = serializers.CharField(max_length=80, required=False)


class CampaignChangeBody(RulesChangeBody):
    """What is left away stays; it follows from the next call on."""

    project = Coded("code", queryset=Project.objects.filter(active=True), required=False, allow_null=True)
    priority = serializers.IntegerField(required=False)
    starts_at = Moment(required=False, allow_null=True)
    ends_at = Moment(required=False, allow_null=True)


class CampaignBody(CampaignChangeBody):
    """A new one."""

    name = serializers.CharField(max_length=80)
    template = Ided(
        queryset=CampaignTemplate.objects.all(), required=False, allow_null=True, help_text="Id of a template."
    )


class StepBody(Body):
    step = serializers.ChoiceField(["start", "pause", "resume", "end"])
