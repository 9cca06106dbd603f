"""A daemon as a process between a simulated switch and a Valkey of its own, with a small centre."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from switchctl.contract import commands as c
from switchctl.contract import directory as d
from switchctl.contract import facts as f
from switchctl.contract.dialling import Home
from switchctl.contract.listbook import Change, encode, snapshot_of
from switchctl.contract.names import MAIN
from switchctl.contract.numberlists import Entry
from tests.bus.conftest import OwnRedis
from tests.nursery import Born, born

from .switch import SECRET, SimulatedSwitch

AGENTS = {"alice": "1001", "bob": "1002", "carol": "1003", "dave": "1004"}


def centre(version: int = 1, greeting: str = "ivr/greeting.wav", **agent: Any) -> d.Directory:
    """Four agents serve one queue, support, to which 4001 leads."""
    return d.Directory(
        version=version,
        agents=tuple(
            d.Agent(
                id=name, name=name.title(), extension=extension,
                **{"wrap_up_s": 1, "ring_s": 60, "dialling": "national", **agent},
            )  # fmt: skip
            for name, extension in AGENTS.items()
        ),
        queues=(
            d.Queue(id="support", name="Support", members=tuple(d.Membership(agent=name, tier=1) for name in AGENTS)),
        ),
        routes=(d.Route(number="4001", queue="support", greeting=greeting),),
        trunks=(d.Trunk(gateway="carrier"),),
        home=Home(outside=("+",)),
        caller_number="+862160000000",
    )


class Stage:
    """Everything that a story needs. Ports are free ones of the loopback."""

    lists = 0
    """Version of the lists of numbers that are out."""

    def __init__(self, folder: Path, free_port: Callable[[], int], *sim: str) -> None:
        self.folder = folder
        self.valkey = OwnRedis(free_port(), folder)
        lease = free_port()
        self.switch = SimulatedSwitch(folder, free_port(), lease, *sim)
        self.http = free_port()
        self.environment = {
            **os.environ,
            "FREESWITCH_NODES": f"node1=esl://:{SECRET}@127.0.0.1:{self.switch.port}",
            "REDIS_URL": self.valkey.url,
            "SWITCHDESK_VAR": str(folder),
            "SWITCHCTL_LEASE": f"127.0.0.1:{lease}",
            "SWITCHCTL_HTTP": f"127.0.0.1:{self.http}",
        }
        self.daemon: Born | None = None
        self.redis: redis.Redis | None = None
        self._seen: dict[str, f.AnyFact] = {}
        self._read = "-"

    # --- life ----------------------------------------------------------------------------------------------------

    def start(self, directory: d.Directory | None = None) -> None:
        self.redis = self.valkey.start()
        self.publish(directory or centre())
        self.publish_lists()
        self.switch.start()
        self.start_daemon()

    def publish_lists(self, *entries: Entry) -> None:
        """The lists of numbers, whole."""
        self.lists += 1
        raw = encode(snapshot_of(self.lists, b"", entries))
        self.redis.hset(MAIN.lists, mapping={"version": self.lists, "at": self.lists, "snapshot": raw})
        self.redis.xadd(MAIN.list_changes, {"c": encode(Change(version=self.lists, whole=True))}, id=f"{self.lists}-0")

    def change_lists(self, *entries: Entry, gone: tuple[int, ...] = ()) -> None:
        """What the CRM writes on commit."""
        self.lists += 1
        change = Change(version=self.lists, entries=list(entries), gone=list(gone))
        self.redis.xadd(MAIN.list_changes, {"c": encode(change)}, id=f"{self.lists}-0")
        self.redis.hset(MAIN.lists, "version", self.lists)

    def lists_known(self) -> None:
        """Wait until the daemon has the newest lists."""
        self.until(lambda: self.metric("lists_version") == self.lists)

    def publish(self, directory: d.Directory) -> None:
        self.redis.set(MAIN.directory, d.encode(directory))
        self.redis.publish(MAIN.directory_changed, directory.version)

    def publish_and_wait(self, directory: d.Directory) -> None:
        """Publish a directory and wait until the daemon has it."""
        self.publish(directory)
        self.until(lambda: f'"version":{directory.version}'.encode() in (self.redis.get(MAIN.daemon) or b""))

    def start_daemon(self, healthy: bool = True, role: str = "leader") -> None:
        """``healthy``: wait until it is, and has this role. The fence of one that was killed is waited for."""
        with (self.folder / "daemon.log").open("a") as log:
            self.daemon = born(["switchctl"], environment=self.environment, output=log)
        if healthy:
            self.until(lambda: self.health()[0] == 200 and f'"role":"{role}"' in self.get("/healthz")[1])

    def kill_daemon(self) -> None:
        """kill -9."""
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = None

    def stop_daemon(self) -> int:
        """SIGTERM; its exit code."""
        self.daemon.send_signal(signal.SIGTERM)
        code, self.daemon = self.daemon.wait(timeout=60), None
        return code

    def end(self) -> None:
        for part in (self.daemon,):
            if part and part.poll() is None:
                part.kill()
                part.wait()
        self.switch.stop()
        self.valkey.stop()

    def log(self) -> str:
        return (self.folder / "daemon.log").read_text()

    # --- what can be seen ----------------------------------------------------------------------------------------

    def until(self, condition: Callable[[], Any], seconds: float = 90.0) -> Any:
        """What the condition gives; ``seconds`` only ends a wait that is in vain, they are no promise."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert self.daemon is None or self.daemon.poll() is None, self.log()[-3000:]
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s; told so far:\n{self.story()}\n{self.log()[-3000:]}")
            time.sleep(0.02)
        return found

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def health(self) -> tuple[int, list[str]]:
        code, text = self.get("/healthz")
        return code, json.loads(text)["reasons"] if text else []

    def metric(self, name: str) -> float:
        """The value of a sample such as `calls{stage="waiting"}`; 0 when there is none."""
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        return 0.0

    def facts(self, kind: type[f.Fact] | None = None, **fields: Any) -> list[Any]:
        """Facts told so far, each once, in their order; those of a kind, with these fields."""
        for entry, content in self.redis.xrange(MAIN.facts, min=self._read):
            self._read = entry
            fact = f.decode(content[b"f"])
            self._seen.setdefault(fact.id, fact)
        return [
            fact
            for fact in self._seen.values()
            if (kind is None or type(fact) is kind)
            and all(getattr(fact, name) == value for name, value in fields.items())
        ]

    def forget(self) -> None:
        """Read the stream from its beginning again: it is another one."""
        self._seen.clear()
        self._read = "-"

    def state(self, agent: str) -> str:
        """The agent's newest state."""
        told = self.facts(f.AgentStateChanged, agent=agent)
        return told[-1].state if told else "offline"

    def fact(self, kind: type[f.Fact], **fields: Any) -> Any:
        """Wait for such a fact."""
        return self.until(lambda: self.facts(kind, **fields))[-1]

    def story(self, call_id: str = "") -> str:
        if self.redis is None:
            return ""
        try:
            told = self.facts(**({"call_id": call_id} if call_id else {}))
        except redis.RedisError as error:
            return f"(no Redis: {error})"
        return "\n".join(f"{fact.seq} {fact}"[:240] for fact in told)

    def until_ended(self, seconds: float) -> bool:
        """Give the daemon so long to end; whether it did."""
        try:
            self.daemon.wait(timeout=seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    # --- what people do ------------------------------------------------------------------------------------------

    def order(self, kind: type[c.Command], agent: str, seconds: float = 60, **fields: Any) -> str:
        """Send a command; its id."""
        command = kind(
            id=str(uuid.uuid4()), agent=agent, deadline=time.time_ns() // 1000 + int(seconds * 1e6), **fields
        )
        self.redis.xadd(MAIN.commands, {"c": c.encode(command)})
        return command.id

    def ready(self, *agents: str) -> None:
        """These agents sign in and take calls."""
        for agent in agents:
            self.order(c.SignIn, agent)
            self.fact(f.AgentStateChanged, agent=agent, state="paused")
            self.order(c.BecomeReady, agent)
            self.fact(f.AgentStateChanged, agent=agent, state="ready")

    def dials(self, agent: str, number: str) -> str:
        """She dials and picks her own phone up; the call's id, which is also that of the customer's leg."""
        call = self.order(c.Dial, agent, number=number)
        leg = self.fact(f.DialStarted, call_id=call).offer
        self.until(lambda: leg in self.switch.channels())
        self.order(c.Answer, agent)
        self.fact(f.DialProceeded, call_id=call)
        return call

    def talking(self, call_id: str, offers: int = 1) -> f.TalkStarted:
        """Wait until this caller talks, answering for the agent at so many offers' last."""
        offer = self.until(lambda: self.facts(f.OfferMade, call_id=call_id)[offers - 1 :])[-1]
        self.until(lambda: offer.offer in self.switch.channels())
        self.order(c.Answer, offer.agent)
        return self.fact(f.TalkStarted, call_id=call_id)


def one_end_each(facts: list[f.Fact]) -> dict[str, int]:
    """Calls that did not end exactly once → how often they did."""
    ends: dict[str, int] = defaultdict(int)
    for fact in facts:
        if isinstance(fact, f.CallArrived):
            ends[fact.call_id] += 0
        elif isinstance(fact, f.CallEnded):
            ends[fact.call_id] += 1
    return {call_id: count for call_id, count in ends.items() if count != 1}
