"""How long the server takes for the live page of a campaign with 1,000,000 leads, and how often it counts them.

PostgreSQL and Valkey as `make run` starts them: one campaign that runs, with leads in eight time zones, half as many
attempts behind them, and 20 agents of whom some dial. The part of the page that a browser fetches every two seconds is
asked for by the test client, while another thread counts as a worker does: `p95_ms` is the 95th percentile of the
server's time for one. `first_ms` is that of one for which nothing was counted yet, because no worker ever was there;
`count_ms` is what one count takes, and `counts` how many there were. `late_ms` is the p95 where all leads wait for
another day.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.hopper import DIGITS, NUMBERS, PEOPLE, TABLES, ZONES  # noqa: E402  after the path
from bench.rig.servers import servers  # noqa: E402

LIMIT_MS, AGENTS, EACH_S = 200, 20, 0.1
LEADS = """
INSERT INTO campaigns_lead (campaign_id, customer_id, state, number, zone, due_at, priority, attempts, "row", outcome,
                            skips, tried_at)
SELECT %(campaign)s, customer_id, CASE WHEN customer_id %% 10 < 8 THEN 'open' ELSE 'closed' END, number,
       (%(zones)s::text[])[1 + customer_id %% 8], %(at)s + (customer_id * 7919 %% 100000 - 30000) * interval '1 second',
       (customer_id %% 7 = 0)::int + (customer_id %% 50 = 0)::int, 0, 0, '', 0,
       CASE WHEN customer_id %% 10 > 5 THEN %(at)s END
FROM customers_customernumber
"""
ATTEMPTS = """
INSERT INTO campaigns_attempt (id, campaign_id, lead_id, customer_id, number, mode, state, made_at, dialled_at,
                               ended_at, term, outcome, cause, q850, sip_status, verdict,
                               disposition, restated, recorded)
SELECT 'a-' || id, campaign_id, id, customer_id, number, 'progressive', 'ended', at, at,
       at + interval '20 seconds', '', (ARRAY['no_answer', 'busy', 'answered'])[1 + id %% 3], '', '', '', '',
       '', false, true
FROM (SELECT *, %(at)s - (id %% 864000) * interval '1 second' AS at FROM campaigns_lead WHERE id %% 2 = 0) AS lead
"""


def fill(leads: int, at: datetime) -> int:
    """Past the triggers of the trail. The campaign's id."""
    from django.db import connection

    from crm.campaigns.models import Campaign, CampaignState

    campaign = Campaign.objects.create(
        name="A million", mode="progressive", state=CampaignState.RUNNING, run_since=at - timedelta(days=10),
        hours=[[["09:00", "18:00"]] for _day in range(7)],
    )  # fmt: skip
    told = {
        "campaign": campaign.pk, "at": at, "zones": [zone for zone, _start in ZONES],
        "starts": [start for _zone, start in ZONES], "digits": [DIGITS.get(start, 8) for _zone, start in ZONES],
    }  # fmt: skip
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(PEOPLE, {"n": leads})
        for statement in (NUMBERS, LEADS, ATTEMPTS):
            cursor.execute(statement, told)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("VACUUM ANALYZE")
    return campaign.pk


def asked(client, url: str, times: int) -> list[float]:
    """Milliseconds of each, one every ``EACH_S``."""
    took = []
    for _time in range(times):
        begun = time.perf_counter()
        answer = client.get(url)
        took.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{url}: {answer.status_code}")
        time.sleep(EACH_S)
    return took


def people(campaign_id: int, at: datetime) -> None:
    """Agents who are there, as the live view has them."""
    import msgspec

    from crm import bus
    from crm.accounts.models import Department, User
    from crm.campaigns.models import Campaign
    from crm.live.state import Saved, encode
    from crm.telephony.models import AgentProfile
    from switchctl.contract.live import LiveAgent, LiveView
    from switchctl.contract.names import MAIN

    department = Department.objects.create(name="Outbound")
    Campaign.objects.get(pk=campaign_id).departments.set([department])
    agents = {}
    for n in range(AGENTS):
        user = User.objects.create_user(f"agent{n}", department=department, extension=f"{3000 + n}")
        AgentProfile.objects.get_or_create(user=user)
        agents[user.username] = LiveAgent(id=user.username, state="ready" if n % 3 else "talking", since=1)
    bus.client().set(MAIN.live, encode(Saved(view=LiveView(agents=agents))))
    bus.client().set(MAIN.daemon, msgspec.json.encode({"links": {}}))


def counting(stop: threading.Event, took: list[float]) -> None:
    """The workers' part, each two seconds."""
    from django.db import connection

    from crm.campaigns.running.figures import figures_recount

    while not stop.wait(2):
        begun = time.perf_counter()
        if done := figures_recount():
            took.append((time.perf_counter() - begun) * 1000 / done)
    connection.close()


def measured(leads: int, times: int) -> dict[str, object]:
    from django.db.models import F
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from crm.accounts.models import User
    from crm.campaigns.models import Lead

    at = timezone.now()
    campaign = fill(leads, at)
    people(campaign, at)
    url = reverse("campaign_live_part", args=[campaign])
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("root"))
    client.get(reverse("campaign_templates"))  # what the first page of a process loads is no part of it
    first = asked(client, url, 1)[0]
    stop, counts = threading.Event(), list[float]()
    worker = threading.Thread(target=counting, args=(stop, counts))
    worker.start()
    took = asked(client, url, times)
    Lead.objects.update(due_at=F("due_at") + timedelta(days=2))
    late = asked(client, url, times)
    stop.set()
    worker.join()
    return {
        "bench": "watching", "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "median_ms": round(statistics.median(took), 1), "most_ms": round(max(took), 1), "first_ms": round(first, 1),
        "late_ms": round(statistics.quantiles(late, n=20)[-1], 1), "late_most_ms": round(max(late), 1),
        "count_ms": round(statistics.mean(counts), 1) if counts else None, "counts": len(counts),
        "leads": Lead.objects.count(),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100,000 leads")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=100)
    given = parser.parse_args()
    if given.quick:
        given.leads = 100_000
    os.environ["DIAL_PREFIXES"] = "+"
    with servers():
        told = measured(given.leads, given.times)
    print(json.dumps(told, ensure_ascii=False))
    return 0 if float(str(told["p95_ms"])) <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
