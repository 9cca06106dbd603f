"""A program follows a count of a report to the very calls that it counts."""

from tests.crm.rest.conftest import programs

__all__ = ["programs"]
DAY = "since=2024-09-18&until=2024-09-18&step=day"


def test_each_count_leads_to_its_calls(programs, example):
    reader = programs("reports.see", "calls.see")
    followed = 0
    for code in ("queues", "kinds"):
        rows = reader.get(f"/reports/{code}?{DAY}&rows=each&calls=true").body["rows"]
        for row in rows:
            for key, address in row["calls"].items():
                assert len(reader.get(f"{address}&limit=200").body["items"]) == row["values"][key], (code, key)
                followed += 1
    assert followed > 10
    assert all(row["calls"] == {} for row in reader.get(f"/reports/queues?{DAY}").body["rows"])
