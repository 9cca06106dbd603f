"""Filters by fields find whom a plain look at each value finds."""

import random

import pytest
from django.http import QueryDict

from crm.customers.fields.selectors import fields_active
from crm.customers.fields.writing import words_of
from crm.customers.filters import customers_asked, filters, filters_said
from crm.customers.models import Customer

HOBBIES = ("Reading", "reading aloud", "茶道", "100% wool", "under_score", None)
ASKED = {
    "f_mail=P1": lambda v: "p1" in v.get("mail", "").lower(),
    "f_mail=%25": lambda v: False,
    "f_hobby=reading": lambda v: "reading" in v.get("hobby", "").lower(),
    "f_hobby=100%25": lambda v: "100%" in v.get("hobby", ""),
    "f_hobby=r_s": lambda v: "r_s" in v.get("hobby", ""),
    "f_hobby=茶": lambda v: "茶" in v.get("hobby", ""),
    "f_spend_from=10&f_spend_to=20.5": lambda v: 10 <= v.get("spend", -1) <= 20.5,
    f"f_spend_from={'9' * 40}": lambda v: False,
    "f_spend_from=-1": lambda v: "spend" in v,
    "f_spend_to=9.99": lambda v: v.get("spend", 99) <= 9.99,
    "f_born_from=1990-02-01&f_born_to=1990/3/1": lambda v: "1990-02-01" <= v.get("born", "") <= "1990-03-01",
    "f_born_from=1990-06-15": lambda v: v.get("born", "") >= "1990-06-15",
    "f_source=web": lambda v: v.get("source") == "web",
    "f_source=web&f_source=fair": lambda v: v.get("source") in ("web", "fair"),
    "f_likes=tea": lambda v: "tea" in v.get("likes", []),
    "f_likes=tea&f_likes=travel": lambda v: {"tea", "travel"} & set(v.get("likes", [])),
    "f_spend_has=no": lambda v: "spend" not in v,
    "f_contract_has=yes": lambda v: "contract" in v,
    "f_likes=tea&f_spend_from=50&f_source=friend": lambda v: (
        "tea" in v.get("likes", []) and v.get("spend", 0) >= 50 and v.get("source") == "friend"
    ),
    "f_source=nothing&f_spend_from=x&f_born_to=never&f_likes_has=perhaps&f_other=1": lambda v: True,
}


@pytest.fixture
def people(cast, fields) -> list[Customer]:
    """Two hundred with values at random, some without."""
    dice = random.Random(7)
    made = []
    for n in range(200):
        every = {
            "mail": f"P{n}@example.com", "hobby": dice.choice(HOBBIES), "spend": dice.choice([n / 4, n, 20.5, None]),
            "born": f"1990-{1 + n % 12:02}-{1 + n % 28:02}", "source": dice.choice(["web", "friend", "fair"]),
            "likes": [code for code in ("tea", "books", "travel") if dice.random() < 0.4] or None,
            "contract": "00000000-0000-0000-0000-000000000000" if dice.random() < 0.3 else None,
        }  # fmt: skip
        values = {code: value for code, value in every.items() if value is not None and dice.random() < 0.8}
        made.append(Customer(name=f"Person {n}", values=values))
        made[-1].words = words_of(made[-1], list(fields.values()))
    return Customer.objects.bulk_create(made)


def test_as_brute_force_finds_them(cast, bus, people):
    every = list(Customer.objects.filter(name__startswith="Person"))
    for query, fits in ASKED.items():
        asked = filters(QueryDict(f"q=Person&{query}"), fields_active())
        found = set(customers_asked(cast.ada, asked).values_list("name", flat=True))
        assert found == {one.name for one in every if fits(one.values)}, query
        again = filters_said(asked.said(), fields_active())
        assert again == asked and filters(QueryDict(asked.address()[1:]), fields_active()) == asked, query


def test_the_search_finds_searchable_fields_only(cast, bus, people):
    def found(text: str) -> set[str]:
        asked = filters(QueryDict(f"q={text}"), fields_active())
        return set(customers_asked(cast.ada, asked).values_list("name", flat=True))

    every = list(Customer.objects.filter(name__startswith="Person"))
    assert found("p17@example") == {one.name for one in every if one.values.get("mail") == "P17@example.com"}
    assert found("friend") == {one.name for one in every if one.values.get("source") == "friend"}
    assert found("reading") == set()


def test_by_project_and_what_is_out_of_use_is_not_asked_for(cast, bus, people, fields, project):
    people[3].projects.add(project)
    asked = filters(QueryDict(f"project={project.pk}"), fields_active())
    assert [one.pk for one in customers_asked(cast.ada, asked)] == [people[3].pk]
    fields["source"].active = False
    fields["source"].save()
    assert filters(QueryDict("f_source=web"), fields_active()).wishes == ()
