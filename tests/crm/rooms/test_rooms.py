"""Conference rooms on the site: who sees them, who orders what of which, what the daemon is told."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.audit.models import Entry
from crm.live.state import Saved, encode
from crm.rooms.models import Room
from crm.rooms.selectors import directory_rooms, room_lines, room_routes
from crm.rooms.services import room_order, room_save
from crm.telephony.extensions import extension_add
from switchctl.contract import commands
from switchctl.contract.directory import pin_digest
from switchctl.contract.live import LiveMember, LiveRoom, LiveView
from switchctl.contract.names import MAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(cast):
    return room_save(
        user=cast.ada, code="hall", name="Hall", number="7001", outside="4777", pin="2468", chair=cast.sofia
    )


def orders(bus) -> list[commands.AnyCommand]:
    return [commands.decode(fields[b"c"]) for _, fields in bus.xrange(MAIN.commands)]


def in_it(bus) -> None:
    members = {
        "ann": LiveMember(id="ann", number="+8613800001111", seat="1", muted=True),
        "leg": LiveMember(id="leg", agent="alice", number="1001", seat="2"),
        "new": LiveMember(id="new", number="+8613900002222", state="called"),
    }
    bus.set(MAIN.live, encode(Saved(view=LiveView(rooms={"hall": LiveRoom(id="hall", node="n1", members=members)}))))


def test_the_daemon_is_told_and_no_pin_lies_about(hall):
    (row,) = directory_rooms()
    assert (row.id, row.number, row.pin, row.most) == ("hall", "7001", pin_digest("hall", "2468"), 40)
    (route,) = room_routes()
    assert (route.number, route.target, route.to) == ("4777", "room", "hall")
    assert "2468" not in str(Room.objects.values().get())


def test_what_does_not_fit_is_said(cast, hall):
    extension_add(number="7002")
    for wrong in ({"number": "7002"}, {"number": "12"}, {"pin": "12"}, {"most": 500}):
        with pytest.raises(ValidationError):
            room_save(user=cast.ada, code="annex", name="Annex", **wrong)
    for taken in ({"number": "7001"}, {"outside": "4777"}):
        with pytest.raises(ValidationError, match="Hall"):
            room_save(user=cast.ada, code="annex", name="Annex", **taken)
    with pytest.raises(PermissionDenied):
        room_save(user=cast.sofia, code="annex", name="Annex")


def test_the_chair_orders_of_her_room_alone(cast, hall, bus):
    other = room_save(user=cast.ada, code="annex", name="Annex")
    room_order(user=cast.sofia, room=hall, step="mute", member="ann", on=True, seconds=0)
    room_order(user=cast.sofia, room=other, step="join", seconds=0)
    for step in ("mute", "deaf", "kick", "lock", "end", "invite"):
        with pytest.raises(PermissionDenied):
            room_order(user=cast.sofia, room=other, step=step, member="ann", number="1", on=True, seconds=0)
    room_order(user=cast.ada, room=other, step="lock", on=False, seconds=0)
    mute, join, lock = orders(bus)
    assert (type(mute), mute.room, mute.member, mute.by) == (commands.MuteMember, "hall", "ann", cast.sofia.username)
    assert (type(join), join.agent, type(lock), lock.on) == (commands.JoinRoom, "sofia", commands.LockRoom, False)
    assert Entry.objects.filter(action="rooms.commanded").count() == 3


def test_an_agent_has_no_rooms(client, cast, hall):
    client.force_login(cast.alice)
    assert client.get("/rooms/").status_code == 403
    assert client.post("/rooms/hall/order/", {"step": "join"}).status_code == 403


def test_the_page_shows_who_is_in_and_orders(client, cast, hall, bus):
    in_it(bus)
    client.force_login(cast.ada)
    page = client.get("/rooms/rows/", headers={"accept-language": "en"}).content.decode()
    for said in ("3 members", "n1", "Alice", "muted", "is being called", "with a pin", "Unmute", "End for all"):
        assert said in page
    client.post("/rooms/hall/order/", {"step": "kick", "member": "ann"})
    assert [type(one) for one in orders(bus)] == [commands.KickMember]
    client.post("/rooms/hall/", {"name": "Great hall", "number": "", "most": "32", "no_pin": "1"})
    hall.refresh_from_db()
    assert (hall.name, hall.number, hall.most, hall.pin, hall.chair) == ("Great hall", "", 32, "", None)
    client.post("/rooms/hall/remove/")
    assert not Room.objects.exists()


@pytest.mark.parametrize("wrong", [{"chair": "nobody-here"}, {"most": "many"}, {"most": ""}, {"most": "1"}])
def test_what_is_typed_wrongly_changes_nothing_and_is_said(client, cast, hall, wrong):
    client.force_login(cast.ada)
    said = {"name": "Great hall", "most": "32", "chair": "sofia"} | wrong
    page = client.post("/rooms/hall/", said, follow=True).content.decode()
    hall.refresh_from_db()
    assert (hall.name, hall.chair) == ("Hall", cast.sofia) and "note-alarm" in page


def test_a_number_is_masked_for_who_sees_no_whole_ones(cast, hall, bus):
    in_it(bus)
    (line,) = room_lines(cast.sofia)
    assert line.chairs and "13800001111" not in line.members[0].who
    assert [one.inside for one in line.members] == [True, True, False]
