"""Every fault that this stage can have: how it is brought about. Durations are seconds of virtual time."""

import msgspec

from tests.proofs.harness import people
from tests.proofs.harness.exchange import ESL, SECRET
from tests.proofs.harness.people import Deed, pick
from tests.proofs.harness.world import Host, World
from tests.proofs.virtual import disk, memory_redis, network
from tests.proofs.virtual.loop import Process
from tests.proofs.virtual.network import Socket

HOUR_US = 3_600_000_000


class Fault(msgspec.Struct, frozen=True):
    """``number``: of the list of faults (F1 to F26). ``how``: what is done to the world."""

    number: str
    weight: int
    how: str
    act: Deed


def _host(world: World, r: float) -> Host:
    """Mostly the leader's."""
    hosts = list(world.hosts.values())
    leading = [host for host in hosts if host.daemon is not None and host.daemon.leads]
    others = [host for host in hosts if host not in leading]
    return leading[0] if leading and (r < 0.75 or not others) else others[int(r * 97) % len(others)]


def _wires(world: World, r: float, host: Host | None = None) -> list[Socket]:
    """A daemon's ends of its connections: two links to the switch, and the leases."""
    host = host or _host(world, r)
    return network.wire.between(host.process)


def _commanding(world: World, r: float) -> Socket | None:
    """The daemon's end of its commanding link: it is made first."""
    links = network.wire.between(_host(world, r).process, ESL[1])
    return links[0] if links else None


# --- connections


def cut(world: World, r1: float, r2: float, r3: float) -> bool:
    """Now, or in the middle of what is written next (by either side)."""
    sock = pick(_wires(world, r1), r2)
    if sock is None:
        return False
    if r3 < 0.2:
        sock.cut()
    else:
        end = sock if r3 < 0.5 else sock.other
        end.fuse = (int(r3 * 10_000) % 3000, end.cut)
    return True


def reply_lost(world: World, r1: float, r2: float, _: float) -> bool:
    """The command is carried out, its answer never arrives."""
    sock = _commanding(world, r1)
    if sock is None:
        return False
    sock.other.fuse = (int(r2 * 60), sock.cut)
    return True


def command_lost(world: World, r1: float, r2: float, _: float) -> bool:
    """The link ends in the middle of a command."""
    sock = _commanding(world, r1)
    if sock is None:
        return False
    sock.fuse = (int(r2 * 500), sock.cut)
    return True


def half_open(world: World, r1: float, r2: float, r3: float) -> bool:
    wires = _wires(world, r1)
    for sock in wires if r3 < 0.3 else [pick(wires, r2)] if wires else []:
        sock.half_open()
    return bool(wires)


def slow_wire(world: World, r1: float, r2: float, r3: float) -> bool:
    """One connection overtakes the other by up to two seconds, in one direction or both."""
    sock = pick(_wires(world, r1), r2)
    if sock is None:
        return False
    for end in (sock, sock.other)[: 1 + (r3 > 0.5)]:
        end.lag = r3 * 2
        world.later(2 + r2 * 8, lambda end=end: setattr(end, "lag", 0.0))
    return True


def shredded(world: World, r1: float, r2: float, _: float) -> bool:
    """Bytes come one by one, or a few."""
    sock = pick(_wires(world, r1), r2)
    if sock is None:
        return False
    sock.other.shreds = 1 + int(r2 * 40)
    world.later(1.0, lambda: setattr(sock.other, "shreds", 0))
    return True


def nonsense(world: World, r1: float, r2: float, r3: float) -> bool:
    """Bytes that are no frame, between two frames."""
    sock = pick(_wires(world, r1), r2)
    if sock is None:
        return False
    lies = (b"Content-Length: -1\n\n", b"Content-Length: 99999999\n\n", b"\x00\xff\n\n", b"Content-Type: x\n\n",
            b"Content-Length: 5\nContent-Type: text/event-json\n\n{]{]{", b"HTTP/1.1 200 OK\r\n\r\n")  # fmt: skip
    sock.other._carry(pick(lies, r3))
    return True


def partition(world: World, r1: float, r2: float, _: float) -> bool:
    """No daemon reaches the switch: nothing new gets through, what is open is dead."""
    for host in world.hosts.values():
        for sock in _wires(world, r1, host):
            sock.half_open()
    network.wire.unreachable.add(ESL[1])
    world.later(1 + r2 * 8, lambda: network.wire.unreachable.discard(ESL[1]))
    return True


def shut_out(world: World, r1: float, r2: float, r3: float) -> bool:
    """The switch refuses: another secret, or an access list."""
    if not world.switch_up:
        return False
    switch = world.switch
    if r1 < 0.5:
        switch.server.reject = True
    else:
        switch.secret = "changed"
    for sock in _wires(world, r3):
        sock.cut()

    def mend() -> None:
        switch.server.reject, switch.secret = False, SECRET

    world.later(1 + r2 * 6, mend)
    return True


# --- the switch


def switch_crashes(world: World, r1: float, r2: float, r3: float) -> bool:
    if not world.switch_up:
        return False
    world.crash_switch()
    world.later(0.2 + r2 * 10, world.machine_on)
    return True


def switch_restarts(world: World, r1: float, r2: float, _: float) -> bool:
    """In order: every leg is hung up with SYSTEM_SHUTDOWN."""
    if not world.switch_up:
        return False
    switch, process = world.switch, world.machine.process

    def down() -> None:
        switch.shutdown()
        process.alive = False
        network.wire.forget(process)

    process.spawn(down)
    world.later(2 + r2 * 8, world.machine_on)
    return True


def slow_switch(world: World, r1: float, r2: float, _: float) -> bool:
    if world.switch_up:
        switch = world.switch
        world.on_switch(lambda: switch.faults.stall(0.2 + r2 * 6))
    return world.switch_up


def _events(name: str, share: float) -> Deed:
    def act(world: World, r1: float, r2: float, r3: float) -> bool:
        if not world.switch_up:
            return False
        faults = world.switch.faults
        setattr(faults, name, share * r1)
        world.later(1 + r2 * 9, lambda: setattr(faults, name, 0.0))
        return True

    return act


# --- the daemons


def killed(world: World, r1: float, r2: float, r3: float) -> bool:
    """kill -9: now, at any byte that it sends, or at any byte that it writes to disk."""
    host = _host(world, r1)
    if not host.process.alive:
        return False
    sends = network.wire.between(host.process)
    if r3 < 0.2 or not sends:
        host.kill()
    elif r3 < 0.6:
        pick(sends, r2).fuse = (int(r3 * 100_000) % 900, host.kill)
    else:
        disk.fuses[host.process] = (int(r3 * 100_000) % 4000, host.kill)
    world.later(0.1 + r2 * 8, host.start)
    return True


def both_killed(world: World, r1: float, r2: float, r3: float) -> bool:
    """F6 without a standby: callers go to the fail-safe queue."""
    for host, wait in zip(world.hosts.values(), (r2, r3), strict=True):
        host.kill()
        world.later(0.5 + wait * 15, host.start)
    return True


def stopped_in_order(world: World, r1: float, r2: float, _: float) -> bool:
    """SIGTERM and a new start: an upgrade. It is started when it has ended, however long its winding up takes."""
    host = _host(world, r1)
    host.stop()

    def again() -> None:
        if host.process.alive and host.ended.is_set():
            world.later(1, again)
        else:
            host.start()

    world.later(0.5 + r2 * 3, again)
    return host.process.alive


def paused(world: World, r1: float, r2: float, _: float) -> bool:
    """SIGSTOP; it wakes as a leader that another has followed, or just late."""
    process = _host(world, r1).process
    if not process.alive or process.paused:
        return False
    process.pause()
    world.later(0.3 + r2 * r2 * 30, lambda: _wake(process))
    return True


def _wake(process: Process) -> None:
    if process.alive and process.paused:
        process.resume()


def clock_steps(world: World, r1: float, r2: float, r3: float) -> bool:
    """A daemon's wall clock jumps; monotonic time goes on. It is set right a while later: another jump."""
    host = _host(world, r1)
    step = int(pick((-HOUR_US, HOUR_US, -5_000_000, 5_000_000, -800_000), r2))
    host.skew_us += step
    host.process.skew_us = host.skew_us

    def back() -> None:
        host.skew_us -= step
        host.process.skew_us = host.skew_us

    world.later(3 + r3 * 20, back)
    return True


def disk_full(world: World, r1: float, r2: float, _: float) -> bool:
    process = _host(world, r1).process
    disk.full.add(process)
    world.later(0.5 + r2 * 10, lambda: disk.full.discard(process))
    return process.alive


# --- Redis, database, configuration


def redis_away(world: World, r1: float, r2: float, r3: float) -> bool:
    """Away, perhaps back empty, or back as a replica without the last writes."""
    store = memory_redis.store
    if store.away:
        return False
    store.away = True

    def back() -> None:
        if r1 < 0.3:
            store.wipe()
        elif r1 < 0.5:
            store.lose_tail("ccs:{main}:facts", 1 + int(r3 * 30))
        store.away = False

    world.later(0.5 + r2 * 15, back)
    return True


def redis_slow(world: World, r1: float, r2: float, _: float) -> bool:
    memory_redis.store.slow = 0.1 + r1 * 8
    world.later(1 + r2 * 10, lambda: setattr(memory_redis.store, "slow", 0.0))
    return True


def database_away(world: World, r1: float, r2: float, _: float) -> bool:
    world.crm.database_away = True

    def back() -> None:
        world.crm.database_away = False
        world.crm.again(50)

    world.later(1 + r2 * 20, back)
    return True


def told_again(world: World, r1: float, r2: float, _: float) -> bool:
    """The consumer of the facts died before it acknowledged."""
    world.crm.again(1 + int(r1 * 200))
    return True


def reconfigured(world: World, r1: float, r2: float, r3: float) -> bool:
    """The CRM writes another directory: tiers and after-call work change."""
    world.crm.tiers[people.agent(r1)] = 1 + int(r2 * 3)
    world.crm.wrap_up_s = int(r3 * 6)
    world.crm.write_directory()
    return True


FAULTS: dict[str, Fault] = {
    "cut": Fault("F1", 8, "a connection is reset, at any byte of either side", cut),
    "shredded": Fault("F2", 2, "bytes arrive one by one", shredded),
    "nonsense": Fault("F2", 2, "bytes that are no frame, false lengths", nonsense),
    "switch_crashes": Fault("F3", 3, "the switch is killed and started again with a new core", switch_crashes),
    "switch_restarts": Fault("F3", 2, "the switch is shut down in order and started again", switch_restarts),
    "events_lost": Fault("F4", 5, "up to 60 % of the events are lost for up to 10 s", _events("drop", 0.6)),
    "events_twice": Fault("F5", 4, "up to all events come twice", _events("duplicate", 1.0)),
    "events_overtake": Fault("F5", 4, "events of one channel overtake those of others", _events("reorder", 0.6)),
    "events_late": Fault("F5", 3, "events come up to 4 s late", _events("delay", 4.0)),
    "killed": Fault("F6", 12, "kill -9 of a daemon at any byte that it sends or writes; restart", killed),
    "both_killed": Fault("F6", 3, "kill -9 of both daemons: the fail-safe queue serves", both_killed),
    "redis_away": Fault("F7", 4, "Redis is away, comes back whole, empty, or without its last writes", redis_away),
    "redis_slow": Fault("F7", 2, "each answer of Redis takes up to 8 s", redis_slow),
    "database_away": Fault("F8", 2, "nothing is committed for a while, and the last batch comes twice", database_away),
    "paused": Fault("F9 F13", 7, "SIGSTOP up to 30 s: the leader wakes and another leads", paused),
    "many_call": Fault("F10", 2, "twelve callers and forty registrations in one moment", people.many_call),
    "phone_loses_power": Fault("F11", 4, "a phone's registration runs out while she talks, rings, waits",
                               people.phone_loses_power),
    "clock_steps": Fault("F12", 4, "a daemon's wall clock steps by up to an hour, and back", clock_steps),
    "partition": Fault("F13 F15", 2, "no packet passes between daemons and switch", partition),
    "disk_full": Fault("F14", 3, "a daemon's disk takes nothing", disk_full),
    "half_open": Fault("F15", 4, "one or all connections of a daemon carry nothing and say nothing", half_open),
    "shut_out": Fault("F16", 2, "the switch refuses the secret, or the host", shut_out),
    "reply_lost": Fault("F17 F18", 6, "a command is done and its answer lost", reply_lost),
    "command_lost": Fault("F17 F18", 5, "the link ends within a command", command_lost),
    "slow_wire": Fault("F5 F17", 4, "one connection lags by up to 2 s", slow_wire),
    "slow_switch": Fault("F17", 3, "the switch writes nothing for up to 6 s", slow_switch),
    "told_again": Fault("F21 F22", 2, "facts are delivered a second time", told_again),
    "stopped_in_order": Fault("F24", 4, "SIGTERM of a daemon, and a start", stopped_in_order),
    "reconfigured": Fault("F24", 3, "another directory at any moment", reconfigured),
}  # fmt: skip

NOT_HERE: dict[str, str] = {
    "F19": "there are no recordings yet",
    "F20": "what a carrier makes of a dialled call (busy, rings on, announces, no such number) is ordinary life here",
    "F23": "no TLS on the simulated switch; the certificate's alarm has its own test",
    "F25": "a lost host is a kill here; what the system's cache held is proved by the journal's own tests",
    "F26": "a matter of days, not of histories",
}
"""Faults that this harness does not bring about, and why."""


def heal(world: World) -> None:
    """The faults stop: everything is there again and works."""
    world.mend()
    for host in world.hosts.values():
        disk.full.discard(host.process)
        disk.fuses.pop(host.process, None)
        host.skew_us = host.process.skew_us = 0
        _wake(host.process)
    for sock in network.wire.open:
        sock.fuse, sock.lag, sock.shreds = None, 0.0, 0
    network.wire.unreachable.clear()
    store = memory_redis.store
    store.away, store.slow = False, 0.0
    world.crm.database_away = False
    world.machine_on()
    switch = world.switch
    switch.faults.clear()
    switch.server.reject, switch.secret = False, SECRET
    for host in world.hosts.values():
        host.start()
