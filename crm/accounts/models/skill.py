"""Skill groups: who can do what, and how well."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.labels import Labelled

BEST = 9


class SkillGroup(Labelled):
    """Users who share a skill (a language, a product). Queues name the groups that serve them."""

    description = models.CharField(_("description"), max_length=200, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="SkillMember", related_name="skill_groups")

    class Meta:
        ordering = ["name"]
        verbose_name = _("skill group")
        verbose_name_plural = _("skill groups")


class SkillMember(models.Model):
    """A user has a skill; the better ones are asked first."""

    group = models.ForeignKey(SkillGroup, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skills", verbose_name=_("user")
    )
    level = models.PositiveSmallIntegerField(
        _("level"), default=5, validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )
    """1 (a beginner) to 9 (the best)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="skill_member_once")]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        return f"{self.user} · {self.group} · {self.level}"
