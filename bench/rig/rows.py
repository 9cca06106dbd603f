"""The rows of a big centre, straight into the database: people through the ORM, calls by SQL from generate_series.

A tenth of the calls is given up in the queue, a tenth missed by one agent before the next one answers, a twentieth is
dialled, the others are answered. Their times are spread evenly over a hundred days up to now; the newest have their
facts, so that the page of one of them has its whole story.
"""

import sys
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

QUEUES, DEPARTMENTS = 20, 20
WITH_FACTS = 20_000
DAYS = 100

CUSTOMERS = """
INSERT INTO customers_customer (name, company, level, note, created_at, owner_id)
SELECT '客户' || lpad(n::text, 6, '0') || ' Customer', 'Company ' || n % 977,
       CASE n % 20 WHEN 0 THEN 'gold' WHEN 1 THEN 'silver' ELSE 'normal' END, 'Note ' || n, now(),
       CASE n % 3 WHEN 0 THEN (SELECT min(id) FROM accounts_user) + n % 10 END
FROM generate_series(1, %(customers)s) n;
INSERT INTO customers_customernumber (customer_id, number)
SELECT id, '+86154' || lpad((id * 7 % 100000000)::text, 8, '0') FROM customers_customer
"""

CALLS = """
CREATE TEMPORARY TABLE bench_calls AS
SELECT n, 'c' || lpad(n::text, 8, '0') || '-6f1e-4c1e-9d3a-c0ffee000000' AS call_id, customer, n / 7 % 20 AS kind,
       now() - interval '%(days)s days' * ((%(calls)s - n + 1)::float / %(calls)s) - interval '10 minutes' AS at,
       'q' || n / 3 % 20 AS queue, 'agent' || n * 31 % %(agents)s AS agent,
       'agent' || (n * 31 + 20) % %(agents)s AS missed,
       (5 + n * 17 % 60) * interval '1 second' AS wait, (30 + n * 29 % 400) * interval '1 second' AS talk,
       c.number
FROM (SELECT n, (SELECT min(id) FROM customers_customer) + n * 7919 % (%(customers)s * 5 / 4) AS customer
      FROM generate_series(1::bigint, %(calls)s) n) g
LEFT JOIN customers_customernumber c ON c.customer_id = customer;
ALTER TABLE bench_calls ADD PRIMARY KEY (call_id);
ALTER TABLE bench_calls ADD month date;
UPDATE bench_calls SET month = date_trunc('month', at AT TIME ZONE 'UTC')::date;

INSERT INTO calls_callrecord (call_id, month, direction, number, number_e164, caller_name, dialled, trunk, node,
    customer_id,
    arrived_at, answered_at, queue_entered_at, talk_started_at, ended_at, queue, agent, wait_ms, talk_ms, hold_ms,
    wrap_ms, hangup_cause, ended_by, sip_status, q850, told_by, disposition_id, note, dial_result)
SELECT call_id, month, CASE kind WHEN 0 THEN 'outbound' ELSE 'inbound' END,
    COALESCE(number, '+86154' || lpad((n * 13 % 100000000)::text, 8, '0')),
    COALESCE(number, '+86154' || lpad((n * 13 % 100000000)::text, 8, '0')), 'Caller ' || n,
    CASE kind WHEN 0 THEN '' ELSE '4001' END, 'trunk' || n % 3, 'fs' || n % 2,
    CASE WHEN number IS NOT NULL THEN customer END, at, at, CASE WHEN kind > 0 THEN at + interval '4 seconds' END,
    CASE WHEN kind NOT IN (1, 2) THEN at + interval '4 seconds' + wait END,
    at + interval '4 seconds' + wait + CASE WHEN kind IN (1, 2) THEN interval '0' ELSE talk END,
    CASE kind WHEN 0 THEN '' ELSE queue END, CASE WHEN kind IN (1, 2) THEN '' ELSE agent END,
    CASE WHEN kind > 0 THEN extract(epoch FROM wait) * 1000 END,
    CASE WHEN kind NOT IN (1, 2) THEN extract(epoch FROM talk) * 1000 END,
    CASE WHEN kind NOT IN (1, 2) THEN 0 END, CASE WHEN kind NOT IN (1, 2) THEN 9000 END, 'NORMAL_CLEARING',
    CASE n % 3 WHEN 0 THEN 'agent' ELSE 'customer' END, '200', '16', '{cdr,esl}',
    CASE WHEN n % 3 = 0 AND kind > 2 THEN (SELECT min(id) FROM telephony_disposition) END,
    CASE n % 5 WHEN 0 THEN 'Asked about invoice ' || n ELSE '' END, CASE kind WHEN 0 THEN 'answered' ELSE '' END
FROM bench_calls ORDER BY n;

INSERT INTO calls_queuevisit (visit, month, call_id, queue, entered_at, left_at, exit, wait_ms, service_level_s)
SELECT 'v' || n, month, call_id, queue, at + interval '4 seconds', at + interval '4 seconds' + wait,
    CASE WHEN kind IN (1, 2) THEN 'abandoned' ELSE 'answered' END, extract(epoch FROM wait) * 1000, 20
FROM bench_calls WHERE kind > 0 ORDER BY n;

INSERT INTO calls_offer (offer, month, call_id, visit, queue, agent, offered_at, dialled_at, ring_s, waited_ms, reason,
    ended_at, result, ring_ms, dial_ended_at, dial_result, dial_ms, talk_started_at, talk_ended_at, talk_ms, hold_ms,
    talk_ended_by, wrap_ended_at, wrap_ms, wrap_by)
SELECT 'o' || n, month, call_id, CASE WHEN kind > 0 THEN 'v' || n ELSE '' END, CASE WHEN kind > 0 THEN queue
    ELSE '' END,
    agent, CASE WHEN kind > 0 THEN talks - interval '3 seconds' END, CASE kind WHEN 0 THEN at END, 20, 4000,
    'longest_idle:ready=3,tier=1,idle_s=75', CASE WHEN kind > 0 THEN talks END,
    CASE kind WHEN 0 THEN '' ELSE 'answered' END, 3000, CASE kind WHEN 0 THEN talks END,
    CASE kind WHEN 0 THEN 'answered' ELSE '' END, 3000, talks, talks + talk, extract(epoch FROM talk) * 1000, 0,
    'customer', talks + talk + interval '9 seconds', 9000, 'agent'
FROM (SELECT *, at + interval '4 seconds' + wait AS talks FROM bench_calls WHERE kind NOT IN (1, 2)) t ORDER BY n;

INSERT INTO calls_offer (offer, month, call_id, visit, queue, agent, offered_at, ring_s, waited_ms, reason, ended_at,
    result,
    ring_ms, misses)
SELECT 'm' || n, month, call_id, 'v' || n, queue, missed, at + interval '4 seconds', 20, 0,
    'longest_idle:ready=4,tier=1,idle_s=90', at + interval '4 seconds' + wait / 2, 'rna', 20000, 1
FROM bench_calls WHERE kind IN (3, 4) ORDER BY n
"""

STATES = """
INSERT INTO calls_agentstateinterval (id, agent, state, source, call_id, offer, started_at, seq, ended_at)
SELECT 's' || offer, agent, 'talking', 'system', call_id, offer, talk_started_at, row_number() OVER (), talk_ended_at
FROM calls_offer WHERE talk_started_at > now() - interval '10 days'
"""

FACTS = """
INSERT INTO calls_fact (id, seq, journal, at, kind, call_id, agent, node, payload)
SELECT 'bench:' || row_number() OVER (), row_number() OVER (), 'bench', at, kind, call_id, agent, 'fs1',
    told || jsonb_build_object('kind', kind, 'call_id', call_id) || CASE agent WHEN '' THEN '{}'
        ELSE jsonb_build_object('agent', agent) END
FROM (
    SELECT c.n, c.call_id, e.* FROM bench_calls c, LATERAL (VALUES
        (1, at, 'CallArrived', '', jsonb_build_object('number',
            COALESCE(number, '+86154' || lpad((n * 13 % 100000000)::text, 8, '0')), 'name', 'Caller ' || n,
            'dialled', '4001')),
        (2, at, 'CallAnswered', '', '{}'),
        (3, at, 'FlowEntered', '', '{"flow": "greeting", "flow_visit": "f"}'),
        (4, at + interval '4 s', 'FlowLeft', '', '{"flow": "greeting", "flow_visit": "f", "exit": "completed"}'),
        (5, at + interval '4 s', 'QueueEntered', '', jsonb_build_object('queue', queue, 'visit', 'v' || n,
            'entered', 0, 'reason', 'all_busy:signed_in=25')),
        (6, at + interval '1 s' + wait, 'OfferMade', agent, jsonb_build_object('offer', 'o' || n, 'queue', queue,
            'visit', 'v' || n, 'ring_s', 20, 'waited_ms', 4000, 'reason', 'longest_idle:ready=3,tier=1,idle_s=75')),
        (7, at + interval '1 s' + wait, 'AgentStateChanged', agent, '{"state": "offered", "previous": "ready"}'),
        (8, at + interval '4 s' + wait, 'OfferEnded', agent, jsonb_build_object('offer', 'o' || n, 'visit', 'v' || n,
            'result', 'answered', 'ring_ms', 3000)),
        (9, at + interval '4 s' + wait, 'QueueLeft', '', jsonb_build_object('queue', queue, 'visit', 'v' || n,
            'exit', 'answered', 'wait_ms', 9000)),
        (10, at + interval '4 s' + wait, 'TalkStarted', agent, jsonb_build_object('offer', 'o' || n, 'queue', queue)),
        (11, at + interval '4 s' + wait + talk, 'TalkEnded', agent, jsonb_build_object('offer', 'o' || n,
            'talk_ms', 60000, 'hold_ms', 0, 'ended_by', 'customer')),
        (12, at + interval '4 s' + wait + talk, 'CallEnded', '',
            '{"cause": "NORMAL_CLEARING", "ended_by": "customer", "q850": "16", "sip_status": "200"}'),
        (13, at + interval '13 s' + wait + talk, 'WrapUpEnded', agent, jsonb_build_object('offer', 'o' || n,
            'wrap_ms', 9000, 'by', 'agent'))
    ) e (step, at, kind, agent, told)
    WHERE c.n > %(calls)s - %(with_facts)s AND c.kind > 4 ORDER BY c.n, step
) t
"""
FILLED = ("calls_callrecord", "calls_queuevisit", "calls_offer", "calls_fact", "calls_agentstateinterval")


def fill(agents: int, customers: int, calls: int) -> None:
    """An empty, migrated database becomes that of a big centre."""
    from django.db import connection
    from django.utils import timezone

    from crm.calls.partitions import partitions_ensure

    partitions_ensure(timezone.now().date() - timedelta(DAYS))
    people(agents)
    with_facts = min(WITH_FACTS, calls // 5)
    sizes = {"agents": agents, "customers": customers, "calls": calls, "with_facts": with_facts, "days": DAYS}
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER ALL")
        cursor.execute("ALTER TABLE customers_customernumber DISABLE TRIGGER ALL")
        _steps(cursor, CUSTOMERS, sizes)
        cursor.execute("ANALYZE customers_customernumber")
        cursor.execute(
            "SELECT indexdef, format('%%I', indexname) FROM pg_indexes i WHERE tablename = ANY(%s) AND NOT EXISTS "
            "(SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
            [list(FILLED)],
        )
        indexes = cursor.fetchall()
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for _definition, name in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for part in (CALLS, STATES, FACTS):
            _steps(cursor, part, sizes)
        for definition, _name in indexes:
            cursor.execute(definition.replace(" ON ONLY ", " ON ", 1))  # of a divided table, for all its parts
        for table in ("customers_customer", "customers_customernumber", *FILLED):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("VACUUM ANALYZE")


def _steps(cursor: Any, statements: str, sizes: dict[str, int]) -> None:
    for statement in statements.split(";\n"):
        begun = time.perf_counter()
        cursor.execute(statement.replace("%", "%%").replace("%%(", "%("), sizes)
        words = " ".join(statement.split()[:4])
        print(f"{words}: {cursor.rowcount} rows in {time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)


def people(agents: int) -> None:
    """So many agents, logged in, with queues and departments, a supervisor and an administrator."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from crm.accounts.models import Department, Role, User
    from crm.telephony.models import AgentProfile, Disposition, PauseReason, Queue, QueueMember, Route

    nobody_logs_in = make_password(None)
    departments = Department.objects.bulk_create(Department(name=f"Department {n}") for n in range(DEPARTMENTS))
    queues = Queue.objects.bulk_create(Queue(code=f"q{n}", name=f"Queue {n}") for n in range(QUEUES))
    Route.objects.create(number="4001", queue=queues[0])
    PauseReason.objects.bulk_create(PauseReason(code=f"pause{n}", name=f"Pause {n}") for n in range(6))
    Disposition.objects.bulk_create(Disposition(code=f"outcome{n}", name=f"Outcome {n}") for n in range(12))

    def person(login: str, extension: str | None, department: Any) -> Any:
        return User(
            username=login, display_name=login.title(), extension=extension, department=department, language="en",
            password=nobody_logs_in, password_changed_at=timezone.now(),
        )  # fmt: skip

    staff = User.objects.bulk_create(
        [person(f"agent{n}", str(20000 + n), departments[n % DEPARTMENTS]) for n in range(agents)]
    )
    AgentProfile.objects.bulk_create(AgentProfile(user=user) for user in staff)
    QueueMember.objects.bulk_create(
        QueueMember(queue=queues[(n + more) % QUEUES], user=user)
        for n, user in enumerate(staff) for more in (0, 1)
    )  # fmt: skip
    others = User.objects.bulk_create(
        [person("supervisor", "29001", departments[0]), person("administrator", "29002", None)]
    )
    roles = {role.code: role for role in Role.objects.all()}
    given = User.roles.through
    _log_in(staff)
    given.objects.bulk_create(
        [given(user=user, role=roles["agent"]) for user in staff]
        + [given(user=user, role=roles[user.username]) for user in others]
    )


def _log_in(people: list[Any]) -> None:
    """Everybody is at work."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from crm.logins.models import LoginSession

    now = timezone.now()
    Session.objects.bulk_create(
        Session(session_key=f"bench{n}", session_data="", expire_date=now + timedelta(days=99))
        for n, _ in enumerate(people)
    )
    browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0"
    LoginSession.objects.bulk_create(
        LoginSession(user=user, session_key=f"bench{n}", address="10.0.0.7", browser=browser, seen_at=now)
        for n, user in enumerate(people)
    )


def on_the_floor(agents: int, calls: int) -> None:
    """The live view of a busy moment: half of the agents talk, callers wait."""
    from crm import bus
    from crm.live.state import Saved, encode
    from switchctl.contract.live import LiveAgent, LiveCall, LiveView
    from switchctl.contract.names import MAIN

    now = time.time_ns() // 1000
    view = LiveView(links={"fs0": True, "fs1": True})
    for n in range(agents):
        state = ("talking", "ready", "talking", "wrapup", "paused")[n % 5]
        view.agents[f"agent{n}"] = LiveAgent(
            id=f"agent{n}", state=state, since=now - n * 1_000_000, call_id=f"up{n}" if state == "talking" else ""
        )
    for n in range(calls):
        talks = n % 5 in (0, 2) and n < agents
        view.calls[f"up{n}"] = LiveCall(
            id=f"up{n}", node="fs1", number=f"+86154{n:08d}", dialled="4001", arrived=now - n * 1_000_000,
            stage="talking" if talks else "waiting", since=now, entered=now - n * 1_000_000, queue=f"q{n % QUEUES}",
            agent=f"agent{n}" if talks else "", talk_since=now if talks else 0, answered=True,
        )  # fmt: skip
    bus.client().set(MAIN.live, encode(Saved(feeder="bench", revision=1, view=view)))


def logins() -> Iterable[str]:
    """Whose pages are measured."""
    return ("administrator", "supervisor", "agent0")


def newest_call(before: timedelta = timedelta(0)) -> str:
    """Id of a call with a story that agent0 took."""
    from crm.calls.models import Offer

    return Offer.objects.filter(agent="agent0", visit__startswith="v").order_by("-talk_started_at")[0].call_id
