"""The lines of the lists, and the version of all of them together."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from switchctl.contract import numberlists as contract

PIECES = "extensions.gin_trgm_ops"


class NumberList(models.TextChoices):
    BLACK = contract.BLACK, _("black list")
    WHITE = contract.WHITE, _("white list")
    NO_CALL = contract.NO_CALL, _("do not call")


class Way(models.TextChoices):
    """For which calls a line counts."""

    IN = contract.IN, pgettext_lazy("direction of a list", "in")
    OUT = contract.OUT, pgettext_lazy("direction of a list", "out")
    BOTH = contract.BOTH, pgettext_lazy("direction of a list", "in and out")


class Kind(models.TextChoices):
    NUMBER = contract.NUMBER, _("number")
    PREFIX = contract.PREFIX, _("segment by its beginning")
    RANGE = contract.RANGE, _("segment from and to")
    ERASED = contract.ERASED, _("number of an erased person")


class Source(models.TextChoices):
    TYPED = "typed", _("typed")
    IMPORT = "import", _("import")
    CALL = "call", _("marked on a call")


class ListedNumber(models.Model):
    """A number or a segment on a list. What the fields mean is said at ``switchctl.contract.numberlists.Entry``."""

    list = models.CharField(_("list"), max_length=8, choices=NumberList.choices)
    way = models.CharField(_("direction"), max_length=4, choices=Way.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    first = models.CharField(_("number"), max_length=32, db_collation="C")
    last = models.CharField(_("to number"), max_length=32, blank=True, default="", db_collation="C")
    key = models.BigIntegerField(null=True, editable=False)
    """Of one number: where the daemon's columns have it (``listbook.key``)."""
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    evidence = models.CharField(_("evidence"), max_length=400, blank=True)
    """Of a do-not-call request: who asked when, and how that can be shown."""
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.TYPED)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False,
        verbose_name=_("added by"),
    )  # fmt: skip
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    since = models.DateTimeField(_("from"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "last", "kind", "list", "way"], name="listed_once"),
            models.CheckConstraint(
                condition=~models.Q(list=NumberList.NO_CALL) | models.Q(way=Way.OUT), name="no_call_is_out"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.NUMBER, key__isnull=False) | ~models.Q(kind=Kind.NUMBER),
                name="listed_number_has_its_key",
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="listed_key"),
            models.Index(fields=["kind", "first"], condition=~models.Q(kind=Kind.NUMBER), name="listed_segments"),
            GinIndex(OpClass("first", name=PIECES), name="listed_piece"),
        ]
        verbose_name = _("listed number")
        verbose_name_plural = _("listed numbers")

    def __str__(self) -> str:
        return written(self.kind, self.first, self.last)


def written(kind: str, first: str, last: str) -> str:
    """As it is typed: ``+8613800001111``, ``+86138*``, ``+8613800000000 ~ +8613800009999``."""
    if kind == Kind.ERASED:
        return gettext("erased")
    return f"{first}*" if kind == Kind.PREFIX else f"{first} ~ {last}" if kind == Kind.RANGE else first


class ListState(models.Model):
    """One row: how many changes there were. Who changes a list holds it until her commit, so versions have no gaps."""

    version = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("version of the lists")

    def __str__(self) -> str:
        return str(self.version)
