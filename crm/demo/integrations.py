"""The demonstration's other program: a billing system that would be sent what happens. Its webhook is paused, for the
address is nobody's."""

from django.utils import timezone

from crm.accounts.models import User
from crm.integrations.models import Integration
from crm.integrations.services import integration_make
from crm.webhooks.services import webhook_make, webhook_pause

WEBHOOK = {
    "name": "话单 Call records", "url": "https://billing.example.com/switchdesk/events",
    "kinds": ["call.ended", "call.noted"],
}  # fmt: skip


def integrations_seed() -> bool:
    """One, if there is none at all; the administrator made it."""
    who = User.objects.filter(roles__code="administrator", is_active=True).order_by("pk").first()
    if who is None or Integration.objects.exists():
        return False
    now = timezone.now()
    program = integration_make(actor=who, name="收费系统 Billing", note="示例 example: docs/examples/billing", now=now)
    webhook, _secret = webhook_make(actor=who, integration=program, fields=WEBHOOK, now=now)
    webhook_pause(actor=who, webhook=webhook)
    return True
