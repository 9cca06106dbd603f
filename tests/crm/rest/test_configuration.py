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
