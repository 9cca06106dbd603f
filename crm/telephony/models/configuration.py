"""Agents, queues, routes, and the codes that agents choose from."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.labels import Labelled

code_is_safe = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]{0,31}\Z", _("A code is 1 to 32 small letters, digits, hyphens or underscores.")
)
dialled_is_digits = RegexValidator(r"^\+?[0-9]{2,20}\Z", _("A number is 2 to 20 digits."))
sound_is_relative = RegexValidator(
    r"^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*\Z|^\Z", _("Name a file below the switch's sound folder.")
)


class AgentProfile(models.Model):
    """A user who takes calls, and how her calls are handled."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent_profile",
        verbose_name=_("user"),
    )  # fmt: skip
    wrap_up_s = models.PositiveSmallIntegerField(
        _("after-call work, seconds"), default=30, validators=[MaxValueValidator(3600)]
    )
    wrap_up_extend_s = models.PositiveSmallIntegerField(
        _("extension of the after-call work, seconds"), default=60, validators=[MaxValueValidator(3600)]
    )
    wrap_up_extensions = models.PositiveSmallIntegerField(
        _("extensions for one call"), default=2, validators=[MaxValueValidator(50)]
    )
    ring_s = models.PositiveSmallIntegerField(
        _("ringing, seconds"), default=20, validators=[MinValueValidator(3), MaxValueValidator(120)]
    )
    max_misses = models.PositiveSmallIntegerField(
        _("missed calls until paused"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return str(self.user)


class Queue(Labelled):
    """A waiting line. ``code`` names it towards the daemon and the switch and stays the same for ever."""

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[code_is_safe])
    service_level_s = models.PositiveSmallIntegerField(
        _("service level, seconds"), default=15, validators=[MinValueValidator(1)]
    )
    short_abandon_s = models.PositiveSmallIntegerField(_("short abandonment, seconds"), default=5)
    head_start_s = models.PositiveIntegerField(_("head start, seconds"), default=0)
    music = models.CharField(_("music"), max_length=120, default="local_stream://moh")
    whisper = models.CharField(
        _("said to the agent"), max_length=120, blank=True, default="", validators=[sound_is_relative]
    )
    """A prompt that she hears before she is joined with a caller of this queue, such as its name."""
    tells_work_number = models.BooleanField(_("callers hear the agent's work number"), default=False)
    forwards = models.BooleanField(_("its calls follow the forwarding of agents"), default=False)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="QueueMember", related_name="queues")
    skill_groups = models.ManyToManyField(
        "accounts.SkillGroup", blank=True, related_name="queues", verbose_name=_("skill groups")
    )
    """Their members serve the queue too (``crm.telephony.serving``)."""

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(short_abandon_s__lte=models.F("service_level_s")),
                name="queue_short_abandon_within_service_level",
            )
        ]
        verbose_name = _("queue")
        verbose_name_plural = _("queues")


class QueueMember(models.Model):
    """An agent serves a queue; lower tiers are asked first."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships",
        verbose_name=_("agent"),
    )  # fmt: skip
    tier = models.PositiveSmallIntegerField(_("tier"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "user"], name="queue_member_once")]
        verbose_name = _("queue member")
        verbose_name_plural = _("queue members")

    def __str__(self) -> str:
        return f"{self.user} · {self.queue}"


class Route(models.Model):
    """What a dialled number leads to: a greeting, then a queue, an extension or a conference room."""

    class Target(models.TextChoices):
        QUEUE = "queue", _("queue")
        EXTENSION = "extension", _("extension")
        ROOM = "room", _("conference room")

    number = models.CharField(
        _("dialled number"), max_length=21, unique=True, validators=[dialled_is_digits],
        error_messages={"unique": _("This number is there already.")},
    )  # fmt: skip
    target = models.CharField(_("leads to"), max_length=16, choices=Target.choices, default=Target.QUEUE)
    queue = models.ForeignKey(
        Queue, on_delete=models.PROTECT, null=True, blank=True, related_name="routes", verbose_name=_("queue")
    )
    """Of an extension: where those go whom nobody answers there; without one they are told so."""
    extension = models.ForeignKey(
        "telephony.Extension", on_delete=models.PROTECT, null=True, blank=True, related_name="routes",
        verbose_name=_("extension"),
    )  # fmt: skip
    room = models.ForeignKey(
        "rooms.Room", on_delete=models.PROTECT, null=True, blank=True, related_name="routes",
        verbose_name=_("conference room"),
    )  # fmt: skip
    greeting = models.CharField(
        _("greeting"), max_length=120, blank=True, default="ivr/greeting.wav", validators=[sound_is_relative]
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target="queue", queue__isnull=False, extension__isnull=True, room__isnull=True)
                | models.Q(target="extension", extension__isnull=False, room__isnull=True)
                | models.Q(target="room", queue__isnull=True, extension__isnull=True, room__isnull=False),
                name="route_leads_somewhere",
            )
        ]
        verbose_name = _("route")
        verbose_name_plural = _("routes")

    def __str__(self) -> str:
        return f"{self.number} → {self.extension or self.room or self.queue}"


class PauseReason(Labelled):
    """Why an agent takes no calls. ``class_of`` says how reports count the time."""

    class Class(models.TextChoices):
        BREAK = "break", _("break")
        MEETING = "meeting", _("meeting")
        TRAINING = "training", _("training")
        WORK = "work", _("other work")

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[code_is_safe])
    class_of = models.CharField(_("counts as"), max_length=16, choices=Class.choices, default=Class.BREAK)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("pause reason")
        verbose_name_plural = _("pause reasons")


class Disposition(Labelled):
    """The agent's outcome of a call."""

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[code_is_safe])
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")


class DirectoryVersion(models.Model):
    """The one row that counts the directory's versions; its lock puts publishers in line."""

    version = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("directory version")
        verbose_name_plural = _("directory versions")

    def __str__(self) -> str:
        return str(self.version)
