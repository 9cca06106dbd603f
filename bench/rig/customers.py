"""A customer file of any size, with calls of a year behind it, made within PostgreSQL."""

from datetime import timedelta

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
PEOPLE = """
INSERT INTO customers_customer (name, company, level, owner_id, note, created_at)
SELECT substr(%(surnames)s, 1 + n %% 30, 1) || '客' || lpad(n::text, 6, '0'),
       CASE WHEN n %% 3 = 0 THEN '云杉电器 ' || n %% 977 ELSE '' END,
       CASE WHEN n %% 20 = 0 THEN 'gold' WHEN n %% 7 = 0 THEN 'silver' ELSE 'normal' END,
       CASE WHEN n %% 2 = 0 THEN (SELECT min(id) FROM accounts_user) + n %% 5 END,
       CASE WHEN n %% 4 = 0 THEN 'Order ' || md5(n::text) || '，周一回电' ELSE '' END, now() - n * interval '1 minute'
FROM generate_series(1, %(n)s) AS n
"""
NUMBERS = """
INSERT INTO customers_customernumber (customer_id, number)
SELECT id, '+86154' || lpad((id + 10000)::text, 8, '0') FROM customers_customer WHERE name LIKE '_客%%'
"""
CALLS = """
INSERT INTO calls_callrecord (call_id, month, number, number_e164, customer_id, arrived_at, queue_entered_at,
                              talk_started_at, ended_at, queue, agent, wait_ms, talk_ms, note, told_by)
SELECT 'old-' || n, date_trunc('month', at AT TIME ZONE 'UTC')::date, '0' || right(m.number, 11), m.number,
    m.customer_id, at, at, at + interval '9 seconds',
       at + interval '4 minutes', 'support', (ARRAY['alice', 'bob', 'carol', 'dora', 'eve'])[1 + n %% 5], 9000, 231000,
       CASE WHEN n %% 5 = 0 THEN '客户说 ' || md5(n::text) ELSE '' END, '{esl}'
FROM generate_series(1, %(n)s) AS n
JOIN customers_customernumber m ON m.customer_id = %(first)s + (n::bigint * 7919) %% %(customers)s
CROSS JOIN LATERAL (SELECT now() - n * (interval '365 days' / %(n)s) AS at) t
"""
TABLES = ("customers_customer", "customers_customernumber", "calls_callrecord")


def fill(customers: int, calls: int) -> int:
    """Past the triggers of the trail, which would take longer than all else. Returns the id of the first customer."""
    from django.db import connection
    from django.utils import timezone

    from crm.calls.partitions import partitions_ensure

    partitions_ensure(timezone.now().date() - timedelta(366))
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(PEOPLE, {"n": customers, "surnames": SURNAMES})
        cursor.execute(NUMBERS)
        cursor.execute("SELECT min(id) FROM customers_customer WHERE name LIKE '_客%'")
        first = int(cursor.fetchone()[0])
        cursor.execute("ANALYZE customers_customernumber")
        cursor.execute(CALLS, {"n": calls, "first": first, "customers": customers})
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("VACUUM ANALYZE")
    return first
