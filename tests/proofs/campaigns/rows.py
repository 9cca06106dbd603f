"""What the rounds begin with: agents, customers, two campaigns that dial by themselves, one that shows its leads."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from crm.accounts.models import Department, SkillGroup, SkillMember, User
from crm.accounts.services import user_create
from crm.campaigns.models import Campaign, CampaignState, Mode, Verdict
from crm.campaigns.models.campaigns import retries_default
from crm.campaigns.running.services import campaign_make, campaign_start, fill_ask
from crm.customers.filters import Filters
from crm.customers.models import Customer, CustomerNumber
from crm.telephony.models import Disposition
from crm.telephony.services import agent_set

AGENTS = 6
PASSWORD = secrets.token_urlsafe(24)
ALWAYS = [[["00:00", "24:00"]] for _day in range(7)]
EACH_OTHER_MINUTE = [
    [[f"{minute // 60:02}:{minute % 60:02}", f"{minute // 60:02}:{minute % 60 + 1:02}"] for minute in range(0, 1440, 2)]
    for _day in range(7)
]
"""Every even minute of every clock; minutes are the same wherever it is whole hours from here."""
FATES = ("138", "138", "138", "154", "154", "134", "137", "133", "139", "1320")
"""Beginnings of numbers: what the simulated carrier does with them (``switchctl.sim.carrier``)."""
NUMBER_PER_DAY, PERSON_PER_DAY, IN_ALL = 2, 3, 3


@dataclass(frozen=True)
class People:
    manager: User
    agents: list[User]
    looking: User
    """Of the campaign whose leads are shown."""


@transaction.atomic
def people_make() -> People:
    department = Department.objects.create(name="Outbound")
    manager = user_create(
        username="manager", password=PASSWORD, display_name="Manager", roles=["administrator"], language="en"
    )
    group = SkillGroup.objects.create(name="Callers", name_zh="外呼")
    others = SkillGroup.objects.create(name="Lookers", name_zh="预览")
    agents = []
    for n in range(1, AGENTS + 2):
        agent = user_create(
            username=f"agent{n}", password=PASSWORD, display_name=f"Agent {n}", extension=str(2000 + n),
            department=department, roles=["agent"], language="en",
        )  # fmt: skip
        agent_set(user=agent, wrap_up_s=1)
        SkillMember.objects.create(group=group if n <= AGENTS else others, user=agent)
        agents.append(agent)
    Disposition.objects.create(code="sold", name="Sold", name_zh="成交")
    Disposition.objects.create(code="again", name="Call again", name_zh="再联系")
    return People(manager, agents[:AGENTS], agents[AGENTS])


def customers_make(count: int) -> None:
    """Each tenth has two numbers. Numbers tell what becomes of a call."""
    made = Customer.objects.bulk_create(Customer(name=f"Customer {n}") for n in range(count))
    numbers = []
    for n, customer in enumerate(made):
        for more in range(1 + (n % 10 == 0)):
            front = FATES[(n + more) % len(FATES)]
            rest = 11 - len(front)
            numbers.append(CustomerNumber(customer=customer, number=f"+86{front}{n * 2 + more:0{rest}}"))
    CustomerNumber.objects.bulk_create(numbers)


def campaigns_make(people: People, at: datetime) -> dict[str, Campaign]:
    """``always``, ``minutes`` (its hours close and open each minute) and ``shown``, filled with all customers."""
    retries = retries_default()
    for rule in retries.values():
        rule |= {"after": 1, "times": 2, "then": "number"}
        rule.pop("part", None)
    callers, lookers = SkillGroup.objects.get(name="Callers"), SkillGroup.objects.get(name="Lookers")
    meanings = {one.pk: said for one in Disposition.objects.all()
                for said in [Verdict.AGAIN if one.code == "again" else Verdict.SUCCESS]}  # fmt: skip
    usual = {
        "retries": retries, "hours": ALWAYS, "holidays": False, "number_per_day": NUMBER_PER_DAY,
        "person_per_day": PERSON_PER_DAY, "number_per_week": NUMBER_PER_DAY, "person_per_week": PERSON_PER_DAY,
        "number_in_all": IN_ALL, "ring_s": 15, "meanings": meanings,
    }  # fmt: skip
    wanted = {
        "always": {"mode": Mode.PROGRESSIVE, "skill_group": callers, "priority": 0},
        "minutes": {"mode": Mode.PROGRESSIVE, "skill_group": callers, "priority": 1, "lines": 3},
        "shown": {"mode": Mode.PREVIEW, "skill_group": lookers, "preview_s": 5},
    }
    made = {}
    for name, own in wanted.items():
        campaign = campaign_make(user=people.manager, fields={**usual, **own, "name": name})
        if name == "minutes":  # more periods than a form takes
            Campaign.objects.filter(pk=campaign.pk).update(hours=EACH_OTHER_MINUTE)
        fill_ask(user=people.manager, campaign=campaign, filters=Filters())
        campaign_start(user=people.manager, campaign_id=campaign.pk, at=at)
        made[name] = Campaign.objects.get(pk=campaign.pk)
        assert made[name].state == CampaignState.RUNNING
    return made


def now() -> datetime:
    return datetime.now(UTC)
