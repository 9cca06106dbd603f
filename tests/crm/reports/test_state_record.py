"""The state record: each agent's states one after the other, of those whose figures one may see."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from crm.calls.models import AgentStateInterval
from crm.reports import tasks
from crm.reports.files.orders import SHELF, file_ask
from crm.reports.staterecord.asking import asked
from crm.reports.staterecord.selectors import agents_of, lasted, states_found, sums
from tests.crm.audit.test_export import read_csv
from tests.crm.calls.calls import MORNING

DAY = {"since": "2026-09-16", "until": "2026-09-16"}


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"


def told(agent: str, *states: tuple) -> None:
    """(minute, state[, reason]) one after the other; the last goes on."""
    ends = [MORNING + timedelta(minutes=minute) for minute, *_rest in states[1:]] + [None]
    for n, ((minute, state, *reason), end) in enumerate(zip(states, ends, strict=True)):
        AgentStateInterval.objects.create(
            id=f"{agent}-{minute}", agent=agent, state=state, reason=reason[0] if reason else "", source="agent",
            started_at=MORNING + timedelta(minutes=minute), ended_at=end, seq=n,
        )  # fmt: skip


@pytest.fixture
def morning(cast):
    told("alice", (-600, "ready"), (0, "paused", "break"), (15, "ready"), (75, "talking"), (80, "offline"))
    told("carol", (10, "ready"), (20, "offline"))
    return cast


def ids(user, **said) -> list[str]:
    wanted = asked(DAY | said)
    return list(states_found(agents_of(user, wanted), wanted).order_by("started_at", "id").values_list("pk", flat=True))


def test_it_has_what_touches_the_day_and_not_who_is_signed_out(morning):
    assert ids(morning.ada) == ["alice--600", "alice-0", "carol-10", "alice-15", "alice-75"]
    assert ids(morning.ada, since="2026-09-17", until="2026-09-17") == []
    assert ids(morning.ada, since="2026-09-15", until="2026-09-15") == ["alice--600"]


def test_filters(morning):
    assert ids(morning.ada, state="paused") == ["alice-0"]
    assert ids(morning.ada, agent="carol") == ["carol-10"]
    assert ids(morning.ada, department=str(morning.carol.department.pk)) == ["carol-10"]
    assert ids(morning.ada, state="offline") == ids(morning.ada)


def test_each_sees_whose_figures_she_sees(morning):
    assert ids(morning.sofia) == ["alice--600", "alice-0", "alice-15", "alice-75"]
    assert ids(morning.boris) == ids(morning.carol) == ["carol-10"]
    assert ids(morning.sofia, agent="carol") == []
    morning.alice.roles.clear()
    assert ids(morning.alice) == []


def test_durations_count_what_falls_into_the_days(morning):
    wanted = asked(DAY)
    found = states_found(agents_of(morning.sofia, wanted), wanted)
    assert [(state, reason, total.total_seconds() / 60) for state, reason, total in sums(found, wanted.span())] == [
        ("ready", "", 540 + 60), ("talking", "", 5), ("paused", "break", 15),
    ]  # fmt: skip
    first = found.get(pk="alice--600")
    assert lasted(first, wanted.span(), timezone.now()) == 540 * 60  # it began the day before


def test_what_goes_on_counts_up_to_now(cast):
    now = timezone.now()
    since = now - timedelta(seconds=1)
    AgentStateInterval.objects.create(id="x", agent="alice", state="ready", source="agent", started_at=since, seq=1)
    wanted = asked({})
    (state, _reason, total), = sums(states_found(agents_of(cast.ada, wanted), wanted), wanted.span())  # fmt: skip
    assert state == "ready" and timedelta(0) < total <= timezone.now() - since


def test_the_page(client, morning):
    client.force_login(morning.sofia)
    page = client.get("/reports/record/", DAY).content.decode()
    assert "Paused · Break" in page and "15:00" in page and "Altogether" in page and "Carol" not in page
    assert client.get("/reports/record/", DAY | {"agent": "carol"}).context["rows"] == []
    morning.alice.roles.clear()
    client.force_login(morning.alice)
    assert client.get("/reports/record/").status_code == 403


def test_pages_lead_to_older_and_back(client, cast):
    told("alice", *((n, "ready" if n % 2 else "talking") for n in range(120)))
    client.force_login(cast.ada)
    seen, address = [], ""
    while True:
        answer = client.get("/reports/record/" + address, {} if address else DAY)
        seen += [row[0].pk for row in answer.context["rows"]]
        address = answer.context["older"]
        if not address:
            break
    assert seen == [f"alice-{n}" for n in reversed(range(120))]
    back = client.get("/reports/record/" + answer.context["newer"])
    assert [row[0].pk for row in back.context["rows"]] == seen[50:100]


def test_the_file_says_the_same_and_the_sums(morning):
    with translation.override("en"):
        made = file_ask(user=morning.sofia, report="state_record", form="csv", said=DAY | {"state": "paused"})
        theirs = file_ask(user=morning.sofia, report="state_record", form="csv", said=DAY | {"agent": "carol"})
    tasks.files()
    lines = read_csv(SHELF.file(made).read_bytes())
    assert lines[1] == [
        "Alice", "alice", "Paused", "Break", "2026-09-16 09:00:00", "2026-09-16 09:15:00", "900.0", "agent", "final",
    ]  # fmt: skip
    assert lines[3] == ["State record"] and lines[-1] == ["Paused · Break: 15:00"]
    assert read_csv(SHELF.file(theirs).read_bytes())[1] == []
