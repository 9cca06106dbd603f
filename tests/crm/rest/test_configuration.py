"""Other programs read the configuration, and say which skills serve a queue."""

from crm.accounts.models import SkillGroup, SkillMember
from crm.campaigns.models import Sound


def test_routes_and_codes_are_listed(programs):
    board = programs("skills.see")
    assert [(one["number"], one["queue"]) for one in board.get("/routes").body["items"]] == [("4001", "support")]
    queues = board.get("/queues/serving?fields=code,service_level_s,skill_groups").body["items"]
    assert queues[1] == {"code": "support", "service_level_s": 15, "skill_groups": []} and len(queues) == 2
    other = programs("calls.see", name="Other")
    assert other.get("/queues/serving").status_code == 403
    assert other.get("/routes").status_code == 403
    assert [(one["code"], one["class_of"]) for one in other.get("/pause-reasons").body["items"]] == [("break", "break")]
    assert [one["name_zh"] for one in other.get("/dispositions").body["items"]] == ["已解决"]


def test_who_serves_a_queue_is_read_and_set(programs, cast):
    group = SkillGroup.objects.create(name="English")
    SkillMember.objects.create(group=group, user=cast.carol, level=7)
    office, path = programs("queues.manage", "users.see"), "/queues/support/serving"
    before = office.get(path)
    told = [(one["login"], one["tier"], one["member"]) for one in before.body["agents"]]
    assert told == [("alice", 1, True), ("bob", 1, True)]
    changed = office.put(path, {"skill_groups": [group.pk]}, if_match=before["ETag"])
    assert changed.body["skill_groups"] == [group.pk]
    assert changed.body["agents"][-1] == {"login": "carol", "tier": 3, "member": False}
    assert office.put(path, {"skill_groups": []}, if_match=before["ETag"]).status_code == 412
    wrong = office.put(path, {"skill_groups": [999999]})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "skill_groups")
    assert office.get("/queues/none/serving").status_code == 404
    branch = programs("queues.manage", "users.see", scope="department", department=cast.boris.department, name="Branch")
    assert [one["login"] for one in branch.get(path).body["agents"]] == ["carol"]
    assert programs("skills.see", name="Board").put(path, {"skill_groups": []}).status_code == 403


def test_extensions_are_listed_without_their_secrets(programs, cast):
    told = programs("extensions.see").get("/extensions").body["items"]
    assert [(one["number"], one["user"], one["secret"], one["registered"]) for one in told[:2]] == [
        ("2001", "alice", False, None), ("2002", "bob", False, None),
    ]  # fmt: skip
    assert programs("users.see", name="Other").get("/extensions").status_code == 403


def test_what_is_said_before_two_are_joined_is_read_and_set(programs, cast):
    sound = Sound.objects.create(name="Support", kind="prompt", file="uploaded/support.wav", sha256="0" * 64, ms=1500)
    office, path = programs("queues.manage"), "/queues/support/announcements"
    before = office.get(path)
    assert before.body == {"whisper": "", "tells_work_number": False}
    asked = {"whisper": sound.file, "tells_work_number": True}
    assert office.put(path, asked, if_match=before["ETag"]).body == asked
    assert office.put(path, asked, if_match=before["ETag"]).status_code == 412
    wrong = office.put(path, asked | {"whisper": "uploaded/none.wav"})
    assert (wrong.status_code, wrong.body["errors"][0]["field"]) == (400, "whisper")
    (support,) = [one for one in office.get("/queues/serving").body["items"] if one["code"] == "support"]
    assert (support["whisper"], support["tells_work_number"]) == (sound.file, True)
    assert programs("skills.see", name="Board").put(path, asked).status_code == 403


def test_a_phone_is_added_changed_given_a_secret_and_removed(programs, cast):
    office = programs("extensions.manage")
    made = office.post("/extensions", {"number": "2099", "name": "Hall"})
    assert (made.status_code, made.body["kind"], made.body["user"], made.body["secret"]) == (201, "phone", None, False)
    path = made["Location"].removeprefix("/api/v1")
    assert office.patch(path, {"kind": "browser"}, if_match=made["ETag"]).body["name"] == "Hall"
    assert office.patch(path, {"kind": "phone"}, if_match=made["ETag"]).status_code == 412
    secret = office.post(f"{path}/secret").body
    assert secret["number"] == "2099" and len(secret["secret"]) == 27
    assert office.get(path).body["secret"] is True and secret["secret"] not in office.get("/extensions").text
    assert office.delete(path).status_code == 204 and office.get(path).status_code == 404
    for wrong in ({"number": "110"}, {"number": "2001"}, {"number": "4001"}, {"number": "12"}):
        assert office.post("/extensions", wrong).status_code == 400, wrong
    assert office.delete("/extensions/2001").status_code == 400, "Alice's"
    board = programs("extensions.see", name="Board")
    assert board.get("/extensions/2001").status_code == 200
    for refused in (board.post("/extensions", {"number": "2098"}), board.post("/extensions/2001/secret"),
                    board.patch("/extensions/2001", {"name": "x"}), board.delete("/extensions/2001")):  # fmt: skip
        assert refused.status_code == 403


def test_a_dialled_number_is_added_led_elsewhere_and_removed(programs, cast):
    office = programs("routes.manage")
    made = office.post("/routes", {"number": "4100", "target": "extension", "extension": "2001", "queue": "support"})
    assert (made.status_code, made.body["extension"], made.body["queue"]) == (201, "2001", "support")
    path = made["Location"].removeprefix("/api/v1")
    changed = office.patch(path, {"greeting": ""}, if_match=made["ETag"])
    assert (changed.body["greeting"], changed.body["extension"]) == ("", "2001")
    assert office.patch(path, {"greeting": "x.wav"}, if_match=made["ETag"]).status_code == 412
    assert office.patch(path, {"target": "queue"}).status_code == 400, "which queue was not said"
    elsewhere = office.patch(path, {"target": "queue", "queue": "sales"}).body
    assert (elsewhere["target"], elsewhere["queue"], elsewhere["extension"]) == ("queue", "sales", "")
    assert office.delete(path).status_code == 204 and office.get(path).status_code == 404
    for wrong in ({"number": "4001", "queue": "support"}, {"number": "2001", "queue": "support"}, {"number": "4100"},
                  {"number": "x", "queue": "support"}, {"number": "4100", "queue": "none"}):  # fmt: skip
        assert office.post("/routes", wrong).status_code == 400, wrong
    board = programs("routes.see", name="Board")
    assert board.get("/routes").status_code == 200 and board.post("/routes", {"number": "4100"}).status_code == 403


def test_a_trunk_is_added_changed_and_removed_and_its_password_is_told_to_nobody(programs, cast):
    office = programs("trunks.manage")
    made = office.post("/trunks", {"name": "telecom", "proxy": "sip.example.net", "secret": "s3cret", "user": "u"})
    assert (made.status_code, made.body["secret"], made.body["states"]) == (201, True, [])
    path = made["Location"].removeprefix("/api/v1")
    changed = office.patch(path, {"prefixes": ["021"], "register": True}, if_match=made["ETag"])
    assert (changed.body["prefixes"], changed.body["register"]) == (["021"], True)
    assert office.patch(path, {"channels": 1}, if_match=made["ETag"]).status_code == 412
    for wrong in ({"networks": ["0.0.0.0/0"]}, {"secret": ""}, {"proxy": "a b"}, {"name": "other"}):
        assert office.patch(path, wrong).status_code == 400, wrong
    board = programs("trunks.see", name="Board")
    assert "s3cret" not in board.get("/trunks").text and board.get(path).body["name"] == "telecom"
    for refused in (board.post("/trunks", {"name": "x", "proxy": "y"}), board.patch(path, {}), board.delete(path)):
        assert refused.status_code == 403
    assert office.delete(path).status_code == 204 and office.get(path).status_code == 404
