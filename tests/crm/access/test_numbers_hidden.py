"""Who may not see numbers whole meets none: not on a page, not in a message of a websocket."""

import json
import re

import pytest

from crm.live.pages import desk_snapshot, floor_snapshot
from crm.live.scope import desk_scope, floor_scope
from crm.live.state import Saved, encode
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN
from tests.crm.calls.rows import record
from tests.stories import Story, numbered

NUMBER = "15409876543"
SECRETS = re.compile(r"154.?0?98.{0,3}7|9876543|0987")
"""Any way to write it, and the middle that is never shown."""

PAGES = ("/", "/desk/idle/", "/desk/work/c1/", "/calls/", "/calls/c1/", "/calls/?number=6543", "/floor/")


@pytest.fixture
def view(cast, bus) -> LiveView:
    """Mei's call, with her number as her name too, recorded and up."""
    story = Story("c1", number=NUMBER)
    record(numbered(story.greeted().pressed(f"1#{NUMBER[:6]}").queued().pressed(NUMBER[6:]).offered_to("alice").answered().facts))
    call = LiveCall(id="c1", number=NUMBER, name=NUMBER, keys=f"1#{NUMBER}", queue="support", agent="alice",
                    stage="talking")  # fmt: skip
    agent = LiveAgent(id="alice", state="talking", call_id="c1")
    shown = LiveView(agents={"alice": agent}, calls={"c1": call})
    bus.set(MAIN.live, encode(Saved(feeder="f", view=shown)))
    return shown


@pytest.mark.parametrize("who", ["alice", "sofia"])
def test_pages(client, cast, view, who):
    client.force_login(getattr(cast, who))
    seen = 0
    for address in PAGES:
        page = client.get(address).content.decode()
        assert not SECRETS.search(page), (address, SECRETS.search(page))
        seen += "154****6543" in page
    assert seen >= 3


@pytest.mark.parametrize(
    ("scope", "snapshot", "who"),
    [(desk_scope, desk_snapshot, "alice"), (floor_scope, floor_snapshot, "sofia")],
)
def test_messages(cast, view, scope, snapshot, who):
    told = json.dumps(snapshot(scope(getattr(cast, who)), Saved(feeder="f", view=view)), ensure_ascii=False)
    assert "1#•••••••6543" in told
    assert "154****6543" in told and not SECRETS.search(told)


def test_who_may_sees_it_whole(client, cast, view):
    client.force_login(cast.ada)
    assert "154 0987 6543" in client.get("/calls/c1/").content.decode()
    assert "154 0987 6543" in json.dumps(floor_snapshot(floor_scope(cast.ada), Saved(feeder="f", view=view)))
    assert f"1#{NUMBER}" in json.dumps(floor_snapshot(floor_scope(cast.ada), Saved(feeder="f", view=view)))


def test_what_was_keyed_with_a_pause_in_it_is_masked_as_one_number(client, cast, view):
    client.force_login(cast.sofia)
    page = client.get("/calls/c1/", headers={"accept-language": "en"}).content.decode()
    assert "1#••••••" in page and "•6543" in page and page.count("<h2>Keys pressed") == 2
    client.force_login(cast.ada)
    assert f"1#{NUMBER[:6]}" in client.get("/calls/c1/").content.decode()
