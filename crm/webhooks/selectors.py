"""Reading webhooks."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from crm.access.holding import may
from crm.accounts.models import User
from crm.webhooks.models import State, Undelivered, Webhook
from crm.webhooks.secrets import opened


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


def secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    """The newest first; the one before while receivers may still know only that."""
    kept = [webhook.sealed]
    if webhook.sealed_before and webhook.before_until and now < webhook.before_until:
        kept.append(webhook.sealed_before)
    return [opened(one) for one in kept]


def asked_again() -> set[int]:
    """Webhooks that have something to send again."""
    return set(Undelivered.objects.filter(wanted_at__isnull=False).values_list("webhook", flat=True))


def wanted_again(webhook: int, limit: int = 100) -> list[Undelivered]:
    """Of those that somebody asked to send again, the next."""
    return list(Undelivered.objects.filter(webhook=webhook, wanted_at__isnull=False).order_by("event")[:limit])
