"""Reading the states of agents.

An interval that began before the first day and goes on into it belongs to the record: of each agent it can only be the
last one before that day, for her states do not overlap. Durations count what falls into the days.
"""

from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from crm.accounts.models import User
from crm.calls.models import AgentStateInterval
from crm.reports.periods import Span
from crm.reports.scope import chosen_agents, seen_by
from crm.reports.staterecord.asking import SIGNED_IN, Asked

BY = ("started_at", "id")


def agents_of(user: User, asked: Asked) -> dict[str, str]:
    """Login → name of the chosen agents whose figures she may see."""
    base = asked.base
    departments = (base.department,) if base.department else ()
    return chosen_agents(seen_by(user), (base.agent,) if base.agent else (), departments)


def states_found(agents: dict[str, str], asked: Asked) -> QuerySet[AgentStateInterval]:
    """In no order."""
    span, logins = asked.span(), list(agents)
    found = AgentStateInterval.objects.filter(agent__in=logins, state__in=[asked.state] if asked.state else SIGNED_IN)
    began = Q(started_at__gte=span.start, started_at__lt=span.end)
    reaches = Q(ended_at__isnull=True) | Q(ended_at__gt=span.start)
    return found.filter(began | Q(pk__in=_before(logins, span.start)) & reaches)


def sums(found: QuerySet[AgentStateInterval], span: Span) -> list[tuple[str, str, timedelta]]:
    """State, reason and how long altogether, as far as it falls into the days and is over by now."""
    until = min(span.end, timezone.now())
    end = Least(Coalesce(F("ended_at"), Value(until)), Value(until))
    length = ExpressionWrapper(end - Greatest(F("started_at"), Value(span.start)), output_field=DurationField())
    by_state = found.order_by().values("state", "reason").annotate(total=Sum(length))
    order = {state: place for place, state in enumerate(SIGNED_IN)}
    told = [(row["state"], row["reason"], row["total"]) for row in by_state if row["total"] is not None]
    return sorted(told, key=lambda one: (order[one[0]], -one[2].total_seconds()))


def lasted(one: AgentStateInterval, span: Span, now: datetime) -> float:
    """Seconds of it that fall into the days."""
    end = min(one.ended_at or now, span.end)
    return max(0.0, (end - max(one.started_at, span.start)).total_seconds())


def _before(logins: list[str], start: datetime) -> list[str]:
    last = AgentStateInterval.objects.filter(agent=OuterRef("username"), started_at__lt=start)
    newest = Subquery(last.order_by("-started_at", "-seq").values("pk")[:1])
    found = User.objects.filter(username__in=logins).annotate(newest=newest).values_list("newest", flat=True)
    return [pk for pk in found if pk]
