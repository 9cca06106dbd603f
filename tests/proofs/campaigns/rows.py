"""What the rounds begin with: agents, customers, a queue, campaigns that dial by themselves, one that takes the queue's
agents beside, one that shows its leads, and one of promised calls only."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.test import override_settings

from crm.accounts.models import Department, SkillGroup, SkillMember, User
from crm.accounts.services import user_create
from crm.campaigns.models import Campaign, CampaignState, Mode, Verdict
from crm.campaigns.models.campaigns import retries_default
from crm.campaigns.running.services import campaign_make, campaign_start, fill_ask
from crm.customers.filters import Filters
from crm.customers.models import Customer, CustomerNumber
from crm.telephony.models import Disposition
from crm.telephony.numbers import route_set
from crm.telephony.services import agent_set, queue_members_set, queue_set
from tests.crm.carrier import carrier
from tests.proofs.campaigns.centre import DID

AGENTS, INBOUND = 6, 3
KEEP_READY = 1
"""So many of the queue's agents stay ready, whatever the campaign wants."""
QUEUE = "support"
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
    inbound: list[User]
    """Who serve the queue, and a campaign beside."""
    looking: User
    """Of the campaign whose leads are shown."""
    recalling: User
    """Who makes promised calls."""

    @property
    def all(self) -> list[User]:
        return [*self.agents, *self.inbound, self.looking, self.recalling]


def people_make() -> People:
    """Only she who looks at leads first ever logs in; nobody else's password is worth half a second."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]), transaction.atomic():
        people = _people_make()
    people.looking.set_password(PASSWORD)
    people.looking.save()
    return people


def _people_make() -> People:
    department = Department.objects.create(name="Outbound")
    manager = user_create(
        username="manager", password=PASSWORD, display_name="Manager", roles=["administrator"], language="en"
    )
    jobs = ["Callers"] * AGENTS + ["Inbound"] * INBOUND + ["Lookers", "Recallers"]
    groups = {name: SkillGroup.objects.create(name=name, name_zh=name) for name in dict.fromkeys(jobs)}
    agents = []
    for n, job in enumerate(jobs, 1):
        agent = user_create(
            username=f"agent{n}", password=PASSWORD, display_name=f"Agent {n}", extension=str(2000 + n),
            department=department, roles=["agent"], language="en",
        )  # fmt: skip
        agent_set(user=agent, wrap_up_s=1)
        SkillMember.objects.create(group=groups[job], user=agent)
        agents.append(agent)
    for group, user in (("Recallers", agents[-2]), ("Lookers", agents[-1])):  # nobody's promise is hers by default
        SkillMember.objects.create(group=groups[group], user=user)
    inbound = agents[AGENTS : AGENTS + INBOUND]
    queue = queue_set(code=QUEUE, name="Support", name_zh="客服")
    queue_members_set(queue=queue, tiers=dict.fromkeys(inbound, 1))
    route_set(number=DID, queue=queue, greeting="")
    carrier()
    Disposition.objects.create(code="sold", name="Sold", name_zh="成交")
    Disposition.objects.create(code="again", name="Call again", name_zh="再联系")
    return People(manager, agents[:AGENTS], inbound, *agents[-2:])


def customers_make(count: int) -> None:
    """Each tenth has two numbers. Numbers tell what becomes of a call."""
    made = Customer.objects.bulk_create(Customer(name=f"Customer {n}") for n in range(count))
    numbers = []
    for n, customer in enumerate(made):
        for more in range(1 + (n % 10 == 0)):
            numbers.append(CustomerNumber(customer=customer, number=number(n * 2 + more, n + more)))
    CustomerNumber.objects.bulk_create(numbers)


def number(n: int, fate: int) -> str:
    """The ``n``-th, with one of the fates."""
    front = FATES[fate % len(FATES)]
    return f"+86{front}{n:0{11 - len(front)}}"


def campaigns_make(people: People, at: datetime) -> dict[str, Campaign]:
    """``always``, ``minutes`` (its hours close and open each minute), ``blended`` and ``shown``, filled with all
    customers, and ``promised``, which has none of its own."""
    retries = retries_default()
    for rule in retries.values():
        rule |= {"after": 1, "times": 2, "then": "number"}
        rule.pop("part", None)
    group = {one.name: one for one in SkillGroup.objects.all()}
    callers = group["Callers"]
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
        "blended": {"mode": Mode.PROGRESSIVE, "skill_group": group["Inbound"], "blending": True,
                    "keep_ready": KEEP_READY},
        "shown": {"mode": Mode.PREVIEW, "skill_group": group["Lookers"], "preview_s": 5},
        "promised": {"mode": Mode.MANUAL, "skill_group": group["Recallers"]},
    }  # fmt: skip
    made = {}
    for name, own in wanted.items():
        campaign = campaign_make(user=people.manager, fields={**usual, **own, "name": name})
        if name == "minutes":  # more periods than a form takes
            Campaign.objects.filter(pk=campaign.pk).update(hours=EACH_OTHER_MINUTE)
        if name != "promised":
            fill_ask(user=people.manager, campaign=campaign, filters=Filters())
        campaign_start(user=people.manager, campaign_id=campaign.pk, at=at)
        made[name] = Campaign.objects.get(pk=campaign.pk)
        assert made[name].state == CampaignState.RUNNING
    return made


def far_hours(at: datetime) -> list[list[list[str]]]:
    """Hours that are closed wherever China's customers are: one minute, half a day from now."""
    far = at + timedelta(hours=8) + timedelta(hours=12)
    return [[[f"{far:%H}:00", f"{far:%H}:01"]] for _day in range(7)]


def now() -> datetime:
    return datetime.now(UTC)
