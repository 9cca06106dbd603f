"""Days on which nobody is called, for programs; and how long evidence is kept."""

from crm.campaigns.evidence.keeping import years
from crm.campaigns.models import Holiday

PATH, KEEPING = "/campaign-holidays", "/evidence/keeping"


def test_days_are_listed_added_and_removed(programs):
    keeper = programs("campaigns.see", "campaigns.manage")
    made = keeper.post(PATH, {"day": "2030-10-01", "country": "+86", "name": "National day", "name_zh": "国庆节"})
    assert made.status_code == 201 and (made.body["country"], made.body["day"]) == ("86", "2030-10-01")
    every = keeper.post(PATH, {"day": "2030-12-25", "name": "Christmas"})
    path = made["Location"]
    assert keeper.get(path).body == made.body
    for asked, found in (("", [made, every]), ("?since=2030-11-01", [every]), ("?country=86", [made]),
                         ("?until=2030-11-01", [made])):  # fmt: skip
        assert keeper.get(PATH + asked).body["items"] == [one.body for one in found], asked
    for said, field in (
        ({"day": "2030-10-01", "country": "86", "name": "Again"}, ""), ({"day": "9999-01-01", "name": "x"}, "day"),
        ({"day": "2030-10-02", "country": "China", "name": "x"}, "country"), ({"day": "2030-10-02"}, "name"),
    ):  # fmt: skip
        wrong = keeper.post(PATH, said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert keeper.delete(path, if_match=every["ETag"]).status_code == 412
    assert [keeper.delete(path, if_match=made["ETag"]).status_code for _ in range(2)] == [204, 404]
    reader = programs("campaigns.see", name="Reader")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, {"day": "2030-01-01", "name": "x"}).status_code == 403
    assert reader.delete(every["Location"]).status_code == 403 and Holiday.objects.count() == 1


def test_how_long_evidence_is_kept(programs):
    keeper = programs("campaigns.evidence", "campaigns.manage")
    read = keeper.get(KEEPING)
    assert (read.body["years"], read.body["removed"]) == (5, [])
    changed = keeper.patch(KEEPING, {"years": 7}, if_match=read["ETag"])
    assert changed.body["years"] == years() == 7 and changed.body["before"] < read.body["before"]
    assert keeper.patch(KEEPING, {"years": 3}, if_match=read["ETag"]).status_code == 412
    for said in ({"years": 0}, {"years": 101}, {"years": "x"}, {}):
        assert keeper.patch(KEEPING, said).body["errors"][0]["field"] == "years", said
    assert programs("campaigns.evidence", name="Reader").patch(KEEPING, {"years": 1}).status_code == 403
    assert programs("campaigns.manage", name="Manager").patch(KEEPING, {"years": 1}).status_code == 403
    assert years() == 7
