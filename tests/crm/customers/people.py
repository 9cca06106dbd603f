"""Customers of several owners, and calls in hand, for the tests of who sees and finds whom."""

import pytest

from crm.customers.services import customer_add
from crm.live.state import Saved, encode
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN


@pytest.fixture
def town(cast):
    """Name → customer: one of each agent, one of nobody, and one who was erased."""
    made = {
        name: customer_add(name=name, company=company, numbers=[number], owner=owner, note=note)
        for name, company, number, owner, note in (
            ("Alice's Own", "Lotus Trading", "15401401111", cast.alice, "wants tea"),
            ("Bob's Own", "Lotus Trading", "15401402222", cast.bob, "wants coffee"),
            ("Carol's Own", "Lotus Trading", "15401403333", cast.carol, "wants water"),
            ("林晓", "云杉电器", "01065554444", None, "喜欢茶"),
            ("~7", "", "15401405555", None, ""),
        )
    }
    return made | {"Mei Zhang": cast.caller}


@pytest.fixture
def ringing(bus):
    """``ringing("alice", number=…)``: the call c1 rings at Alice; no record of it is written."""

    def now(agent: str, number: str = "15401400001", stage: str = "offered", call_id: str = "c1") -> None:
        call = LiveCall(id=call_id, number=number, agent=agent, stage=stage)
        state = LiveAgent(id=agent, state=stage, call_id=call_id)
        bus.set(MAIN.live, encode(Saved(feeder="f", view=LiveView(agents={agent: state}, calls={call_id: call}))))

    return now
