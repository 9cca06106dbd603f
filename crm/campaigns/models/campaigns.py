"""A campaign and its rules; a template is the rules alone."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.telephony.models import dialled_is_digits


class Mode(models.TextChoices):
    """Who begins a call."""

    MANUAL = "manual", _("manual")
    PREVIEW = "preview", _("preview")
    PROGRESSIVE = "progressive", _("progressive")


class Verdict(models.TextChoices):
    """What an agent's disposition means for the lead."""

    DONE = "done", pgettext_lazy("meaning of a disposition", "finished")
    SUCCESS = "success", _("success")
    AGAIN = "again", _("call again")
    CALLBACK = "callback", _("callback agreed")
    REFUSED = "refused", _("do not call again")
    WRONG_PARTY = "wrong_party", _("wrong party")


def retries_default() -> dict[str, dict[str, Any]]:
    """Outcome → minutes until the next attempt, how often in a row, and what then (``day``: the next day,
    ``number``: the customer's next number, ``close``). ``part``: at another part of the day."""
    return {
        "busy": {"after": 10, "times": 3, "then": "day"},
        "no_answer": {"after": 120, "times": 3, "then": "day", "part": True},
        "absent": {"after": 240, "times": 2, "then": "number", "part": True},
        "refused": {"after": 240, "times": 1, "then": "number", "part": True},
        "failed": {"after": 5, "times": 3, "then": "day"},
        "invalid": {"after": 0, "times": 0, "then": "number"},
        "again": {"after": 240, "times": 3, "then": "close", "part": True},
    }


def hours_default() -> list[list[list[str]]]:
    """Monday to Sunday: periods, ``HH:MM`` to ``HH:MM``, at the callee's place."""
    return [[["09:00", "12:00"], ["14:00", "18:00"]] for _day in range(5)] + [[], []]


class Rules(models.Model):
    """How customers are called."""

    name = models.CharField(_("name"), max_length=80)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode.choices, default=Mode.PREVIEW)
    skill_group = models.ForeignKey(
        "accounts.SkillGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("skill group"),
    )  # fmt: skip
    departments = models.ManyToManyField(
        "accounts.Department", blank=True, related_name="+", verbose_name=_("departments")
    )
    """None: the agents of the skill group, wherever they are; with some, only theirs."""
    caller_number = models.CharField(
        _("caller number"), max_length=21, blank=True, validators=[dialled_is_digits],
        help_text=_("What those who are called see; empty: the centre's number."),
    )  # fmt: skip
    ring_s = models.PositiveSmallIntegerField(
        _("ringing, seconds"), default=30, validators=[MinValueValidator(15), MaxValueValidator(120)]
    )
    lines = models.PositiveSmallIntegerField(
        _("lines at most"), default=0, validators=[MaxValueValidator(1000)], help_text=_("0: one for each agent.")
    )
    preview_s = models.PositiveSmallIntegerField(
        _("time to look, seconds"), default=60, validators=[MinValueValidator(5), MaxValueValidator(3600)]
    )
    auto_answer = models.BooleanField(
        _("agents' phones answer by themselves"), default=True,
        help_text=_("So that no customer waits for an agent to pick up."),
    )  # fmt: skip
    blending = models.BooleanField(_("takes agents of incoming queues"), default=False)
    keep_ready = models.PositiveSmallIntegerField(
        _("agents who stay ready for each queue"), default=1, validators=[MaxValueValidator(1000)]
    )
    music = models.CharField(_("music on hold"), max_length=120, default="local_stream://moh")
    prompt = models.CharField(
        _("prompt before the talk"), max_length=120, blank=True, default="",
        help_text=_(
            "The customer hears it when she answers, before she is joined with the agent. "
            "None: they are joined at once."
        ),
    )  # fmt: skip
    script = models.TextField(_("script"), blank=True)
    retries = models.JSONField(_("retries"), default=retries_default)
    hours = models.JSONField(_("hours"), default=hours_default)
    holidays = models.BooleanField(_("not on holidays"), default=True)
    consent = models.BooleanField(
        _("only who agreed"), default=False,
        help_text=_("Only numbers that stand by themselves on the white list for calls out: with reason and evidence "
                    "such a line is the record of the consent."),
    )  # fmt: skip
    number_per_day = models.PositiveSmallIntegerField(_("calls to a number in a day"), default=3)
    number_per_week = models.PositiveSmallIntegerField(_("calls to a number in a week"), default=7)
    number_in_all = models.PositiveSmallIntegerField(_("calls to a number in this campaign"), default=8)
    person_per_day = models.PositiveSmallIntegerField(_("calls to a person in a day"), default=3)
    person_per_week = models.PositiveSmallIntegerField(_("calls to a person in a week"), default=7)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class CampaignTemplate(Rules):
    """Rules from which campaigns are begun."""

    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["name"], name="campaign_template_name_once")]
        verbose_name = _("campaign template")
        verbose_name_plural = _("campaign templates")


class CampaignState(models.TextChoices):
    """``ended`` is for ever: nothing is dialled for it again."""

    DRAFT = "draft", _("being prepared")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    ENDED = "ended", pgettext_lazy("of a campaign", "ended")


class Over(models.TextChoices):
    """Why a campaign ended."""

    HAND = "hand", pgettext_lazy("why a campaign ended", "ended by hand")
    TIME = "time", pgettext_lazy("why a campaign ended", "its time was over")
    DONE = "done", pgettext_lazy("why a campaign ended", "everybody was finished with")


class Campaign(Rules):
    """Works through its leads while it runs, between its two moments and in its hours.

    ``rules`` counts the changes of the rules, so that evidence names those that held.
    """

    state = models.CharField(_("state"), max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    project = models.ForeignKey(
        "customers.Project", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("project"),
    )  # fmt: skip
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("An agent of several campaigns works for the highest first.")
    )
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    rules = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    """Counts the changes by people: of two who edit at once the second is told."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    run_since = models.DateTimeField(null=True)
    """Since when it runs, or paused, or has ended."""
    over = models.CharField(_("why it ended"), max_length=8, choices=Over.choices, blank=True, default="")

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
