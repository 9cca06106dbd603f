"""How the configuration looks outside."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.accounts.models import SkillGroup
from crm.rest.shapes import Body, Id, Shape
from crm.telephony.models import PauseReason, Queue


class PauseReasonShape(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    class_of = serializers.ChoiceField(PauseReason.Class.choices, help_text="How reports count the time.")
    order = serializers.IntegerField()


class DispositionShape(Shape):
    """An outcome of a call that agents choose."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    order = serializers.IntegerField()


class QueueSettingsShape(Shape):
    """A queue as it is set up; who serves it: `/queues/{code}/serving`."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    service_level_s = serializers.IntegerField(help_text="Who is answered within so many seconds is answered in time.")
    short_abandon_s = serializers.IntegerField(help_text="Who leaves sooner is in no rate.")
    head_start_s = serializers.IntegerField(help_text="So much longer than others its callers count as waiting.")
    music = serializers.CharField()
    whisper = serializers.CharField(help_text="Sound that the agent hears before she is joined; empty: none.")
    tells_work_number = serializers.BooleanField(help_text="Whether callers hear the agent's work number before that.")
    skill_groups = serializers.SerializerMethodField(help_text="Ids: their members serve it, beside its own.")

    def get_skill_groups(self, queue: Queue) -> list[int]:
        return sorted(group.pk for group in queue.skill_groups.all())


class AnnouncementsShape(Shape):
    """What is said before a caller of the queue and an agent are joined."""

    whisper = serializers.CharField(help_text="File of a prompt (`/sounds`) that the agent hears; empty: none.")
    tells_work_number = serializers.BooleanField(help_text="Whether the caller hears the agent's work number.")


class AnnouncementsBody(Body):
    whisper = serializers.CharField(max_length=120, allow_blank=True, help_text="File of a prompt; empty: none.")
    tells_work_number = serializers.BooleanField()


class ServingShape(Shape):
    """Who serves a queue."""

    class Agent(Shape):
        login = serializers.CharField()
        tier = serializers.IntegerField(help_text="Lower ones are asked first.")
        member = serializers.BooleanField(help_text="Of the queue itself; else by a skill.")

    queue = serializers.CharField()
    service_level_s = serializers.IntegerField()
    short_abandon_s = serializers.IntegerField()
    head_start_s = serializers.IntegerField()
    skill_groups = serializers.ListField(child=serializers.IntegerField(), help_text="Ids: their members serve it.")
    agents = Agent(many=True, help_text="Whom the token may see.")


class ServingBody(Body):
    skill_groups = serializers.ListField(child=Id(), max_length=200, help_text="Ids: exactly these.")

    def validate_skill_groups(self, ids: list[int]) -> list[SkillGroup]:
        found = list(SkillGroup.objects.filter(pk__in=ids))
        missing = sorted(set(ids) - {one.pk for one in found})
        if missing:
            raise serializers.ValidationError(_("There is no skill group %(what)s.") % {"what": missing[0]})
        return found
