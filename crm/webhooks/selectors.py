"""Reading webhooks."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from crm.access.holding import may
from crm.accounts.models import User
from crm.outward.seals import Lost
from crm.webhooks.models import State, Undelivered, Webhook
from crm.webhooks.secrets import Keys, opened


def webhooks_of(user: User) -> QuerySet[Webhook]:
    """All for who manages integrations; a program sees its own."""
    found = Webhook.objects.select_related("integration__user")
    if may(user, "integrations.manage"):
        return found
    return found.filter(integration__user=user) if user.program and may(user, "events.follow") else found.none()


def counted(webhooks: QuerySet[Webhook]) -> QuerySet[Webhook]:
    """Each with ``undelivered_now``: how many events wait for somebody to look at them."""
    return webhooks.annotate(undelivered_now=Count("undelivered", filter=Q(undelivered__done_at=None)))


def sending() -> list[Webhook]:
    """Those that send now."""
    found = Webhook.objects.filter(state=State.ACTIVE, integration__ended_at=None)
    return list(found.select_related("integration__user__department").order_by("pk"))


def keys_of(webhook: Webhook, now: datetime) -> Keys:
    """Its secret, and the one before where that is still used and can be opened. Raises Lost for the newest."""
    newest, until = opened(webhook.sealed), webhook.before_until
    if not webhook.sealed_before or until is None or now >= until:
        return Keys(newest)
    try:
        return Keys(newest, opened(webhook.sealed_before), until)
    except Lost:  # why the newest was made: it must not wait for the day to be over
        return Keys(newest)


def asked_again() -> set[int]:
    """Webhooks that have something to send again."""
    return set(Undelivered.objects.filter(wanted_at__isnull=False).values_list("webhook", flat=True))


def wanted_again(webhook: int, limit: int = 100) -> list[Undelivered]:
    """Of those that somebody asked to send again, the next."""
    return list(Undelivered.objects.filter(webhook=webhook, wanted_at__isnull=False).order_by("event")[:limit])
