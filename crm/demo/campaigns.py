"""The demonstration's campaigns: templates, one that dials by itself, one whose customers are looked at first.

Their hours are open day and night, so that whoever tries the demonstration sees them at work; their names say so.
"""

from typing import Any, NamedTuple

from django.utils import timezone

from crm.accounts.models import SkillGroup, SkillMember, User
from crm.campaigns.models import CampaignTemplate, Mode, Verdict
from crm.campaigns.running.services import campaign_make, campaign_start, fill_ask
from crm.campaigns.running.templates import template_make
from crm.customers.models import Customer, CustomerNumber, NumberLabel
from crm.demo.sounds import sounds_seed
from crm.telephony.models import Disposition

ALL_DAY = [[["00:00", "24:00"]] for _day in range(7)]
FIRST_MOBILE = 15401500000
"""Customers of the campaigns have the mobiles behind it; prefix 154 is reserved and belongs to nobody."""

DISPOSITIONS = (
    ("renewed", "Renewed", "已续费", Verdict.SUCCESS),
    ("thinking", "Thinks about it", "考虑中", Verdict.AGAIN),
    ("satisfied", "Satisfied", "满意", Verdict.SUCCESS),
    ("unsatisfied", "Not satisfied", "不满意", Verdict.DONE),
    ("will-pay", "Will pay", "答应付款", Verdict.SUCCESS),
    ("not-wanted", "Does not want it", "不需要", Verdict.DONE),
    ("no-more-calls", "Wants no more calls", "要求不再来电", Verdict.REFUSED),
    ("another-person", "Another person", "非本人", Verdict.WRONG_PARTY),
)
"""Code, names, and what it means in these campaigns."""


class Template(NamedTuple):
    name: str
    mode: str
    meanings: tuple[str, ...]
    script: str


COMMON = ("not-wanted", "no-more-calls", "another-person")
TEMPLATES = (
    Template("服务回访", Mode.PREVIEW, ("satisfied", "unsatisfied", *COMMON),
             "您好，这里是客户联络中心。请问您现在方便接听电话吗？\n想了解一下您对上次服务是否满意。\n"
             "如果不方便，我们将再次致电，请问什么时间合适？"),
    Template("会员续费", Mode.PROGRESSIVE, ("renewed", "thinking", *COMMON),
             "您好，这里是茶友会。您的会员即将到期。\n先和您核对一下姓名和联系方式。\n续费可享九折，需要为您办理吗？"),
    Template("欠费提醒", Mode.PROGRESSIVE, ("will-pay", "thinking", *COMMON),
             "您好，请问是本人吗？\n您的账户有一笔费用尚未结清，提醒您在本月底前缴纳。"),
    Template("Follow-up call", Mode.PREVIEW, ("satisfied", "unsatisfied", *COMMON),
             "Good day, this is the contact centre. Is it convenient for you to talk?\n"
             "We would like to know whether you were satisfied with our service.\n"
             "If not now: when may we call again?"),
)  # fmt: skip


class Running(NamedTuple):
    """``customers``: how many it has."""

    name: str
    template: str
    group: tuple[str, str, tuple[str, ...]]
    customers: int
    lines: int


RUNNING = (
    Running("茶友会续费（演示：全天开放）", "会员续费", ("Renewals", "续费组", ("hexin", "luoting", "maya")), 200, 3),
    Running("九月服务回访（演示：全天开放）", "服务回访", ("Follow-up", "回访组", ("wangfang", "emma")), 40, 0),
)
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何"
GIVEN = ("晓兰", "志远", "丽君", "建国", "雨桐", "海峰", "秀珍", "子涵", "文博", "佳音", "国强", "思琪")


def campaigns_seed() -> bool:
    """Sounds, templates and campaigns, if there are none at all; whoever runs them is the administrator."""
    who = User.objects.filter(roles__code="administrator", is_active=True).order_by("pk").first()
    if who is None or CampaignTemplate.objects.exists():
        return False
    sounds_seed(who)
    codes = _dispositions()
    made = {one.name: template_make(user=who, fields=_fields(one, codes)) for one in TEMPLATES}
    number = 0
    for one in RUNNING:
        name, name_zh, logins = one.group
        group, _ = SkillGroup.objects.get_or_create(name=name, defaults={"name_zh": name_zh})
        for user in User.objects.filter(username__in=logins):
            SkillMember.objects.get_or_create(group=group, user=user)
        fields = {"name": one.name, "skill_group": group, "lines": one.lines}
        campaign = campaign_make(user=who, fields=fields, template=made[one.template])
        fill_ask(user=who, campaign=campaign, customers=_customers(number, one.customers))
        number += one.customers
        campaign_start(user=who, campaign_id=campaign.pk, at=timezone.now())
    return True


def _customers(before: int, count: int) -> list[int]:
    """So many new ones; their ids."""
    numbers = range(before + 1, before + count + 1)
    made = Customer.objects.bulk_create(Customer(name=_name(number)) for number in numbers)
    CustomerNumber.objects.bulk_create(
        CustomerNumber(customer=one, number=f"+86{FIRST_MOBILE + number}", label=NumberLabel.MOBILE)
        for one, number in zip(made, numbers, strict=True)
    )
    return [one.pk for one in made]


def _dispositions() -> dict[str, tuple[int, str]]:
    """Code → id and meaning."""
    found = {}
    for order, (code, name, name_zh, verdict) in enumerate(DISPOSITIONS, 100):
        fields = {"name": name, "name_zh": name_zh, "order": order}
        one, _ = Disposition.objects.get_or_create(code=code, defaults=fields)
        found[code] = (one.pk, verdict.value)
    return found


def _fields(one: Template, codes: dict[str, tuple[int, str]]) -> dict[str, Any]:
    return {
        "name": one.name, "mode": one.mode, "script": one.script, "hours": ALL_DAY, "holidays": False,
        "meanings": dict(codes[code] for code in one.meanings),
    }  # fmt: skip


def _name(number: int) -> str:
    return FAMILY[number % len(FAMILY)] + GIVEN[(number // len(FAMILY)) % len(GIVEN)]
