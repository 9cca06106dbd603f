"""Two and three daemons on one to three switches, with any interleaving and any pause: one leads a switch at a time."""

import random
from collections import defaultdict

import pytest

from switchctl.engine.leadership import LEADER, Claim, Leadership, Seed, Take

TICK_S = 0.05


class Switch:
    """The variable, with the compare-and-set as FreeSWITCH does it."""

    def __init__(self):
        self.leader = ""

    def carry_out(self, order):
        if isinstance(order, Seed) or (isinstance(order, Take) and self.leader == order.old):
            self.leader = order.value
        return self.leader


class Daemon:
    """The shell, played: it answers to nothing while it is paused, and what came meanwhile is handled late."""

    def __init__(self, name, exchange):
        self.name, self.exchange = name, exchange
        self.epoch = self.heard = 0  # on its disk
        self.paused_until = 0.0
        self.up = set()
        self.begin()

    def begin(self):
        self.state = Leadership(self.name, self.epoch, self.exchange.switches, self.heard)
        self.inbox = []
        for node in sorted(self.up):
            self.do(self.state.link_up(node, self.exchange.now))

    def do(self, orders):
        for order in orders:
            if isinstance(order, Claim):
                assert order.epoch > self.epoch
                self.epoch = order.epoch
            elif order.node in self.up:
                answer = self.exchange.switches[order.node].carry_out(order)
                late = self.exchange.random.choice((0.0, 0.0, 0.01, 0.1, 0.7))
                self.inbox.append((self.exchange.now + late, order, answer))

    def step(self):
        now = self.exchange.now
        if now < self.paused_until:
            return
        if self.exchange.redis:
            if self.state.role == LEADER and self.state.shown:
                self.exchange.terms[self.name] = self.state.epoch
            for name, term in self.exchange.terms.items():
                self.state.learned(term, name)
        self.heard = self.state.known
        due = [item for item in self.inbox if item[0] <= now]
        self.inbox = [item for item in self.inbox if item[0] > now]
        for _, order, answer in due:
            self.do(self.state.seen(order.node, order.number, answer, now))
        self.do(self.state.tick(now))
        if self.state.role == "deposed":
            self.begin()

    def cut(self, node):
        self.up.discard(node)
        self.state.link_down(node)
        self.inbox = [item for item in self.inbox if item[1].node != node]

    def join(self, node):
        self.up.add(node)
        self.do(self.state.link_up(node, self.exchange.now))


class Exchange:
    """Everything, and the laws that are looked at after each step."""

    def __init__(self, seed, daemons, nodes):
        self.random = random.Random(seed)
        self.now = 100.0
        self.switches = {f"n{number}": Switch() for number in range(nodes)}
        self.daemons = [Daemon(name, self) for name in "abc"[:daemons]]
        self.newest = defaultdict(int)  # node → epoch of its newest command
        self.redis = True
        self.terms = {}  # daemon → newest term in which it told facts, as Redis has it
        self.commands = 0

    def step(self):
        self.now += TICK_S
        for daemon in self.random.sample(self.daemons, len(self.daemons)):
            daemon.step()
            self.command(daemon)

    def command(self, daemon):
        """Whoever may command does, and no older term ever speaks after a newer one."""
        for node in daemon.up if self.now >= daemon.paused_until else ():
            if daemon.state.may_command(node, self.now):
                self.commands += 1
                assert daemon.state.epoch >= self.newest[node], f"{daemon.name} speaks in an old term at {self.now}"
                self.newest[node] = daemon.state.epoch
        able = [
            (other.name, node)
            for other in self.daemons
            for node in other.up
            if other.state.may_command(node, self.now) and self.now >= other.paused_until
        ]
        assert len({node for _, node in able}) == len(able), f"two lead one switch at {self.now}: {able}"

    def trouble(self):
        daemon = self.random.choice(self.daemons)
        what = self.random.choice(("pause", "pause", "crash", "cut", "restart", "resign", "redis"))
        node = self.random.choice(sorted(self.switches))
        if what == "pause":
            daemon.paused_until = self.now + self.random.choice((0.3, 1.4, 1.9, 2.1, 3.0, 8.0))
        elif what == "crash":
            daemon.begin()
        elif what == "redis":
            self.redis = not self.redis
        elif what == "resign":
            daemon.do(daemon.state.resign(self.now))
            daemon.begin()
        elif what == "cut":
            daemon.cut(node) if node in daemon.up else daemon.join(node)
        else:
            self.switches[node].leader = ""
            self.newest[node] = 0
            for other in self.daemons:
                if node in other.up:
                    other.cut(node)
                    other.join(node)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_happens_one_leads_and_in_the_end_one_does(seed):
    rolls = random.Random(seed)
    exchange = Exchange(seed, rolls.choice((2, 2, 3)), rolls.choice((1, 1, 2, 3)))
    for daemon in exchange.daemons:
        for node in exchange.switches:
            daemon.join(node)
    for _ in range(1200):
        if exchange.random.random() < 0.02:
            exchange.trouble()
        exchange.step()
    for daemon in exchange.daemons:
        for node in exchange.switches:
            if node not in daemon.up:
                daemon.join(node)
    exchange.redis = True
    for _ in range(300):  # 15 s of peace, the last pause included
        exchange.step()
    leaders = [daemon for daemon in exchange.daemons if daemon.state.role == LEADER]
    assert len(leaders) == 1
    assert all(leaders[0].state.may_command(node, exchange.now) for node in exchange.switches)
    assert exchange.commands > 300
    others = [term for name, term in exchange.terms.items() if name != leaders[0].name]
    assert exchange.terms[leaders[0].name] == leaders[0].state.epoch > max(others, default=0)
