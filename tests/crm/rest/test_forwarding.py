"""Forwarding by programs: of an extension, and whether a queue's calls follow it."""

from crm.telephony.models import Queue
from crm.telephony.selectors import directory_snapshot


def test_a_queue_says_whether_its_calls_follow(programs):
    office, path = programs("queues.manage"), "/queues/support/forwarding"
    assert office.get(path).body == {"forwards": False}
    assert office.put(path, {"forwards": True}).body == {"forwards": True}
    assert Queue.objects.get(code="support").forwards
    assert next(one for one in directory_snapshot(1).queues if one.id == "support").forwards


def test_programs_set_it_and_read_it(programs, cast):
    number, other = cast.alice.extension, cast.bob.extension
    path = f"/extensions/{number}/forwarding"
    office = programs("extensions.manage")
    rule = {"how": "no_answer", "number": other, "days": [6, 7], "since": "09:00", "until": "18:00"}
    made = office.put(path, {"rules": [rule]})
    assert made.status_code == 200 and made.body["rules"][1] == {**rule, "active": True}
    assert office.put(path, {"rules": [{"how": "busy", "number": "110"}]}).status_code == 400
    (row,) = [one for one in directory_snapshot(1).extensions if one.number == number]
    (one,) = row.forwards
    assert (one.how, one.to, one.days, one.since, one.until) == ("no_answer", other, (6, 7), 540, 1080)
    board = programs("extensions.see", name="Board")
    assert board.get(path).status_code == 200 and board.put(path, {"rules": []}).status_code == 403
    assert programs("users.see", name="Other").get(path).status_code == 403
