"""What others may see of a daemon: its public status, its health and its numbers."""

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from switchctl.engine.health import Health, judge

if TYPE_CHECKING:
    from switchctl.main import Daemon


class Figures:
    """Reads the daemon's parts when someone asks; ``engine.metrics`` puts the numbers into families."""

    def __init__(self, daemon: "Daemon") -> None:
        self._daemon = daemon

    def status(self) -> dict[str, Any]:
        """The public status, for the CRM."""
        daemon = self._daemon
        return {
            "pid": os.getpid(),
            **self.role(),
            "links": dict(self.links()),
            "calls": sum(self.counts()["calls"].values()),
            "since": daemon.since,
            "version": daemon.directory.version,
            "lists": daemon.lists.version,
        }

    def role(self) -> dict[str, Any]:
        """Role, term, and who holds each switch."""
        daemon = self._daemon
        role = "leader" if daemon.leads else "standby"
        return {"role": role, "epoch": daemon.epoch if daemon.leads else 0, "fences": daemon.fences.state.holders()}

    def health(self) -> Health:
        """What is wrong now."""
        daemon = self._daemon
        links = {name: "" if node.up else (node.error or "connecting") for name, node in daemon.nodes.items()}
        return judge(
            links=links,
            busy_since=daemon.loop.busy_since,
            disk=(daemon.journal.problem, daemon.checkpoint.problem),
            redis=(
                daemon.outbox.problem,
                daemon.commands.problem if daemon.leads else "",
                daemon.directory.problem,
                daemon.lists.problem,
                daemon.secrets.problem,
            ),
            directory=daemon.directory.version,
            stopping=daemon.stopping,
            now=time.monotonic(),
            led=daemon.fences.state.led or not any(node.up for node in daemon.nodes.values()),
            lease=daemon.taking.problem,
        )

    def links(self) -> Mapping[str, bool]:
        """Node → whether both of its links are up."""
        return {name: node.up for name, node in self._daemon.nodes.items()}

    def fenced(self) -> Mapping[str, bool]:
        """Node → whether its fence is ours."""
        return {name: self._daemon.fences.state.holds(name) for name in self._daemon.nodes}

    def events(self) -> Mapping[tuple[str, str], int]:
        """(node, event) → how many."""
        return self._daemon.loop.events

    def sent(self) -> Mapping[tuple[str, str], int]:
        """(kind of command, result) → how many."""
        return self._daemon.perform.commands

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Calls by stage, agents by state, callers waiting by queue."""
        return self._daemon.brain.counts()

    def gauges(self) -> Mapping[str, tuple[str, float]]:
        """Name → (what it is, how much now)."""
        daemon = self._daemon
        return {
            "journal_bytes": ("Size of the journal on disk", daemon.journal.size()),
            "journal_pending_facts": ("Facts in the journal that are not known to be rows", daemon.outbox.pending),
            "engine_inbox": ("Inputs that wait for the engine", len(daemon.inbox)),
            "leases": ("Outbound sockets that are open", daemon.taking.leases.count),
            "lists_version": ("Version of the lists of numbers that are in force", daemon.lists.version),
            "leader": ("Whether this daemon leads", int(daemon.leads)),
            "epoch": ("Its term of leadership, 0 while it stands by", daemon.epoch if daemon.leads else 0),
        }

    def totals(self) -> Mapping[str, tuple[str, float]]:
        """Name → (what it is, how much since the start)."""
        daemon = self._daemon
        return {
            "facts": ("Facts told", daemon.loop.facts),
            "engine_errors": ("Inputs and effects that were dropped for a fault of ours", daemon.loop.errors),
            "followed_facts": ("Facts of other daemons taken in", daemon.follow.taken),
            "fenced_commands": (
                "Commands to the switch that were not sent because another daemon may lead",
                sum(line.refused for line in daemon.fences.lines.values()),
            ),
            "directory_questions": ("Questions of switches about phones and gateways", daemon.door.asked),
            "directory_answer_seconds": ("Time that their answers took", daemon.door.seconds),
            "commands_invalid": ("Commands in the stream that were not understood", daemon.commands.invalid),
        }
