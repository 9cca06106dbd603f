"""The demonstration's fields, projects and what they say of its customers: invented, and the same each time."""

import random
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.accounts.models import User
from crm.customers.fields.defining import Line, field_save, project_save
from crm.customers.fields.files import file_keep
from crm.customers.models import Customer, CustomerField, Kind, Project
from crm.customers.services import customer_values_put

PROJECTS = (("tea_club", "Tea club", "茶友会"), ("evening_courses", "Evening courses", "夜校课程"))


class Field(NamedTuple):
    """``project`` is a code of PROJECTS; choices are pairs of names."""

    code: str
    name: str
    name_zh: str
    kind: str
    project: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    settings: dict[str, Any] = {}  # noqa: RUF012  never changed


FIELDS = (
    Field("source", "Source", "客户来源", "choice", choices=(
        ("Friend", "朋友介绍"), ("Website", "官网"), ("Advertisement", "广告"), ("Fair", "展会"),
    ), settings={"column": True, "searchable": True}),
    Field("birthday", "Birthday", "生日", "date"),
    Field("signed", "Signed on", "签约日期", "date"),
    Field("interests", "Interests", "兴趣", "choices", choices=(
        ("Tea", "茶"), ("Books", "读书"), ("Travel", "旅行"), ("Cycling", "骑行"), ("Cooking", "烹饪"),
    ), settings={"searchable": True}),
    Field("yearly_spend", "Yearly spend", "年消费（元）", "number", settings={
        "column": True, "decimals": 2, "least": 0,
        "help": "In yuan, as of last year.", "help_zh": "上一年度，单位：元。",
    }),
    Field("contract", "Contract", "合同", "file", settings={"on_card": False}),
    Field("course", "Course", "课程", "choice", "evening_courses", (
        ("Calligraphy", "书法"), ("Ceramics", "陶艺"), ("Photography", "摄影"),
    )),
    Field("delivery", "Delivery address", "收货地址", "text", "tea_club", settings={"searchable": True}),
)  # fmt: skip
STREETS = ("海风路 12 号", "青山街 88 号 3 单元", "云桥大道 5 号", "南湖西路 210 号")
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""One empty page."""


def fields_seed() -> bool:
    """Fields and projects of the demonstration; customers get values when the fields are new. False when nothing was
    missing, or there is nobody who may define them."""
    who = User.objects.filter(roles__code="administrator", is_active=True).order_by("pk").first()
    if who is None or CustomerField.objects.exists() or Project.objects.exists():
        return False
    projects = {
        code: project_save(actor=who, project=None, fields={"code": code, "name": name, "name_zh": name_zh})
        for code, name, name_zh in PROJECTS
    }
    for order, one in enumerate(FIELDS, 1):
        lines = [Line(None, name, name_zh, 10 * n, True) for n, (name, name_zh) in enumerate(one.choices, 1)]
        said = {"code": one.code, "name": one.name, "name_zh": one.name_zh, "kind": one.kind, "order": 10 * order}
        said |= {"project": projects.get(one.project), **one.settings}
        field_save(actor=who, field=None, fields=said, lines=lines)
    contract = CustomerField.objects.get(code="contract")
    for number, customer in enumerate(Customer.objects.filter(kind=Kind.PERSON).order_by("pk")):
        customer.projects.set([project for n, project in enumerate(projects.values()) if (number + n) % 3 == 0])
        typed = _typed(number)
        if number % 8 == 0:
            paper = SimpleUploadedFile(f"合同-{customer.name}.pdf", PAPER)
            typed["contract"] = str(file_keep(user=who, field=contract, upload=paper).pk)
        customer_values_put(customer=customer, typed=typed, user=who)
        customer.save(update_fields=["values", "words"])
    return True


def _typed(number: int) -> dict[str, Any]:
    """What the fields say of the customer of this number, as somebody would type it."""
    dice = random.Random(number)
    told: dict[str, Any] = {
        "source": dice.choice(["friend", "website", "advertisement", "fair"]),
        "birthday": str(date(1955, 1, 1) + timedelta(days=dice.randrange(18_000))),
        "interests": dice.sample(["tea", "books", "travel", "cycling", "cooking"], dice.randrange(1, 4)),
        "course": dice.choice(["calligraphy", "ceramics", "photography"]),
        "delivery": dice.choice(STREETS),
    }
    if number % 4:
        told |= {"signed": str(date(2023, 1, 1) + timedelta(days=dice.randrange(1000)))}
        told |= {"yearly_spend": f"{dice.randrange(200, 90_000)}.{dice.randrange(100):02}"}
    return told
