"""Two switches, and whatever happens on them in whatever order: each call has one end, and nobody is forgotten.

Callers come on both, phones move, a switch is emptied, returned, killed and started again, a link drops.
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from switchctl.contract import commands as c
from tests.policy import laws
from tests.policy.centre import Centre
from tests.policy.exchange import LEASES, REPLIES

NODES = ("n1", "n2")
NODE = st.sampled_from(NODES)
PHONES = {"amy": "1001", "bob": "1002", "cai": "1003"}
NOT_TAKEN = st.sampled_from(["NO_ANSWER", "USER_BUSY", "CALL_REJECTED", "NORMAL_TEMPORARY_FAILURE"])
ORDERS = [c.BecomeReady, c.BecomeReady, c.Answer, c.Reject, c.Hold, c.Resume, c.HangUp, c.FinishWrapUp,
          c.ExtendWrapUp, c.PlanPause]  # fmt: skip

FEW = 40
HISTORIES = int(os.environ.get("PROOF_HISTORIES", FEW))


class TwoNodes(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.centre = Centre(nodes=NODES)
        self.callers = 0
        self.centre.after_each = lambda: laws.always(self.centre)
        self.centre.exchanges["n2"].register("1001")
        self.centre.exchanges["n1"].register("1002")
        self.centre.drain()
        self.centre.ready("amy", "bob")
        self.centre.order(c.SignIn, "cai")

    @initialize(callers=st.integers(0, 3), answered=st.integers(0, 2))
    def a_morning_has_passed(self, callers: int, answered: int) -> None:
        for number in range(callers):
            self.somebody_waits(NODES[number % 2])
        for node, leg in self._ringing()[:answered]:
            self.centre.exchanges[node].answer(leg)
            self.centre.drain()

    # --- people -------------------------------------------------------------------------------------------------

    @rule(node=NODE)
    def somebody_calls(self, node: str) -> None:
        exchange = self.centre.exchanges[node]
        if exchange.alive and not exchange.paused:
            self.callers += 1
            exchange.ring_in(f"caller-{self.callers}", "15401400001", "4001")

    @rule(node=NODE)
    def somebody_waits(self, node: str) -> None:
        exchange = self.centre.exchanges[node]
        if exchange.alive and exchange.linked and not exchange.paused:
            self.callers += 1
            exchange.ring_in(f"caller-{self.callers}", "15401400001", "4001")
            self.centre.drain()
            if exchange.legs[f"caller-{self.callers}"].playing:
                exchange.finish(f"caller-{self.callers}")
                self.centre.drain()

    @precondition(lambda self: self._callers())
    @rule(data=st.data())
    def a_caller_hangs_up(self, data: st.DataObject) -> None:
        node, leg = data.draw(st.sampled_from(self._callers()))
        self.centre.exchanges[node].hang_up(leg)

    @precondition(lambda self: self._ringing())
    @rule(data=st.data())
    def a_phone_is_picked_up(self, data: st.DataObject) -> None:
        node, leg = data.draw(st.sampled_from(self._ringing()))
        self.centre.exchanges[node].answer(leg)

    @precondition(lambda self: self._ringing())
    @rule(data=st.data(), cause=NOT_TAKEN)
    def a_phone_does_not_take_it(self, data: st.DataObject, cause: str) -> None:
        node, leg = data.draw(st.sampled_from(self._ringing()))
        self.centre.exchanges[node].refuse(leg, cause)

    @precondition(lambda self: self._talking())
    @rule(data=st.data())
    def an_agent_hangs_up(self, data: st.DataObject) -> None:
        node, leg = data.draw(st.sampled_from(self._talking()))
        self.centre.exchanges[node].hang_up(leg)

    @precondition(lambda self: self._talking())
    @rule(data=st.data(), on=st.booleans())
    def an_agent_presses_hold(self, data: st.DataObject, on: bool) -> None:
        node, leg = data.draw(st.sampled_from(self._talking()))
        self.centre.exchanges[node].hold_key(leg, on)

    @rule(agent=st.sampled_from(sorted(PHONES)), kind=st.sampled_from(ORDERS))
    def an_agent_orders(self, agent: str, kind: type[c.Command]) -> None:
        self.centre.order(kind, agent)

    @rule(agent=st.sampled_from(sorted(PHONES)))
    def an_agent_plans_a_pause(self, agent: str) -> None:
        self.centre.order(c.PlanPause, agent, reason="tea")

    @rule(agent=st.sampled_from(sorted(PHONES)), number=st.sampled_from(["13800001111", "1002"]))
    def an_agent_dials(self, agent: str, number: str) -> None:
        self.centre.order(c.Dial, agent, number=number)

    @rule(agent=st.sampled_from(sorted(PHONES)), node=NODE, comes=st.booleans())
    def a_phone_comes_or_goes(self, agent: str, node: str, comes: bool) -> None:
        exchange, phone = self.centre.exchanges[node], PHONES[agent]
        if exchange.alive and comes and not exchange.paused:
            exchange.register(phone)
        elif exchange.alive and phone in exchange.phones:
            exchange.unregister(phone)

    # --- words and time -----------------------------------------------------------------------------------------

    @precondition(lambda self: self._lines())
    @rule(data=st.data())
    def a_word_comes(self, data: st.DataObject) -> None:
        node, line = data.draw(st.sampled_from(self._lines()))
        self.centre.deliver(line, node=node)

    @precondition(lambda self: self._lines(events=True))
    @rule(data=st.data(), twice=st.booleans())
    def an_event_is_lost_or_comes_twice(self, data: st.DataObject, twice: bool) -> None:
        node, line = data.draw(st.sampled_from(self._lines(events=True)))
        if twice:
            self.centre.deliver(line, again=True, node=node)
        else:
            self.centre.lose(line, node=node)

    @rule()
    def all_words_come(self) -> None:
        self.centre.drain()

    @rule(seconds=st.sampled_from([0.3, 1, 3, 10, 30, 61]), drain=st.booleans())
    def time_passes(self, seconds: float, drain: bool) -> None:
        self.centre.drain() if drain else self.centre.drain_replies()
        self.centre.wait(seconds, drain)

    # --- switches -----------------------------------------------------------------------------------------------

    @rule(node=NODE, force=st.booleans())
    def a_switch_is_drained(self, node: str, force: bool) -> None:
        self.centre.order_node(c.DrainNode, node, force=force)

    @rule(node=NODE)
    def a_switch_is_returned(self, node: str) -> None:
        self.centre.order_node(c.ReturnNode, node)

    @rule(node=NODE)
    def a_switch_dies(self, node: str) -> None:
        if self.centre.exchanges[node].alive:
            self.centre.crash(node)

    @rule(node=NODE)
    def a_switch_is_started(self, node: str) -> None:
        exchange = self.centre.exchanges[node]
        if not exchange.alive:
            exchange.begin_again()
            self.centre.connect(node)

    @rule(node=NODE)
    def the_links_drop_or_come_back(self, node: str) -> None:
        exchange = self.centre.exchanges[node]
        if exchange.alive and exchange.linked:
            self.centre.cut(node)
        elif exchange.alive:
            self.centre.connect(node)

    @rule(seconds=st.sampled_from([0, 2, 8]))
    def the_daemon_is_restarted(self, seconds: float) -> None:
        self.centre.die()
        self.centre.start()
        self.centre.drain()
        self.centre.wait(seconds)

    # --- the end ------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        centre = self.centre
        for node, exchange in centre.exchanges.items():
            if not exchange.alive:
                exchange.begin_again()
                centre.connect(node)
            elif not exchange.linked:
                centre.connect(node)
        centre.drain()
        for node, leg in self._callers():
            centre.exchanges[node].hang_up(leg)
            centre.drain()
        centre.wait(30)
        centre.wait(180)
        for exchange in centre.exchanges.values():
            assert not exchange.legs, "a leg was left alone"
            assert exchange.paused == (centre.brain.world.nodes[exchange.name].state != "serving")
        assert centre.view.nodes.items() <= {n.name: n.state for n in centre.brain.world.nodes.values()}.items()
        laws.at_the_end(centre)

    # --- who is there -------------------------------------------------------------------------------------------

    def _legs(self) -> list:
        """Legs at whose far ends people are: not the ones between two switches."""
        every = [(name, leg) for name, exchange in self.centre.exchanges.items() for leg in exchange.legs.values()]
        between = {leg.far[1] for _, leg in every if leg.context == "relay" and leg.far}
        return [(name, leg) for name, leg in every if leg.uuid not in between and not leg.uuid.startswith("in-")]

    def _callers(self) -> list[tuple[str, str]]:
        return [(name, leg.uuid) for name, leg in self._legs() if leg.caller]

    def _ringing(self) -> list[tuple[str, str]]:
        return [(name, leg.uuid) for name, leg in self._legs() if leg.direction == "outbound" and not leg.up]

    def _talking(self) -> list[tuple[str, str]]:
        return [(name, leg.uuid) for name, leg in self._legs() if not leg.caller and leg.up]

    def _lines(self, events: bool = False) -> list[tuple[str, str]]:
        return sorted(
            (name, line)
            for name, exchange in self.centre.exchanges.items()
            for line in exchange.said
            if not events or line not in (REPLIES, LEASES)
        )


TestTwoNodes = TwoNodes.TestCase
TestTwoNodes.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=40,
    # To make a failing history short takes minutes.
    phases=(Phase.explicit, Phase.generate) if HISTORIES == FEW else tuple(Phase),
    deadline=None,
    derandomize=HISTORIES == FEW,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
