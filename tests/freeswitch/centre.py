"""A small centre on the real switch: a daemon and a Redis of its own for each test, phones with agents behind them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN
from switchctl.contract.secrets import Secrets, encode
from tests.bus.conftest import OwnRedis
from tests.daemon.stage import AGENTS, Stage, centre
from tests.freeswitch.agents import password
from tests.freeswitch.agents import secrets as passwords
from tests.freeswitch.endpoint import Endpoint, Party, Phone
from tests.freeswitch.switch import Switch
from tests.freeswitch.test_configuration import read_cdr
from tests.freeswitch.until import until


class Centre(Stage):
    """The daemon tests' stage with the real switch under it. Names of agents lead to their phones."""

    began = 0.0
    """Since when its calls count, where a test looks at the switch's records; s."""

    def __init__(self, folder: Path, free_port: Callable[[], int], switch: Switch, outside: Endpoint) -> None:
        self.folder = folder
        self.valkey = OwnRedis(free_port(), folder)
        self.switch = switch
        self.outside = outside
        self.http = switch.daemon_http
        self.environment = {
            "PATH": switch.environment()["PATH"],
            "FREESWITCH_NODES": f"node1=esl://:{switch.secret}@127.0.0.1:{switch.esl_port}",
            "REDIS_URL": self.valkey.url,
            "SWITCHDESK_VAR": str(folder),
            "SWITCHCTL_LEASE": switch.lease,
            "SWITCHCTL_HTTP": f"127.0.0.1:{self.http}",
        }
        self.daemon = self.redis = None
        self._seen = {}
        self._read = "-"

    def start(self, directory: d.Directory | None = None) -> None:
        self.redis = self.valkey.start()
        self.publish(directory or centre())
        self.publish_lists()
        self.start_daemon()

    def publish(self, directory: d.Directory, secrets: Secrets | None = None) -> None:
        """With the phones of all agents, whom the daemon answers for then."""
        numbers = [agent.extension for agent in directory.agents]
        if not directory.extensions:
            phones = tuple(d.Extension(number=number) for number in numbers)
            directory = msgspec.structs.replace(directory, extensions=phones)
        self.redis.set(MAIN.secrets, encode(secrets or passwords(*numbers, version=directory.version)))
        super().publish(directory)

    def end(self) -> None:
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self.valkey.stop()

    # --- people ------------------------------------------------------------------------------------------------

    def at_work(self, *agents: str, behave: str = "answer") -> list[Phone]:
        """These agents' phones register, and they take calls."""
        phones = [self.outside.register(AGENTS[agent], password(AGENTS[agent])) for agent in agents]
        for phone in phones:
            phone.behave = behave
            until(lambda phone=phone: phone.registered, f"phone {phone.extension} to be registered")
        self.ready(*agents)
        return phones

    def caller(self, number: str = "4001", **how: Any) -> tuple[Party, str]:
        """Somebody dials; the party and the call's id, as soon as the daemon told that it came."""
        known = {fact.call_id for fact in self.facts(f.CallArrived)}
        party = self.outside.dial(number, **how)
        new = self.until(lambda: [a for a in self.facts(f.CallArrived) if a.call_id not in known])
        return party, new[0].call_id

    def queued(self, **how: Any) -> tuple[Party, str]:
        """A caller who heard the greeting and waits with music."""
        party, call_id = self.caller(**how)
        self.fact(f.QueueEntered, call_id=call_id)
        return party, call_id

    def talks(self, caller: Party, phone: Phone) -> None:
        """Each hears the other, and nothing else."""
        until(lambda: phone.in_state("answered"), f"phone {phone.extension} to be answered")
        agent = phone.call.media
        until(lambda: caller.media.heard() == {agent.mark}, "the caller to hear the agent alone")
        until(lambda: agent.heard() == {caller.media.mark}, "the agent to hear the caller alone")

    def record(self, call_id: str) -> dict[str, Any]:
        """The switch's own record of the caller's leg."""
        return until(lambda: read_cdr(self.switch, call_id), "the call's record")

    def kinds(self, call_id: str) -> list[str]:
        """Names of the facts of a call, in order, without the agents' states."""
        told = [fact for fact in self.facts(call_id=call_id) if type(fact) is not f.AgentStateChanged]
        return [type(fact).__name__ for fact in sorted(told, key=lambda fact: fact.seq)]

    def ended(self, call_id: str) -> f.CallEnded:
        """Wait for the call's end; it is told exactly once."""
        end = self.fact(f.CallEnded, call_id=call_id)
        assert len(self.facts(f.CallEnded, call_id=call_id)) == 1
        return end

    def refused(self, command_id: str) -> f.CommandRefused | None:
        found = self.facts(f.CommandRefused, command_id=command_id)
        return found[0] if found else None
