"""Limits of the floor for programs."""

from crm.alarms.models import Limit
from crm.alarms.selectors import limits
from tests.crm.rest.conftest import programs

__all__ = ["programs"]
PATH = "/alarms/limits"


def test_the_centre_s_limits_are_read_and_set(programs):
    keeper = programs("alarms.set")
    read = keeper.get(PATH)
    told = {one["code"]: one for one in read.body["items"]}
    wait = told["longest_wait"]
    assert (wait["unit"], wait["of"], wait["warning"], wait["critical"], wait["told"]) == ("s", "queue", 60, 120, False)
    changed = keeper.patch(PATH, {"longest_wait": {"critical": 90.5, "told": True}}, if_match=read["ETag"])
    wait = next(one for one in changed.body["items"] if one["code"] == "longest_wait")
    assert (wait["warning"], wait["critical"], wait["usual_critical"], wait["told"]) == (60, 90.5, 120, True)
    assert limits().pair("longest_wait") == (60, 90.5) and Limit.objects.count() == 1
    assert keeper.patch(PATH, {"longest_wait": {"told": False}}, if_match=read["ETag"]).status_code == 412
    keeper.patch(PATH, {"long_talk": {"warning": None}})
    assert limits().pair("long_talk") == (None, 20) and limits().pair("longest_wait") == (60, 90.5)
    for said, field in (
        ({"longest_wait": {"warning": 100}}, "longest_wait"), ({"service_level": {"warning": 101}}, "service_level"),
        ({"longest_wait": {"warning": "nan"}}, "longest_wait.warning"), ({"none": {}}, "none"),
        ({"longest_wait": {"warning": 10**400}}, "longest_wait.warning"),
        ({"longest_wait": {"colour": 1}}, "longest_wait.colour"),
    ):  # fmt: skip
        wrong = keeper.patch(PATH, said)
        assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, field), said
    assert programs("alarms.see", name="Other").get(PATH).status_code == 403


def test_a_queue_has_a_limit_of_its_own(programs):
    keeper, path = programs("alarms.set"), f"{PATH}/exceptions"
    said = {"code": "longest_wait", "of": "support", "warning": 20, "critical": 40}
    made = keeper.post(path, said)
    assert made.status_code == 201 and made.body == said | {"id": made.body["id"]}
    assert keeper.post(path, said).status_code == 409
    place = made["Location"]
    changed = keeper.patch(place, {"warning": 30}, if_match=made["ETag"])
    assert (changed.body["warning"], changed.body["critical"]) == (30, 40)
    assert keeper.patch(place, {"warning": 10}, if_match=made["ETag"]).status_code == 412
    assert limits().pair("longest_wait", "support") == (30, 40)
    assert keeper.patch(place, {"critical": 5}).status_code == 400
    assert keeper.post(path, said | {"of": "nowhere"}).status_code == 400
    assert [one["id"] for one in keeper.get(f"{path}?of=support").body["items"]] == [made.body["id"]]
    assert keeper.get(f"{path}?of=sales").body["items"] == []
    assert keeper.get(place)["ETag"] == changed["ETag"]
    assert [keeper.delete(place).status_code for _ in range(2)] == [204, 404]
    assert limits().pair("longest_wait", "support") == (60, 120)
