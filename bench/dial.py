"""From the customer's answer to the agent's voice in her ear: a campaign's calls on a real FreeSWITCH.

    .venv/bin/python bench/dial.py [--quick] [--calls N]

A daemon takes leads from its hopper; the agent's phone picks up by itself, the customer's rings at the carrier and is
answered. Measured is what the customer lives through: from the moment her phone sends 200 OK to the first packet of
sound that the agent's phone sent (both phones are programs with real SIP and RTP; they look every 10 ms). Exit 3, and
no figure, without a FreeSWITCH.

The last line is JSON: ``p50_ms``, ``p95_ms``, ``worst_ms``, ``calls``, and of the baseline in the same run, a call of
each kind in turn, ``baseline_p50_ms``, ``baseline_p95_ms``: plain originate and bridge by the switch alone, typed at
its console, with no daemon and nothing journaled. ``ratio`` is the baseline's p50 over ours.
"""

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from msgspec import structs  # noqa: E402  after the path

from switchctl.contract import directory as d  # noqa: E402
from switchctl.contract import facts as f  # noqa: E402
from switchctl.contract import hopper  # noqa: E402
from switchctl.contract.names import MAIN  # noqa: E402
from tests.daemon.stage import centre  # noqa: E402
from tests.freeswitch.agents import password  # noqa: E402
from tests.freeswitch.centre import Centre  # noqa: E402
from tests.freeswitch.conftest import running_switch  # noqa: E402
from tests.freeswitch.endpoint import Endpoint, Phone  # noqa: E402
from tests.freeswitch.switch import DOMAIN, Switch, binary  # noqa: E402
from tests.freeswitch.until import until  # noqa: E402
from tests.ports import free_port  # noqa: E402

NUMBER = "+86138{:08d}"
TICK_S = 0.01


class Calls:
    """Makes one call after the other, and says how long each customer heard nothing."""

    def __init__(self, switch: Switch, desk: Centre, carrier: Endpoint, outside: Endpoint) -> None:
        self.switch, self.desk, self.carrier = switch, desk, carrier
        (self.alice,) = desk.at_work("alice", behave="asked")
        self.bob = outside.register("1002", password("1002"))
        self.bob.behave = "asked"
        until(lambda: self.bob.registered, "the other phone to be registered")
        self.console = switch.console()
        self._places = itertools.count(1)

    def ours(self) -> float:
        """A lead of the hopper, in ms."""
        number = NUMBER.format(next(self._places))
        customer = self.carrier.subscriber(number, "ring")
        lead = hopper.Entry(
            id=str(uuid.uuid4()), campaign="spring", number=number, auto_answer=True,
            expires=time.time_ns() // 1000 + 60_000_000,
        )  # fmt: skip
        self.desk.redis.rpush(MAIN.hopper("spring"), hopper.encode(lead))
        silent = self._heard(customer, self.alice)
        self.carrier.do(customer.call.hang_up)
        self.desk.ended(lead.id)
        self.desk.until(lambda: self.desk.state("alice") == "ready")
        return silent

    def plain(self) -> float:
        """The same by the switch alone, in ms."""
        number = NUMBER.format(next(self._places))
        customer = self.carrier.subscriber(number, "ring")
        variables = "{sip_auto_answer=true,hangup_after_bridge=true}"
        order = f"bgapi originate {variables}user/1002@{DOMAIN} &bridge(sofia/gateway/carrier/{number})\n\n"
        self.console.ask(order.encode())
        silent = self._heard(customer, self.bob)
        self.carrier.do(customer.call.hang_up)
        until(lambda: self.bob.in_state("ended"), "the other phone to be let go")
        return silent

    def _heard(self, customer: Phone, agent: Phone) -> float:
        until(lambda: customer.in_state("ringing"), "the customer's phone to ring")
        since = time.monotonic()
        self.carrier.do(customer.call.answer)
        there, here = customer.call.media, agent.call.media
        at = until(lambda: there.first(here.mark, since), "the customer to hear the agent")
        until(lambda: here.first(there.mark, since), "the agent to hear the customer")
        return (at - since) * 1000


def measure(calls: Calls, count: int) -> dict[str, float]:
    """The figures of so many calls of each kind, made in turn."""
    calls.ours(), calls.plain()  # the first of each is not counted
    ours, plain = [], []
    for _ in range(count):
        ours.append(calls.ours())
        plain.append(calls.plain())
    mine, theirs = (statistics.quantiles(some, n=20, method="inclusive") for some in (ours, plain))
    return {
        "p50_ms": round(statistics.median(ours), 1), "p95_ms": round(mine[-1], 1), "worst_ms": round(max(ours), 1),
        "calls": count, "baseline": "plain originate and bridge by the switch alone",
        "baseline_p50_ms": round(statistics.median(plain), 1), "baseline_p95_ms": round(theirs[-1], 1),
        "ratio": round(statistics.median(plain) / statistics.median(ours), 2),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="ten calls")
    parser.add_argument("--calls", type=int, default=100, help="of each kind (100)")
    options = parser.parse_args()
    if binary() is None:
        print("No FreeSWITCH: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN.", file=sys.stderr)
        return 3
    campaign = d.Campaign(id="spring", members=("alice",))
    layout = structs.replace(centre(wrap_up_s=0), queues=(), routes=(), campaigns=(campaign,))
    temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with temporary as folder, running_switch(Path(folder) / "switch") as switch:
        outside = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN, tick=TICK_S)
        carrier = Endpoint(switch.phones_port, switch.trunk_port, DOMAIN, tick=TICK_S, port=switch.carrier_port)
        (Path(folder) / "daemon").mkdir()
        desk = Centre(Path(folder) / "daemon", free_port, switch, outside)
        try:
            desk.start(layout)
            desk.fact(f.WorldStated)
            print(json.dumps(measure(Calls(switch, desk, carrier, outside), 10 if options.quick else options.calls)))
        finally:
            switch.end_calls()
            desk.end()
            outside.close()
            carrier.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
