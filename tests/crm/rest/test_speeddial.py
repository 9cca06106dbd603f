"""Speed dials by programs: the centre's, and of an extension's user."""

from crm.telephony.selectors import directory_snapshot


def test_programs_set_read_and_remove_them(programs, cast):
    office, board = programs("extensions.manage"), programs("extensions.see", name="Board")
    other = cast.bob.extension
    hers = f"/extensions/{cast.alice.extension}/speed-dials"
    for path, owner in (("/speed-dials", ""), (hers, "alice")):
        made = office.put(f"{path}/12", {"name": "Reception", "number": other})
        assert made.status_code == 201 and made.body["typed"] == "*012"
        changed = office.put(f"{path}/12", {"name": "Hall", "number": other}, if_match=made["ETag"])
        assert changed.status_code == 200 and changed.body["name"] == "Hall"
        assert office.put(f"{path}/12", {"name": "Late", "number": other}, if_match=made["ETag"]).status_code == 412
        assert [(one.code, one.owner) for one in directory_snapshot(1).speed_dials] == [("12", owner)]
        for code, number in (("13", "110"), ("1", other), ("ab", other), ("13", "+")):
            assert office.put(f"{path}/{code}", {"name": "No", "number": number}).status_code == 400
        assert board.get(path).body["items"] == [
            {"code": "12", "typed": "*012", "name": "Hall", "number": other},
        ]
        assert board.put(f"{path}/12", {"name": "No", "number": other}).status_code == 403
        assert board.delete(f"{path}/12").status_code == 403
        assert office.delete(f"{path}/12").status_code == 204 and office.delete(f"{path}/12").status_code == 404
    assert office.get("/extensions/none/speed-dials").status_code == 404
    assert programs("users.see", name="Other").get("/speed-dials").status_code == 403


def test_numbers_outside_are_masked_for_who_may_only_look(programs, cast, settings):
    settings.DIAL_PREFIXES = ["138"]
    office, board = programs("extensions.manage"), programs("extensions.see", name="Board")
    made = office.put("/speed-dials/12", {"name": "Courier", "number": "13800001111"})
    assert made.status_code == 201, made.body
    shown = board.get("/speed-dials").body["items"][0]["number"]
    assert shown != made.body["number"] and "0000" not in shown
