"""Every role at every address, with every method and with data of hers, of her department, below it and elsewhere."""

import itertools
import os
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from crm.access.guard import FOREIGN
from crm.rest.endpoint import TOKEN
from switchctl.contract.names import MAIN
from tests.crm.access.test_guard import every_address

from .table import DOORS, ENDS_SESSION, OWN_ANYWAY, SEEN_BY, WRITES_ON_GET, Door
from .town import PLACES, STRANGER, VISITORS, Town, lets_in, reaches, town

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HERS = ("customer", "number", "customer_file", "agreed")
OF_CALLS = ("call", "call_popup", "call_lookup")
PLACES_OF = {
    "user": tuple(PLACES),
    **dict.fromkeys(HERS, tuple(PLACES)),
    **dict.fromkeys(OF_CALLS, (*PLACES, "nobody")),
}
"""Kinds of things that are somebody's → whose; of other things there is one for all."""
WRITES = re.compile(r"(?:SELECT set_config\(.*?\); )?\s*(?:INSERT|UPDATE|DELETE)\b", re.S)
BOOKS = re.compile(r"django_session|logins_loginsession|INSERT INTO audit_entry")
"""Sessions and when they were last seen, and the trail of who was refused or came in."""
FORM = "application/x-www-form-urlencoded"
TRIES_ALL = (STRANGER, "administrator")
"""Visitors who try methods that a door does not have: whether it has one hangs on nobody's role."""
EACH = bool(os.environ.get("PROOF_EACH"))
"""``make prove`` asks all of each door; other runs ask some by turns, see ``asked``."""
LOGIN, REFUSED, IN, NO_METHOD = "login", "refused 403", "in", "no such method"


@pytest.fixture
def place(db, redis_client) -> Town:
    return town()


def test_every_address_is_listed_and_every_listed_one_exists():
    names = {
        pattern.name
        for pattern, namespaces in every_address()
        if not set(namespaces) & FOREIGN.keys() and getattr(pattern.callback, "access_rule", "") != TOKEN
    }  # doors of the API have their own table, by tokens in place of visitors
    assert names - DOORS.keys() == set(), "list them in tests/crm/access/doors/table.py: who may come in, whose data"
    assert DOORS.keys() - names == set(), "these addresses are gone: take them out of table.py"


@pytest.mark.parametrize("visitor", VISITORS)
def test_doors(place, visitor):
    wrong = []
    client = signed_in(place, visitor)
    for (name, door), method in itertools.product(DOORS.items(), METHODS):
        if not asked(visitor, name, method):
            continue
        places = PLACES_OF.get(door.of, ("",))
        if door.of in PLACES_OF and method not in door.methods:
            places = ("other",)  # the method is refused whoever's it is
        for where in places:
            if where == "own" and visitor == STRANGER:
                continue
            wanted = expected(visitor, name, door, method, where)
            if wanted == {IN} and method != "HEAD" and not her_turn(visitor, name, method, where):
                continue
            status, got, wrote = knock(client, address(place, visitor, name, door, where), door, method)
            if name in ENDS_SESSION and method == "POST":
                client = signed_in(place, visitor)
            at = f"{visitor}: {method} {name} {where}"
            if got not in wanted:
                wrong.append(f"{at}: {status} {got}, wanted {' or '.join(sorted(wanted))}")
            if wrote and (method != "POST" or got != IN) and name not in WRITES_ON_GET:
                wrong.append(f"{at} was {got} and yet wrote: {wrote[0][:200]}")
    assert not wrong, "\n".join(wrong)


def asked(visitor: str, name: str, method: str) -> bool:
    """HEAD is a GET whose answer is thrown away, so of a door every ninth visitor asks it; of the methods that no door
    has each door is asked some."""
    has, turn = ("GET" if method == "HEAD" else method) in DOORS[name].methods, list(DOORS).index(name)
    if has:
        return EACH or method != "HEAD" or (VISITORS.index(visitor) + turn) % 9 == 0
    return visitor in TRIES_ALL and (EACH or method in ("GET", "POST") or METHODS[turn % len(METHODS)] == method)


def her_turn(visitor: str, name: str, method: str, where: str) -> bool:
    """Who must stay outside tries each time. Of those who may come in every third does, one of them at least: what they
    would see is a whole page, and the same one."""
    let_in = [one for one in VISITORS if expected(one, name, DOORS[name], method, where) == {IN}]
    turn = let_in.index(visitor) + list(DOORS).index(name) + len(where)
    return EACH or turn % min(3, len(let_in)) == 0


def expected(visitor: str, name: str, door: Door, method: str, where: str) -> set[str]:
    needs = door.methods.get("GET" if method == "HEAD" else method)
    if needs is None:  # whether the method or the visitor is refused first is a matter of taste
        return {NO_METHOD, LOGIN, REFUSED} if visitor in (STRANGER, "leaver") else {NO_METHOD, REFUSED}
    if not lets_in(visitor, needs):
        return {LOGIN} if visitor in (STRANGER, "leaver") else {REFUSED}
    if name == "desk" and visitor == "roleless":
        return {REFUSED}
    if door.of in OWN_ANYWAY and where == "own":
        return {IN}
    if door.of in PLACES_OF and not reaches(visitor, SEEN_BY.get(name, needs), where):
        return {f"refused {door.hidden}"}
    return {IN}


def signed_in(place: Town, visitor: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    user = place.visitors.get(visitor)
    if user and user.is_active:  # of one who left there is no session any more
        client.force_login(user)
    return client


def knock(client: Client, address: str, door: Door, method: str) -> tuple[int, str, list[str]]:
    """Status of the answer, what it means, and the rows that were written."""
    wrote: list[str] = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql) and not BOOKS.search(sql):
            wrote.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch), transaction.atomic():
        answer = client.generic(method, address, query(door), content_type=FORM)
        transaction.set_rollback(True)  # what one visitor did the next finds undone
    return answer.status_code, meaning(answer), wrote


def address(place: Town, visitor: str, name: str, door: Door, where: str) -> str:
    match door.of:
        case "call":
            return reverse(name, args=[place.call(visitor, where)])
        case "customer":
            return reverse(name, args=[place.customer(visitor, where).pk])
        case "number":
            return reverse(name, args=[place.customer(visitor, where).numbers.get().pk])
        case "customer_file":
            return reverse(name, args=[place.customer(visitor, where).files.get().pk])
        case "agreed":  # the first of hers
            return reverse(name, args=[place.person(visitor, where).callbacks.order_by("pk")[0].pk])
        case "evidence":
            return reverse(name, args=["an-attempt"])
        case "alarm":
            return reverse(name, args=[place.alarm])
        case "person":
            return reverse(name, args=["n15401400001"])
        case "report":
            return reverse(name, args=["agents"])
        case "extension":
            return reverse(name, args=["2098"])
        case "dialled":
            return reverse(name, args=["4001"])
        case "trunk":
            return reverse(name, args=["carrier"])
        case "room":
            return reverse(name, args=["hall"])
        case "switch":
            return reverse(name, args=["node1"])
        case "form" | "sheet":
            return reverse(name, args=["csv"])
        case "bad_rows":
            return reverse(name, args=[place.things["package"], "csv"])
        case "evidence_export":
            return reverse(name, args=[place.own[door.of].get(visitor) or min(place.own[door.of].values())])
        case "view" | "export" | "customer_export" | "file" | "saved" | "mailing" | "shown" | "callback" | "speed":
            own = place.own[door.of]
            return reverse(name, args=[own.get(visitor) or min(own.values())])
        case "user":
            return reverse(name, args=[place.person(visitor, where).pk])
        case "token":
            return reverse(name, args=[place.things["integration"], place.things["token"]])
        case "leads_file":
            return reverse(name, args=[place.things["campaign"], "csv"])
        case "lead":
            return reverse(name, args=[place.things["campaign"], place.things["lead"]])
        case "department" | "role" | "skill" | "queue" | "line" | "field" | "project" | "desk_campaign" | "desk_lead":
            return reverse(name, args=[place.things[door.of]])
        case "call_popup" | "call_lookup":
            return reverse(name, args=[place.call(visitor, where), place.things[door.of.removeprefix("call_")]])
        case "popup" | "lookup" | "popup_host":
            return reverse(name, args=[place.things[door.of]])
        case "campaign" | "template" | "holiday" | "sound" | "package" | "integration" | "webhook":
            return reverse(name, args=[place.things[door.of]])
    return reverse(name)


def query(door: Door) -> bytes:
    return "&".join(f"{field}={value}" for field, value in door.fields.items()).encode()


def meaning(answer) -> str:
    if answer.status_code == 405:
        return NO_METHOD
    if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/login/?"):
        return LOGIN
    if answer.status_code in (403, 404):
        return f"refused {answer.status_code}"
    return IN


def test_what_is_out_of_reach_and_what_does_not_exist_answer_alike(place):
    for name, door in DOORS.items():
        if door.of == "call":
            client = Client()
            client.force_login(place.visitors["agent"])
            method = next(iter(door.methods))
            far, none = (
                client.generic(method, reverse(name, args=[call]), query(door), content_type=FORM)
                for call in ("call-other", "call-that-never-was")
            )
            assert (far.status_code, far.content) == (none.status_code, none.content), name


def test_what_is_written_is_noticed(place):
    """The control of ``knock``: a note that is allowed is seen to write."""
    door = DOORS["call_note"]
    address = reverse("call_note", args=[place.call("agent", "own")])
    status, got, wrote = knock(signed_in(place, "agent"), address, door, "POST")
    assert (status, got) == (302, IN) and "calls_callrecord" in wrote[0]


def test_refused_orders_never_reach_the_daemon(place, redis_client):
    client = Client()
    client.force_login(place.visitors["quality_inspector"])
    client.post(reverse("desk_orders"), {"kind": "BecomeReady"})
    client.post(reverse("switch_drain", args=["node1"]))
    assert redis_client.xlen(MAIN.commands) == 0
