"""Making and changing webhooks; sending again; trying one out."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import held, may, require
from crm.accounts.models import Scope, User
from crm.events.kinds import KINDS
from crm.events.selectors import newest
from crm.integrations.models import Integration
from crm.outward.client import Answer, NotSent, Outward
from crm.outward.seals import Lost
from crm.outward.targets import WrongAddress, target_of
from crm.staff.authority import exceeds
from crm.webhooks.letters import encoded, letter
from crm.webhooks.models import State, Undelivered, Webhook
from crm.webhooks.secrets import sealed, secret_made
from crm.webhooks.selectors import keys_of

FIELDS = ("name", "url", "kinds", "queues", "agents", "campaigns", "scope", "whole", "together")
OVERLAP = timedelta(hours=24)
"""So long requests are signed with the secret before, too."""
MOST = 50
"""Of one integration."""


@transaction.atomic
def webhook_make(
    *, actor: User, integration: Integration, fields: Mapping[str, Any], now: datetime
) -> tuple[Webhook, str]:
    """A new one and its secret, which is never to be had again. It is sent what happens from now on.

    ``fields``: some of FIELDS. Raises ValidationError by field, and PermissionDenied.
    """
    _require(actor, integration)
    if integration.webhooks.count() >= MOST:
        raise ValidationError(_("An integration has at most %(n)d webhooks.") % {"n": MOST})
    secret = secret_made()
    webhook = Webhook(integration=integration, sealed=sealed(secret), made_by=actor, made_at=now, position=newest())
    _write(actor, webhook, fields)
    return webhook, secret


@transaction.atomic
def webhook_change(*, actor: User, webhook: Webhook, fields: Mapping[str, Any]) -> Webhook:
    """Raises ValidationError by field, and PermissionDenied."""
    _require(actor, webhook.integration)
    _write(actor, webhook, fields)
    return webhook


@transaction.atomic
def webhook_secret(*, actor: User, webhook: Webhook, now: datetime) -> str:
    """A new secret. For a day requests are signed with both, so that receivers can change over."""
    _require(actor, webhook.integration)
    secret = secret_made()
    webhook.sealed_before, webhook.before_until, webhook.sealed = webhook.sealed, now + OVERLAP, sealed(secret)
    webhook.save(update_fields=["sealed", "sealed_before", "before_until"])
    return secret


@transaction.atomic
def webhook_pause(*, actor: User, webhook: Webhook) -> None:
    """What happens meanwhile is sent when it goes on, as far back as events are kept."""
    _require(actor, webhook.integration)
    Webhook.objects.filter(pk=webhook.pk).update(state=State.PAUSED)


@transaction.atomic
def webhook_resume(*, actor: User, webhook: Webhook) -> None:
    """It is tried at once, also one that failed or that its receiver had ended."""
    _require(actor, webhook.integration)
    Webhook.objects.filter(pk=webhook.pk).update(state=State.ACTIVE, tries=0, failing_since=None, next_at=None, said="")


@transaction.atomic
def webhook_remove(*, actor: User, webhook: Webhook) -> None:
    """With what it did not deliver."""
    _require(actor, webhook.integration)
    webhook.delete()


@transaction.atomic
def send_again(*, actor: User, webhook: Webhook, now: datetime, events: Collection[int] | None = None) -> int:
    """Asks to send undelivered ones again (None: all); how many."""
    _require(actor, webhook.integration)
    found = Undelivered.objects.filter(webhook=webhook, done_at=None, wanted_at=None)
    return (found if events is None else found.filter(event__in=events)).update(wanted_at=now)


def webhook_try(*, actor: User, webhook: Webhook, now: datetime) -> Answer:
    """Sends a signed event ``webhook.test`` now and waits for the answer. Raises NotSent, and PermissionDenied."""
    _require(actor, webhook.integration)
    told = {"id": 0, "kind": "webhook.test", "at": now.isoformat().replace("+00:00", "Z"), "call": None, "sequence": 0,
            "agent": None, "queue": None, "campaign": None, "data": {"webhook": webhook.name}}  # fmt: skip
    try:
        secrets = keys_of(webhook, now).at(now)
    except Lost as error:
        raise NotSent("secret", _("Its secret was sealed with another SECRET_KEY. Make a new one.")) from error
    sent = letter([(0, encoded(told))], secrets, at=now, mark="test-")

    async def once() -> Answer:
        outward = Outward()
        try:
            return await outward.send("POST", webhook.url, headers=sent.headers, body=sent.body, seconds=10)
        finally:
            await outward.close()

    return asyncio.run(once())


def _require(actor: User, integration: Integration) -> None:
    """Who manages integrations; a program for itself."""
    if not may(actor, "integrations.manage") and actor.pk != integration.user_id:
        raise PermissionDenied(_("You may not change the webhooks of %(who)s.") % {"who": integration})
    if not may(actor, "integrations.manage"):
        require(actor, "events.follow")
    if integration.ended_at:
        raise ValidationError(_("This integration has ended."))


def _write(actor: User, webhook: Webhook, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(webhook, name, fields[name])
    try:
        target_of(webhook.url)
    except WrongAddress as error:
        raise ValidationError({"url": str(error)}) from error
    unknown = sorted(set(webhook.kinds) - KINDS.keys())
    if unknown:
        raise ValidationError({"kinds": _("There is no kind of events “%(kind)s”.") % {"kind": unknown[0]}})
    webhook.full_clean(exclude=["integration", "made_by"])
    asked = {"events.follow": Scope(webhook.scope)} | ({"numbers.whole": Scope.ALL} if webhook.whole else {})
    if exceeds(asked, held(actor)):
        raise PermissionDenied(_("A webhook is sent no more than you may see yourself."))
    webhook.save()
