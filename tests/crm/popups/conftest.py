"""The sample billing system of docs/examples, running, and a call that rings at Alice."""

import threading
from collections.abc import Iterator

import pytest

from crm.live.state import Saved, encode
from crm.popups.services import host_add
from docs.examples.billing.billing import Billing, server
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN


@pytest.fixture
def billing(settings) -> Iterator[Billing]:
    settings.OUTWARD_ALLOWED = ["127.0.0.0/8"]
    made = Billing("")
    runs = server(made, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{runs.server_port}"
    made.register("15401400001", "梅 <b>Zhang</b>", 128.5)
    threading.Thread(target=runs.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    runs.shutdown()
    runs.server_close()


@pytest.fixture
def allowed(cast, billing) -> str:
    """Its host is one that addresses may name."""
    return host_add(actor=cast.ada, name=billing.address.removeprefix("http://"), plain=True).name


@pytest.fixture
def rings(bus):
    """Call c1 rings at Alice."""

    def now(number: str = "15401400001") -> None:
        call = LiveCall(id="c1", number=number, queue="support", agent="alice", stage="offered")
        view = LiveView(agents={"alice": LiveAgent(id="alice", state="offered", call_id="c1")}, calls={"c1": call})
        bus.set(MAIN.live, encode(Saved(feeder="f", view=view)))

    now()
    return now
