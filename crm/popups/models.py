"""Pages of other systems, lookups at them, and the hosts that both may name."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Moment(models.TextChoices):
    """When a page is offered or opens."""

    OFFER = "offer", _("when the call rings or is dialled")
    TALK = "talk", _("when the talk begins")
    END = "end", _("when the talk is over")
    DONE = "done", _("after the wrap-up")


class Opens(models.TextChoices):
    """Who opens a page."""

    CLICK = "click", _("the agent, by a click on its link")
    WINDOW = "window", _("by itself, in a window of its own that the agent opened once")


class Direction(models.TextChoices):
    """Of which calls."""

    ANY = "any", pgettext_lazy("calls of a direction", "all calls")
    INBOUND = "inbound", pgettext_lazy("calls of a direction", "incoming")
    OUTBOUND = "outbound", pgettext_lazy("calls of a direction", "outgoing")


class Host(models.Model):
    """A host that addresses may name: ``billing.example.com``, or with a port ``billing.example.com:8443``. ``plain``:
    also by http."""

    name = models.CharField(
        _("host"), max_length=260, unique=True, error_messages={"unique": _("This host is in the list.")}
    )
    plain = models.BooleanField(_("http is allowed, too"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("host of other systems")
        verbose_name_plural = _("hosts of other systems")

    def __str__(self) -> str:
        return self.name


class Outside(models.Model):
    """What pages and lookups have in common. ``url`` has placeholders, see ``addresses``; ``queues``: codes; empty: all
    calls, also those of no queue."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40)
    url = models.CharField(_("address"), max_length=1500)
    direction = models.CharField(_("calls"), max_length=8, choices=Direction.choices, default=Direction.ANY)
    queues = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("queues"))
    active = models.BooleanField(_("in use"), default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def fits(self, direction: str, queue: str) -> bool:
        """Whether it is for such a call. ``direction``: inbound or outbound."""
        return self.direction in (Direction.ANY, direction) and (not self.queues or queue in self.queues)


class Popup(Outside):
    """A page of another system. ``whole``: its address has numbers whole, whoever opens it. ``sealed``: the secret that
    signs the address; "" = it is not signed. ``sealed_before`` signs it, too, until ``before_until``."""

    moment = models.CharField(_("when"), max_length=8, choices=Moment.choices, default=Moment.OFFER)
    opens = models.CharField(_("who opens it"), max_length=8, choices=Opens.choices, default=Opens.CLICK)
    whole = models.BooleanField(_("numbers whole"), default=False)
    sealed = models.TextField(_("secret"), blank=True)
    sealed_before = models.TextField(_("secret before"), blank=True)
    before_until = models.DateTimeField(_("secret before is used until"), null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("pop-up")
        verbose_name_plural = _("pop-ups")


class Lookup(Outside):
    """A question to another system. ``fields``: pairs of a label and the place of its value in the answer. ``header``
    is sent with each request; its value is ``sealed``."""

    header = models.CharField(_("header"), max_length=64, blank=True)
    sealed = models.TextField(_("value of the header"), blank=True)
    fields = models.JSONField(_("fields"), default=list)
    limit_ms = models.PositiveSmallIntegerField(
        _("time limit, ms"), default=1000, validators=[MinValueValidator(200), MaxValueValidator(3000)]
    )
    kept_s = models.PositiveIntegerField(_("answers are kept, s"), default=60, validators=[MaxValueValidator(3600)])

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("lookup")
        verbose_name_plural = _("lookups")
