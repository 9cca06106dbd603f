"""The page of the trail: who may see it, what it says, how it is searched."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from crm.accounts.models import Role, User
from crm.audit import services as audit
from crm.audit import words
from crm.audit.actor import Actor, acting
from crm.audit.filters import filters
from crm.audit.lines import lines
from crm.audit.models import Entry
from crm.audit.selectors import page
from crm.audit.tables import models
from crm.calls.models import CallRecord
from crm.customers.models import Customer
from crm.telephony.models import Disposition
from tests.crm.audit.trail import by_hand


@pytest.fixture
def seen(client, cast):
    """``seen("text=…")`` is what the administrator reads."""
    client.force_login(cast.ada)
    client.cookies["django_language"] = "en"

    def get(query: str = "") -> str:
        answer = client.get(f"/audit/?{query}")
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", answer.content.decode())

    return get


def asked(query: str = ""):
    from django.http import QueryDict

    return filters(QueryDict(query), whole=True)


def found(query: str = "") -> list[str]:
    return [entry.label for entry in page(asked(query)).entries]


@pytest.mark.parametrize("path", ["/audit/", "/audit/export.csv", "/audit/export.xlsx"])
def test_only_who_may_sees_it(path, client, cast):
    assert client.get(path).status_code == 302
    client.force_login(cast.sofia)
    assert client.get(path).status_code == 403
    client.force_login(cast.ada)
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


def test_a_change_is_told_in_words(seen, cast):
    with acting(Actor("sofia", cast.sofia.pk, "192.0.2.8", "page")):
        cast.support.service_level_s = 30
        cast.support.save()
    said = seen("action=update")
    assert "Sofia" in said and "192.0.2.8" in said and "support · Support · 客服" in said
    assert "<dt>service level, seconds</dt><dd><del>15</del>" in said and "<ins>30</ins>" in said


def test_keys_are_told_by_name_and_choices_by_their_words(cast):
    cast.caller.owner, cast.caller.level = cast.bob, "silver"
    cast.caller.save()
    with translation.override("en"):
        (line,) = lines(Entry.objects.filter(action="update"), whole=True)
    assert {(c.field, c.before, c.after) for c in line.changes} == {("owner", "—", "Bob"), ("level", "gold", "silver")}


def test_of_a_role_only_what_came_and_went(cast):
    role = Role.objects.create(code="r", name="R", permissions=["calls.see", "desk.use"])
    role.permissions = ["alarms.see", "calls.see"]
    role.save()
    with translation.override("en"):
        (line,) = lines(Entry.objects.filter(action="update", kind="accounts_role"), whole=True)
    assert [(c.field, c.before, c.after) for c in line.changes] == [("permissions", "Work at the desk", "See alarms")]


def test_giving_a_role_is_told_with_both_names(cast):
    cast.alice.roles.add(Role.objects.get(code="manager"))
    with translation.override("en"):
        line = lines(Entry.objects.filter(kind="accounts_user_roles").order_by("-id"), whole=True)[0]
    assert line.label == "alice · Alice · manager · Manager · 经理" and line.kind == "role of a user"
    assert {(c.field, c.after) for c in line.changes} == {("user", "Alice"), ("role", "Manager")}


def test_a_secret_is_said_to_be_changed(cast, seen):
    cast.alice.set_password("another-long-password")
    cast.alice.save()
    assert "changed, not shown" in seen("kind=accounts_user&action=update")
    assert "md5" not in seen("kind=accounts_user")


def test_what_is_gone_is_told_by_its_key(cast):
    call = CallRecord.objects.create(call_id="c-1", disposition=None)
    call.disposition = gone = Disposition.objects.create(code="gone", name="Gone")
    call.save()
    call.disposition = None
    call.save()
    key = gone.pk
    gone.delete()
    with translation.override("en"):
        line = lines(Entry.objects.filter(kind="calls_callrecord").order_by("id"), whole=True)[0]
    assert [(c.field, c.before, c.after) for c in line.changes] == [("outcome", "—", f"#{key}")]


def test_what_a_caller_or_an_agent_wrote_is_text_and_never_markup(cast, seen):
    Customer.objects.create(name="<script>alert(1)</script>", note="<img src=x onerror=alert(2)>")
    audit.event("access.refused", label="/<b>x</b>", details={"path": "<i>"})
    said = seen()
    assert "&lt;script&gt;" in said and "&lt;img src=x" in said and "/&lt;b&gt;" in said
    assert not re.search(r"<script>alert|<img src=x|<b>x|<i>", said)


def test_filters(cast, trail):
    with acting(Actor("sofia", cast.sofia.pk, "", "page")):
        Customer.objects.create(name="Harbour Books")
    Customer.objects.create(name="张三丰", company="武当贸易")
    audit.read(cast.bob, "numbers.opened", cast.caller)
    assert found("who=sofia") == ["Harbour Books"]
    assert found("action=numbers.opened") == ["Mei Zhang"]
    assert found("kind=customers_customer&action=insert")[:2] == ["张三丰 · 武当贸易", "Harbour Books"]
    assert found(f"kind=customers_customer&object={cast.caller.pk}")[0] == "Mei Zhang"
    assert found("kind=customers_customer&who=nobody") == []
    today = timezone.localdate()
    assert found(f"since={today}&who=sofia") == ["Harbour Books"] == found(f"until={today}&who=sofia")
    assert found(f"since={today + timedelta(1)}") == [] == found(f"until={today - timedelta(1)}")


@pytest.mark.parametrize(
    "text, label",
    [
        ("武当", "张三丰 · 武当贸易"), ("三丰", "张三丰 · 武当贸易"), ("5566", "Ann · +8613812345566"),
        ("nn ·", "Ann · +8613812345566"), ("100%", "100%_x\\y"), ("_x", "100%_x\\y"), ("x\\y", "100%_x\\y"),
        ("ÜNSTER", "Münster"), ("' or", "' or 1=1 --"),
    ],
)  # fmt: skip
def test_free_text_finds_pieces_of_names_and_values(text, label, cast):
    Customer.objects.create(name="张三丰", company="武当贸易")
    Customer.objects.filter(pk=cast.caller.pk).update(name="Ann", company="")
    cast.caller.numbers.create(number="+8613812345566")
    for name in ("100%_x\\y", "Münster", "' or 1=1 --"):
        Customer.objects.create(name=name)
    from django.utils.http import urlencode

    assert found(urlencode({"text": text}))[0] == label
    assert found(urlencode({"text": f"{text}@@"})) == []


def test_numbers_are_masked_for_those_whose_roles_do_not_show_them_whole(client, cast):
    role = Role.objects.create(code="reader", name="Reader", permissions=["audit.see", "audit.export"])
    cast.boris.roles.set([role])
    client.force_login(cast.boris)
    cast.caller.numbers.create(number="+8613812345566")
    Customer.objects.filter(pk=cast.caller.pk).update(note="She is at 138 1234 5566 now, since 2026-11-22")
    for path in ("/audit/", "/audit/export.csv"):
        answer = client.get(path)
        said = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert "138****5566" in said and "2345566" not in said and "1234 5566" not in said
        assert "15401400001" not in said
    assert "138****5566" not in client.get("/audit/?text=2345").content.decode(), "digit after digit it would be told"
    assert "138****5566" in client.get("/audit/?text=138 1234 5566").content.decode()


def test_names_of_columns_are_not_what_is_searched(cast):
    assert found("text=department_id") == []


def test_pages_lead_back_and_forth_and_show_each_entry_once(db, trail):
    Customer.objects.bulk_create(Customer(name=f"Customer {n}") for n in range(23))
    by_hand("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
    by_hand("UPDATE audit_entry SET at = '2026-01-01' WHERE id % 3 = 0")  # many at the same moment
    by_hand("ALTER TABLE audit_entry ENABLE TRIGGER ALL")
    query, there, last = "kind=customers_customer", [], None
    while True:
        shown = page(asked(query), 5)
        there.append([entry.id for entry in shown.entries])
        last = shown
        if shown.older is None:
            break
        query = asked("kind=customers_customer").address(older=shown.older)[1:]
    assert [len(ids) for ids in there] == [5, 5, 5, 5, 3]
    assert len({id_ for ids in there for id_ in ids}) == 23
    back = []
    while last.newer is not None:
        last = page(asked(asked("kind=customers_customer").address(newer=last.newer)[1:]), 5)
        back.append([entry.id for entry in last.entries])
    assert back == there[-2::-1]


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-99-99", "until=x", "older=x", "older=2026-01-01T00:00:00_1", "newer=2026-01-01T00:00:00%2B00:00_x",
        "older=2026-01-01T00:00:00%2B00:00_99999999999999999999", "who=%00", "text=%00%00a", "text=a",
        "text=%ED%A0%80x",
        "since=0001-01-01", "until=9999-12-31", "kind=%27", "object=" + "9" * 500, "older=9999-99-99T00:00:00Z_1",
    ],
)  # fmt: skip
def test_nonsense_is_left_out(query, seen):
    assert "<h1>Audit" in seen(query)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_column_and_table_has_a_name_for_people(language):
    chinese = re.compile("[\u4e00-\u9fff]")
    nameless = []
    with translation.override(language):
        for audited, model in models():
            table = model._meta.db_table
            shown = [
                field for field in model._meta.concrete_fields
                if not field.primary_key and field.name not in audited.silent
                and (not audited.only or field.name in audited.only)
            ]  # fmt: skip
            said = {table: words.kind(table)}
            said |= {f"{table}.{field.column}": words.column(table, field.column) for field in shown}
            nameless += [
                name for name, word in said.items()
                if (not chinese.search(word) if language == "zh-hans" else "_" in word)
            ]  # fmt: skip
        for codes in (words.CHANGES, words.EVENTS, words.DOORS, words.DETAILS):
            spoken = words.choices(codes) if language == "zh-hans" else []
            nameless += [code for code, word in spoken if not chinese.search(word)]
    assert nameless == []


def test_the_page_speaks_chinese(client, cast):
    client.force_login(cast.ada)
    client.cookies["django_language"] = "zh-hans"
    User.objects.filter(pk=cast.bob.pk).update(caller_number="4001")
    said = client.get("/audit/?action=update").content.decode()
    assert "操作日志" in said and "修改" in said and "直接" not in said.split("<tbody>")[1]
