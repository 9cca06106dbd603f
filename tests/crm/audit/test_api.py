"""The audit for programs that may see it."""

from datetime import date

from crm.campaigns.running.holidays import holiday_add
from tests.crm.rest.conftest import programs

__all__ = ["programs"]
NUMBER = "13800138000"


def labels(page) -> list[str]:
    """Of the holidays in it, which are called by their day and name."""
    return [one["label"].rpartition(" · ")[2] for one in page["items"]]


def test_it_is_searched_page_by_page(programs, cast, trail):
    reader = programs("audit.see", "numbers.whole")
    for day in range(1, 6):
        holiday_add(user=cast.ada, day=date(2030, 10, day), name=f"Day {day}")
    asked = "/audit?kind=campaigns_holiday&limit=2"
    first = reader.get(asked).body
    assert labels(first) == ["Day 5", "Day 4"] and first["previous"] is None
    second = reader.get(first["next"]).body
    holiday_add(user=cast.ada, day=date(2030, 10, 6), name="Day 6")
    third = reader.get(second["next"]).body
    assert (labels(second), labels(third)) == (["Day 3", "Day 2"], ["Day 1"])
    assert third["next"] is None and reader.get(third["previous"]).body["items"] == second["items"]
    newer = reader.get(second["previous"]).body
    assert newer["items"] == first["items"] and newer["previous"]
    one = reader.get(f"/audit/{first['items'][0]['id']}")
    assert one.body == first["items"][0] and reader.get("/audit/999999999").status_code == 404
    assert (one.body["action"], one.body["action_name"], one.body["kind_name"]) == ("insert", "added", "holiday")
    told = {change["column"]: (change["before"], change["after"]) for change in one.body["changes"]}
    assert told["day"] == (None, "2030-10-05") and told["name"] == (None, "Day 5")


def test_the_filters_of_the_page(programs, cast, trail):
    reader = programs("audit.see", "numbers.whole")
    holiday_add(user=cast.ada, day=date(2030, 10, 1), name="National day")
    for asked in ("text=NATIONAL+day", "kind=campaigns_holiday&action=insert", "since=2020-01-01&text=nal d"):
        assert labels(reader.get(f"/audit?{asked}").body) == ["National day"], asked
    for asked in ("text=nowhere", "who=nobody", "until=2020-01-01"):
        assert reader.get(f"/audit?{asked}").body["items"] == [], asked
    for asked, field in (
        ("text=x", "text"), ("since=2026-13-01", "since"), ("since=2026-02-02&until=2026-02-01", "until"),
        ("colour=red", "colour"), ("cursor=bm9uZQ==", "cursor"),
    ):  # fmt: skip
        wrong = reader.get(f"/audit?{asked}")
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), asked


def test_numbers_are_masked_and_nobody_guesses_them_digit_by_digit(programs, cast, trail):
    cast.caller.numbers.create(number=f"+86{NUMBER}")
    some = programs("audit.see", name="Some")
    whole = programs("audit.see", "numbers.whole", name="Whole")
    assert NUMBER not in str(some.get("/audit").body) and NUMBER in str(whole.get("/audit").body)
    assert some.get("/audit?text=3800").body["items"] == [] and whole.get("/audit?text=3800").body["items"]
    assert some.get(f"/audit?text={NUMBER}").body["items"]
    assert programs("audit.export", name="Other").get("/audit").status_code == 403
