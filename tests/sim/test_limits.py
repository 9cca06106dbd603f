"""The simulated trunk has so many lines: one caller more is refused, and the switch's record says why."""

import json
from pathlib import Path
from urllib.parse import unquote

from switchctl.sim.harness import SimSwitch
from tests.sim.wires import Listener, connect, until


def test_one_caller_too_many_is_refused(tmp_path: Path) -> None:
    listener = Listener()
    with SimSwitch(
        lease=f"127.0.0.1:{listener.port}", dialplan="staged", cdr=str(tmp_path), trunk_channels="1", heartbeat=5
    ) as sim:
        wire = connect(sim.port, sim.secret)
        wire.ask("event json ALL")
        first = sim.call("15400000001", "4001", "Wang Fang")
        lease = listener.take(1)
        lease.ask("connect")
        sim.api(f"uuid_transfer {first} wait XML stages")  # a call that is transferred keeps its line
        listener.take(2)
        second = sim.call("15400000002", "4001", "Li Wei")
        wire.wait("CHANNEL_DESTROY", second)
        assert sim.api("limit_usage hash trunk calls").strip() == "1"
        record = until(lambda: next(tmp_path.glob(f"{second}.cdr.json"), None))
        told = json.loads(record.read_text())["variables"]
        assert (unquote(told["cc_stage"]), told["sip_term_status"]) == ("blocked", "503")
        sim.api(f"sim hangup {first}")
        wire.wait("CHANNEL_HANGUP_COMPLETE", first)
        sim.call("15400000003", "4001", "Zhang Min")
        listener.take(3)
        assert sim.api("limit_usage hash trunk calls").strip() == "1"
        wire.close()
    listener.close()
