"""What programs ask a big centre for: lists, lists with filters, searches, single things, few fields of many."""

import random
from collections.abc import Callable
from urllib.parse import quote

from django.utils import timezone

from crm.access.permissions import BY_CODE
from crm.accounts.models import Scope, User
from crm.calls.models import Fact
from crm.calls.selectors import calls_found
from crm.campaigns.models import Campaign
from crm.customers.sight import customers_visible
from crm.integrations.selectors import holding
from crm.integrations.services import NEVER, integration_make, token_make

V1 = "/api/v1"
DRAWN = 300
"""So many calls and customers the addresses are made of, each twentieth of the newest."""
CAMPAIGNS = 30
Address = Callable[[random.Random], str]


def tokens() -> dict[str, tuple[str, User]]:
    """Name → text, and whose it is: one for everything, one for a department and what lies below it."""
    ada = User.objects.filter(roles__code="administrator", is_active=True).order_by("pk").first()
    department = User.objects.get(username="agent0").department
    made = {}
    for name, where, scope in (("all", None, Scope.ALL), ("department", department, Scope.BELOW)):
        now = timezone.now()
        program = integration_make(actor=ada, name=f"bench {name} {now:%H%M%S%f}", department=where, now=now)
        token, text = token_make(
            actor=ada, integration=program, name="bench", permissions=sorted(BY_CODE.keys() - NEVER), scope=scope,
            rate=1_000_000, now=now,
        )  # fmt: skip
        made[name] = text, holding(token)
    return made


def campaigns_ensure() -> None:
    for number in range(Campaign.objects.count(), CAMPAIGNS):
        Campaign.objects.create(name=f"Campaign {number}")


def kinds(user: User) -> dict[str, Address]:
    """Name of a kind → draws an address of it, of what this user sees."""
    people = list(customers_visible(user).order_by("-pk").prefetch_related("numbers")[: DRAWN * 20 : 20])
    calls = list(calls_found(user).order_by("-arrived_at")[: DRAWN * 20 : 20])
    told = _with_story(user)
    agents = list(User.objects.filter(username__startswith="agent", department=user.department_id or 1)[:25])

    def number(draw: random.Random) -> str:
        return f"%2B{draw.choice(people).numbers.all()[0].number[1:]}"

    def agent(draw: random.Random) -> str:
        return str(draw.choice(agents).username)

    found: dict[str, Address] = {
        "customers: list": lambda draw: "/customers",
        "customers: 200 of them, three fields": lambda draw: "/customers?limit=200&fields=id,name,version",
        "customers: filter, level": lambda draw: f"/customers?level={draw.choice(['gold', 'silver'])}",
        "customers: filter, number": lambda draw: f"/customers?number={number(draw)}",
        "customers: search, name": lambda draw: f"/customers?q={quote(draw.choice(people).name[:8])}",
        "customers: search, note": lambda draw: f"/customers?q=Note%20{draw.randrange(10, 100)}",
        "customers: search, digits": lambda draw: f"/customers?q={number(draw)[-6:]}",
        "customers: detail": lambda draw: f"/customers/{draw.choice(people).pk}",
        "calls: list": lambda draw: "/calls",
        "calls: 200 of them, four fields": lambda draw: "/calls?limit=200&fields=id,number,outcome,arrived_at",
        "calls: filter, queue": lambda draw: f"/calls?queue=q{draw.randrange(20)}",
        "calls: filter, agent": lambda draw: f"/calls?agent={agent(draw)}",
        "calls: filter, outcome": lambda draw: "/calls?outcome=abandoned_in_queue",
        "calls: search, number": lambda draw: f"/calls?number={number(draw)}",
        "calls: search, note": lambda draw: f"/calls?note=invoice%20{draw.randrange(100, 1000)}",
        "calls: detail": lambda draw: f"/calls/{draw.choice(calls).call_id}",
        "calls: timeline": lambda draw: f"/calls/{draw.choice(told)}/timeline",
        "agents: list": lambda draw: "/agents",
        "agents: detail": lambda draw: f"/agents/{agent(draw)}",
        "queues: list": lambda draw: "/queues",
        "campaigns: list": lambda draw: "/campaigns",
        "users: list": lambda draw: "/users",
    }
    return {name: _below(address) for name, address in found.items()}


def _below(address: Address) -> Address:
    return lambda draw: V1 + address(draw)


def _with_story(user: User) -> list[str]:
    """Ids of calls whose facts are there: the newest ones (bench/rig/rows.py)."""
    newest = calls_found(user, outcome="answered", direction="inbound").order_by("-arrived_at")
    calls = [call.call_id for call in newest[:DRAWN]]
    known = set(Fact.objects.filter(call_id__in=calls).values_list("call_id", flat=True))
    return [call for call in calls if call in known]
