"""Who may see which customers."""

from django.db.models import Q, QuerySet

from crm.access.holding import reach
from crm.accounts.models import User
from crm.calls.models import CallRecord
from crm.customers.models import CallerChoice, Customer
from crm.live.state import live_state
from crm.numbers import ERASED, e164


def customers_known() -> QuerySet[Customer]:
    """All who were not erased."""
    return Customer.objects.exclude(name__startswith=ERASED)


def customers_visible(user: User, permission: str = "customers.see") -> QuerySet[Customer]:
    """What the permission reaches, by their owners' departments.

    Whoever's data she sees: also those of no owner, those with whom she talked, and those who are on the line with
    her now, for she takes calls from anybody.
    """
    reached = reach(user, permission)
    known = customers_known()
    if not reached:
        return known.none()
    if reached.everything:
        return known
    owned = Q(owner=None) | Q(owner=user.pk) | Q(owner__department__in=reached.departments)
    if user.program:
        return known.filter(owned)  # it takes no calls
    hers = CallRecord.objects.filter(agent=user.username, customer__isnull=False).values("customer_id")
    return known.filter(owned | Q(pk__in=hers) | Q(pk__in=on_the_line(user)))


def on_the_line(user: User) -> set[int]:
    """Customers who ring at her, talk to her, or whose call she wraps up, as far as the live view knows."""
    view = live_state().view
    agent = view.agents.get(user.username)
    calls = [call for call in view.calls.values() if call.agent == user.username]
    numbers = {e164(call.number) for call in calls} - {""}
    ids = {call.id for call in calls} | ({agent.call_id} if agent is not None and agent.call_id else set())
    if not ids:
        return set()
    by_number = Customer.objects.filter(numbers__number__in=numbers).values_list("pk", flat=True)
    chosen = CallerChoice.objects.filter(call_id__in=ids, customer__isnull=False)
    return {*by_number, *chosen.values_list("customer_id", flat=True)}
