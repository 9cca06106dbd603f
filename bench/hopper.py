"""How soon the next leads of a campaign are chosen, and the guard has ruled on them.

PostgreSQL as `make run` starts it, 1,000,000 leads of 20 campaigns that run (each with rules of its own, leads in eight
time zones from New York to Auckland, three priorities, some whose moment has not come), four numbers of hundred on the
lists, some closed, and a week of attempts behind them that use up a part of the caps. For campaign after campaign the
next 500 are locked, ruled on, and then claimed, so each time they are others; whom the guard refuses goes on to a later
moment or another number within the time that is measured. `p95_ms` is the 95th percentile of that. Of every five
campaigns one has many leads who have used up their caps, and one many who are on the lists.

The baseline is what one writes first: the ORM's query for the open leads in order, and for each lead in turn its hours,
the lists, and counts of its attempts, until 500 may be called.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.rig.servers import servers  # noqa: E402  after the path

LIMIT_MS, COUNT, CAMPAIGNS = 100, 500, 20
AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
"""A Monday: half past ten in Shanghai, half past two in Sydney; in London and New York it is night."""
ZONES = (
    ("Asia/Shanghai", "+86138"), ("Asia/Shanghai", "+86139"), ("Asia/Tokyo", "+81312"), ("Asia/Hong_Kong", "+8522"),
    ("Australia/Sydney", "+61281"), ("Europe/London", "+4420794"), ("America/New_York", "+121255"),
    ("Pacific/Auckland", "+6493"),
)  # fmt: skip
DIGITS = {"+81312": 6, "+8522": 7, "+61281": 6, "+4420794": 5, "+121255": 5, "+6493": 6}
PEOPLE = """
INSERT INTO customers_customer (name, company, level, note, created_at)
SELECT 'P' || n, '', 'normal', '', now() FROM generate_series(1, %(n)s) AS n
"""
NUMBERS = """
INSERT INTO customers_customernumber (customer_id, number, place)
SELECT id, (%(starts)s::text[])[1 + id %% 8] || lpad((id %% (10 ^ (%(digits)s::int[])[1 + id %% 8])::bigint)::text,
       (%(digits)s::int[])[1 + id %% 8], '0'), 0 FROM customers_customer WHERE name LIKE 'P%%'
ON CONFLICT DO NOTHING
"""
LEADS = """
INSERT INTO campaigns_lead (campaign_id, customer_id, state, number, zone, due_at, priority, attempts, "row", outcome,
                            skips)
SELECT c.id, m.customer_id, CASE WHEN m.customer_id %% 10 < 8 THEN 'open' ELSE 'closed' END, m.number,
       (%(zones)s::text[])[1 + m.customer_id %% 8],
       %(at)s + (m.customer_id * 7919 %% 100000 - 70000) * interval '1 second', (m.customer_id %% 7 = 0)::int
       + (m.customer_id %% 50 = 0)::int, 0, 0, '', 0
FROM unnest(%(campaigns)s::bigint[]) WITH ORDINALITY AS c (id, place)
JOIN customers_customernumber m ON m.customer_id %% %(each)s = c.place %% %(each)s
"""
ATTEMPTS = """
INSERT INTO campaigns_attempt (id, campaign_id, customer_id, number, mode, state, made_at, term, outcome, cause, q850,
                               sip_status, verdict, disposition, restated, recorded)
SELECT 'a-' || n, (%(campaigns)s::bigint[])[1 + n %% 20], m.customer_id, m.number, 'progressive', 'ended',
       %(at)s - (n %% 864000) * interval '1 second', '', 'no_answer', '', '', '', '', '', false, true
FROM generate_series(1, %(n)s) AS n
JOIN customers_customernumber m ON m.customer_id = %(first)s + (n::bigint * n * 31) %% %(people)s
"""
LISTED = """
INSERT INTO numberlists_listednumber (list, way, kind, first, last, key, reason, evidence, source, added_at)
SELECT 'no_call', 'out', 'number', number, '', ('1' || substr(number, 2))::bigint * 2 + 1, '', '', 'import', now()
FROM customers_customernumber WHERE customer_id %% 25 = 1 ON CONFLICT DO NOTHING
"""
CLOSED = """
INSERT INTO campaigns_closednumber (number, customer_id, why, at)
SELECT number, customer_id, 'invalid', now() FROM customers_customernumber WHERE customer_id %% 100 = 3
"""
TABLES = (
    "customers_customer", "customers_customernumber", "campaigns_lead", "campaigns_attempt", "numberlists_listednumber",
    "campaigns_closednumber",
)  # fmt: skip


def fill(people: int, leads: int, attempts: int) -> list:
    """Past the triggers of the trail. The campaigns."""
    from django.db import connection

    from crm.campaigns.models import Campaign, CampaignState

    campaigns = [
        Campaign.objects.create(
            name=f"campaign {place}", mode="progressive", state=CampaignState.RUNNING,
            hours=[[["09:00", f"{18 + place % 3}:00"]] for _day in range(6)] + [[]],
            number_in_all=3 + place % 5, number_per_week=5 + place % 3, person_per_week=6,
        )
        for place in range(CAMPAIGNS)
    ]  # fmt: skip
    told = {
        "campaigns": [one.pk for one in campaigns], "at": AT, "people": people, "each": CAMPAIGNS * people // leads,
        "zones": [zone for zone, _start in ZONES], "starts": [start for _zone, start in ZONES],
        "digits": [DIGITS.get(start, 8) for _zone, start in ZONES],
    }  # fmt: skip
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(PEOPLE, {"n": people})
        cursor.execute(NUMBERS, told)
        cursor.execute("SELECT min(id) FROM customers_customer WHERE name LIKE 'P%'")
        first = cursor.fetchone()[0]
        cursor.execute("ANALYZE customers_customernumber")
        cursor.execute(LEADS, told)
        cursor.execute(ATTEMPTS, told | {"n": attempts, "first": first})
        cursor.execute(LISTED, told)
        cursor.execute(CLOSED, told)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("VACUUM ANALYZE")
    return campaigns


def chosen(campaign) -> tuple[float, int]:
    """Milliseconds, and how many may be called; they are claimed afterwards."""
    from django.db import transaction

    from crm.campaigns.hopper.choosing import leads_next
    from crm.campaigns.models import Lead

    begun = time.perf_counter()
    with transaction.atomic():
        allowed = leads_next(campaign, AT, COUNT)
    took = (time.perf_counter() - begun) * 1000
    Lead.objects.filter(pk__in=[one.wanted.lead_id for one in allowed]).update(state="claimed")
    return took, len(allowed)


def plainly(campaign) -> tuple[float, int]:
    """One lead after another."""
    from crm.campaigns.hours.holidays import Holidays
    from crm.campaigns.hours.windows import open_until
    from crm.campaigns.models import Attempt, ClosedNumber, Lead
    from crm.numberlists.selectors import verdict

    begun = time.perf_counter()
    holidays, allowed = Holidays.read(AT), 0
    week = AT - timedelta(days=7)
    for lead in Lead.objects.filter(campaign=campaign, state="open", due_at__lte=AT).order_by("-priority", "due_at"):
        if allowed == COUNT:
            break
        if open_until(campaign, lead.zone, AT, holidays) is None or not verdict(lead.number, "out", AT).allowed:
            continue
        if ClosedNumber.objects.filter(number=lead.number, customer=lead.customer_id).exists():
            continue
        hers = Attempt.objects.filter(state__in=["handed", "dialled", "ended"])
        number, person = hers.filter(number=lead.number), hers.filter(customer=lead.customer_id, made_at__gt=week)
        day = AT.replace(hour=0) - timedelta(hours=8)
        allowed += (
            number.filter(made_at__gt=week).count() < campaign.number_per_week
            and number.filter(made_at__gte=day).count() < campaign.number_per_day
            and number.filter(campaign=campaign).count() < campaign.number_in_all
            and person.count() < campaign.person_per_week
            and person.filter(made_at__gte=day).count() < campaign.person_per_day
        )
    return (time.perf_counter() - begun) * 1000, allowed


def measured(asked: argparse.Namespace) -> dict[str, object]:
    from crm.campaigns.models import Lead

    campaigns = fill(asked.leads // 4, asked.leads, asked.leads // 2)
    plain, _allowed = plainly(campaigns[0])
    for campaign in campaigns[:2]:
        chosen(campaign)  # the first ones load what all need
    gc.collect()
    gc.freeze()  # as a worker does with what it has loaded (ccsite.celery)
    said = [chosen(campaign) for _time in range(asked.times) for campaign in campaigns]
    took = [one for one, _allowed in said]
    return {
        "bench": "hopper", "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "median_ms": round(statistics.median(took), 1), "leads": Lead.objects.count(), "campaigns": CAMPAIGNS,
        "of": COUNT, "allowed": statistics.mean(allowed for _took, allowed in said),
        "refused": Lead.objects.filter(state="open", due_at__gt=AT + timedelta(hours=9)).count(),
        "baseline": "the ORM's query, and each lead by itself", "baseline_ms": round(plain, 1),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100,000 leads")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5, help="how often each campaign is asked")
    asked = parser.parse_args()
    if asked.quick:
        asked.leads, asked.times = 100_000, 2
    os.environ["DIAL_PREFIXES"] = "+"
    with servers():
        told = measured(asked)
    print(json.dumps(told, ensure_ascii=False))
    if float(str(told["allowed"])) < COUNT * 0.95:
        raise SystemExit("not all that were asked for could be called, so the time says nothing")
    return 0 if float(str(told["p95_ms"])) <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
