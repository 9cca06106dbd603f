"""Whatever happens, in whatever order it is heard: each call has one end, and nobody is forgotten.

Callers, agents, links and the daemon itself do as they like. Events come late, twice, out of order across channels,
or not at all. After each input the laws of ``laws.always`` hold; when the last caller has hung up and two listings
have come, those of ``laws.at_the_end``.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec import structs

from switchctl.contract import commands as c
from switchctl.contract.directory import Campaign, Trunk
from switchctl.contract.numberlists import Entry
from switchctl.model import effects as do
from tests.policy import laws
from tests.policy.centre import SECOND, Centre, directory
from tests.policy.exchange import LEASES, REPLIES
from tests.policy.laws import UNWANTED

AGENTS = st.sampled_from(["amy", "bob", "cai"])
NOT_TAKEN = st.sampled_from(["NO_ANSWER", "USER_BUSY", "CALL_REJECTED", "NORMAL_TEMPORARY_FAILURE"])
ORDERS = [c.BecomeReady, c.BecomeReady, c.Answer, c.Answer, c.Reject, c.Hold, c.Resume, c.HangUp, c.FinishWrapUp,
          c.ExtendWrapUp, c.Mute, c.SwapConsult, c.CompleteTransfer, c.CancelConsult, c.JoinAll,
          c.Park, c.PickUpCall]  # fmt: skip
TARGETS = st.sampled_from([("agent", "bob"), ("agent", "cai"), ("queue", "support"), ("number", "13900002222")])

SUPERVISION = [(c.Watch, {}), (c.Watch, {"mode": "barge"}), (c.EndWatch, {}), (c.TakeOver, {}), (c.TakeOver, {}),
               (c.SignOut, {"force": True}), (c.HangUp, {}), (c.Redirect, {"what": "agent", "to": "cai"}),
               (c.Redirect, {"what": "queue", "to": "support"}), (c.Redirect, {"what": "number", "to": "13900002222"})]
# fmt: skip
CAMPAIGNS = structs.replace(
    directory(), campaigns=(
        Campaign(id="spring", members=("amy", "bob"), blending=True, keep_ready=0, priority=1),
        Campaign(id="autumn", members=("amy", "cai"), blending=True, keep_ready=1, lines=1),
    ),
    trunks=(Trunk(gateway="carrier"), Trunk(gateway="backup")),
)  # fmt: skip
FEW = 75
HISTORIES = int(os.environ.get("PROOF_HISTORIES", FEW))


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.centre = Centre(CAMPAIGNS)
        self.callers = self.leads = 0
        self.alive = True
        self.centre.after_each = self.laws_hold
        self.centre.list_numbers(Entry(1, "black", "both", "number", "+86" + UNWANTED))
        self.centre.ready("amy", "bob")
        self.centre.order(c.SignIn, "cai")

    def laws_hold(self) -> None:
        laws.always(self.centre)
        laws.leads_are_dialled_once_in_time_and_for_who_is_there(self.centre)

    @initialize(callers=st.integers(0, 3), answered=st.integers(0, 2), leads=st.integers(0, 4))
    def a_morning_has_passed(self, callers: int, answered: int, leads: int) -> None:
        """Histories begin in the middle of things, or most of them would end before they get there."""
        for _ in range(leads):
            self.the_crm_fills_a_hopper("spring", 60, False, "", False)
        for _ in range(callers):
            self.somebody_waits()
        for leg in self._ringing()[:answered]:
            self.centre.exchange.answer(leg)
            self.centre.drain()

    # --- people -------------------------------------------------------------------------------------------------

    @rule(dialled=st.sampled_from(["4001", "4001", "4001", "4999"]))
    def somebody_calls(self, dialled: str) -> None:
        self.callers += 1
        self.centre.exchange.ring_in(f"caller-{self.callers}", "15401400001", dialled)

    @rule()
    def somebody_unwanted_calls(self) -> None:
        self.callers += 1
        self.centre.exchange.ring_in(f"caller-{self.callers}", UNWANTED, "4001")

    @precondition(lambda self: self.alive and self.centre.exchange.linked)
    @rule()
    def somebody_waits(self) -> None:
        self.callers += 1
        self.centre.waiting(f"caller-{self.callers}")

    @precondition(lambda self: self._callers())
    @rule(data=st.data())
    def a_caller_hangs_up(self, data: st.DataObject) -> None:
        self.centre.exchange.hang_up(data.draw(st.sampled_from(self._callers())))

    @precondition(lambda self: self._callers())
    @rule(data=st.data(), key=st.sampled_from("1*#D"))
    def a_caller_presses_a_key(self, data: st.DataObject, key: str) -> None:
        self.centre.exchange.press(data.draw(st.sampled_from(self._callers())), key)

    @precondition(lambda self: self._playing())
    @rule(data=st.data())
    def a_prompt_ends(self, data: st.DataObject) -> None:
        self.centre.exchange.finish(data.draw(st.sampled_from(self._playing())))

    @precondition(lambda self: self._ringing())
    @rule(data=st.data())
    def a_phone_is_picked_up(self, data: st.DataObject) -> None:
        self.centre.exchange.answer(data.draw(st.sampled_from(self._ringing())))

    @precondition(lambda self: self._ringing())
    @rule(data=st.data(), cause=NOT_TAKEN)
    def a_phone_does_not_take_it(self, data: st.DataObject, cause: str) -> None:
        self.centre.exchange.refuse(data.draw(st.sampled_from(self._ringing())), cause)

    @precondition(lambda self: self._agents_legs())
    @rule(data=st.data())
    def an_agent_hangs_up(self, data: st.DataObject) -> None:
        self.centre.exchange.hang_up(data.draw(st.sampled_from(self._agents_legs())))

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS, kind=st.sampled_from(ORDERS))
    def an_agent_orders(self, agent: str, kind: type[c.Command]) -> None:
        self.centre.order(kind, agent)

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS, by=AGENTS, order=st.sampled_from(SUPERVISION))
    def a_supervisor_orders(self, agent: str, by: str, order: tuple[type[c.Command], dict[str, object]]) -> None:
        kind, fields = order
        self.centre.order(kind, agent, by=by, **fields)

    @precondition(lambda self: self._spies())
    @rule(data=st.data(), key=st.sampled_from("0123*"))
    def a_supervisor_presses_a_key(self, data: st.DataObject, key: str) -> None:
        self.centre.exchange.press(data.draw(st.sampled_from(self._spies())), key)

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS, whom=TARGETS)
    def an_agent_passes_her_customer_on(self, agent: str, whom: tuple[str, str]) -> None:
        self.centre.order(c.Transfer, agent, what=whom[0], to=whom[1])

    @precondition(lambda self: self.alive and any(call.parked_until for call in self.centre.view.calls.values()))
    @rule(agent=AGENTS, slot=st.sampled_from(["01", "02"]))
    def an_agent_takes_a_parked_customer(self, agent: str, slot: str) -> None:
        self.centre.order(c.Retrieve, agent, slot=slot)

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS, whom=TARGETS)
    def an_agent_asks_somebody(self, agent: str, whom: tuple[str, str]) -> None:
        if whom[0] != "queue":
            self.centre.order(c.Consult, agent, what=whom[0], to=whom[1])

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS, number=st.sampled_from(["13800001111", "13800002222", "1002", UNWANTED]))
    def an_agent_dials(self, agent: str, number: str) -> None:
        self.centre.order(c.Dial, agent, number=number)
        assert not [wish for wish in self.centre.wishes(do.Dial) if wish.number.endswith(UNWANTED)]

    @rule(campaign=st.sampled_from(["spring", "autumn"]), seconds=st.sampled_from([1, 1, 5, 60]), hours=st.booleans(),
          agent=st.sampled_from(["", "", "amy"]), unwanted=st.booleans())  # fmt: skip
    def the_crm_fills_a_hopper(self, campaign: str, seconds: int, hours: bool, agent: str, unwanted: bool) -> None:
        self.leads += 1
        over = self.centre.now + seconds * SECOND
        self.centre.lead(
            f"lead-{self.leads}", campaign, "+86" + UNWANTED if unwanted else f"+8613800{self.leads:06d}",
            expires=self.centre.now + 60 * SECOND if hours else over, until=over if hours else 0, agent=agent,
        )  # fmt: skip

    @precondition(lambda self: self.leads)
    @rule(data=st.data(), campaign=st.sampled_from(["spring", "autumn"]))
    def a_lead_comes_a_second_time(self, data: st.DataObject, campaign: str) -> None:
        """Redis came back as it was some time ago."""
        name = f"lead-{data.draw(st.integers(1, self.leads))}"
        self.centre.lead(name, campaign)

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), agent=AGENTS, late=st.booleans())
    def the_crm_has_a_lead_dialled(self, data: st.DataObject, agent: str, late: bool) -> None:
        name = f"lead-{data.draw(st.integers(1, self.leads + 1))}"
        self.leads += name == f"lead-{self.leads + 1}"
        deadline = self.centre.now + (-1 if late else 5 * SECOND)
        lead = c.DialLead(id=name, agent=agent, deadline=deadline, number="+8613800003333", campaign="spring")
        self.centre.take(self.centre.brain.command(lead, self.centre.now))

    @precondition(lambda self: self.alive and self.centre.asked)
    @rule(away=st.booleans())
    def a_hopper_answers(self, away: bool) -> None:
        self.centre.hopper_answers(away)

    @precondition(lambda self: self.alive)
    @rule()
    def it_is_settled(self) -> None:
        self.centre.take(self.centre.brain.settle(self.centre.now))

    @precondition(lambda self: self._customers_ringing())
    @rule(data=st.data())
    def the_network_says_something(self, data: st.DataObject) -> None:
        self.centre.exchange.early_media(data.draw(st.sampled_from(self._customers_ringing())))

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS)
    def an_agent_pauses(self, agent: str) -> None:
        self.centre.order(c.Pause, agent, reason="tea")

    @precondition(lambda self: self.alive)
    @rule(agent=AGENTS, reason=st.sampled_from(["tea", "lunch", ""]))
    def an_agent_plans_a_pause(self, agent: str, reason: str) -> None:
        self.centre.order(c.PlanPause, agent, reason=reason)

    @rule(extension=st.sampled_from(["1001", "1002"]))
    def a_phone_comes_or_goes(self, extension: str) -> None:
        self.centre.exchange.unregistered ^= {extension}

    @rule()
    def the_switch_is_busy_or_catches_up(self) -> None:
        self.centre.exchange.busy ^= True
        if not self.centre.exchange.busy:
            self.centre.exchange.catch_up()

    @precondition(lambda self: self.alive)
    @rule(queue=st.sampled_from(["support", "support", "sales", ""]), campaigns=st.booleans())
    def the_directory_is_another(self, queue: str, campaigns: bool) -> None:
        layout = directory(**{queue or "support": (("amy", 1), ("bob", 1), ("cai", 1))})
        if campaigns:
            layout = structs.replace(layout, campaigns=CAMPAIGNS.campaigns, trunks=CAMPAIGNS.trunks)
        self.centre.reconfigure(layout if queue else structs.replace(layout, queues=(), routes=()))

    # --- words --------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.alive and self.centre.exchange.said)
    @rule(data=st.data())
    def a_word_comes(self, data: st.DataObject) -> None:
        self.centre.deliver(data.draw(st.sampled_from(sorted(self.centre.exchange.said))))

    @precondition(lambda self: self._events())
    @rule(data=st.data())
    def an_event_comes_twice(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(self._events()))
        self.centre.deliver(line, again=True)
        if line in self.centre.exchange.said:
            self.centre.deliver(line)

    @precondition(lambda self: self._events())
    @rule(data=st.data())
    def an_event_is_lost(self, data: st.DataObject) -> None:
        self.centre.lose(data.draw(st.sampled_from(self._events())))

    @precondition(lambda self: self.alive)
    @rule()
    def all_words_come(self) -> None:
        self.centre.drain()

    # --- time and faults ----------------------------------------------------------------------------------------

    @precondition(lambda self: self.alive)
    @rule(seconds=st.sampled_from([0.3, 1, 3, 10, 30]), drain=st.booleans())
    def time_passes(self, seconds: float, drain: bool) -> None:
        self.centre.drain() if drain else self.centre.drain_replies()
        self.centre.wait(seconds, drain)

    @precondition(lambda self: self.alive and self.centre.exchange.linked)
    @rule()
    def the_links_drop(self) -> None:
        self.centre.cut()

    @precondition(lambda self: self.alive and not self.centre.exchange.linked)
    @rule()
    def the_links_come_back(self) -> None:
        self.centre.connect()

    @precondition(lambda self: self.alive and self.centre.exchange.linked)
    @rule(data=st.data())
    def the_links_drop_as_a_phone_is_picked_up(self, data: st.DataObject) -> None:
        for leg in self._ringing()[:1]:
            self.centre.exchange.answer(leg)
        if data.draw(st.booleans()):
            self.centre.drain()
        self.centre.cut()
        if data.draw(st.booleans()):
            self.centre.wait(3)
        self.centre.connect()

    @rule()
    def the_switch_crashes(self) -> None:
        self.centre.exchange.crash()
        if self.alive:
            self.centre.cut()

    @precondition(lambda self: self.alive)
    @rule()
    def the_daemon_is_killed(self) -> None:
        self.alive = False
        self.centre.die()

    @precondition(lambda self: self.alive)
    @rule(seconds=st.sampled_from([0, 2, 8]))
    def the_daemon_is_restarted(self, seconds: float) -> None:
        self.centre.die()
        self.centre.start()
        self.centre.drain()
        self.centre.wait(seconds)

    @precondition(lambda self: not self.alive)
    @rule()
    def the_daemon_starts(self) -> None:
        self.alive = True
        self.centre.start()

    @precondition(lambda self: not self.alive and self._in_fail_safe() and self._available())
    @rule(data=st.data())
    def the_fail_safe_finds_an_agent(self, data: st.DataObject) -> None:
        self.callers += 1
        caller, agent = data.draw(st.sampled_from(self._in_fail_safe())), data.draw(st.sampled_from(self._available()))
        self.centre.exchange.fail_safe(caller, agent, f"fail-safe-{self.callers}")

    # --- the end ------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        centre = self.centre
        centre.hoppers.clear()
        centre.exchange.busy = False
        centre.exchange.catch_up()
        if not self.alive:
            centre.start()
        elif not centre.exchange.linked:
            centre.connect()
        centre.drain()
        for leg in self._callers():
            centre.exchange.hang_up(leg)
            centre.drain()
        centre.wait(7)
        centre.wait(180)
        assert not centre.exchange.legs, "a leg was left alone"
        laws.at_the_end(centre)

    # --- who is there -------------------------------------------------------------------------------------------

    def _legs(self) -> list:
        return list(self.centre.exchange.legs.values())

    def _callers(self) -> list[str]:
        return [leg.uuid for leg in self._legs() if leg.caller]

    def _agents_legs(self) -> list[str]:
        return [leg.uuid for leg in self._legs() if not leg.caller and leg.up]

    def _spies(self) -> list[str]:
        return [leg.uuid for leg in self.centre.exchange.legs.values() if leg.spies and leg.up]

    def _ringing(self) -> list[str]:
        return [leg.uuid for leg in self._legs() if leg.direction == "outbound" and not leg.up]

    def _customers_ringing(self) -> list[str]:
        return [leg.uuid for leg in self._legs() if leg.dialled_by and not leg.up and not leg.partner]

    def _playing(self) -> list[str]:
        return [leg.uuid for leg in self._legs() if leg.playing]

    def _available(self) -> list[str]:
        busy = {leg.agent for leg in self._legs()}
        status = {name.partition("@")[0]: row.get("status") for name, row in self.centre.exchange.callcenter.items()}
        return [name for name in status if name not in busy and (status[name] == "Available" or name == "1003")]

    def _in_fail_safe(self) -> list[str]:
        return [leg.uuid for leg in self._legs() if leg.stage == "failsafe" and not leg.partner]

    def _events(self) -> list[str]:
        return sorted(line for line in self.centre.exchange.said if line not in (REPLIES, LEASES)) if self.alive else []


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=40,
    deadline=None,
    derandomize=HISTORIES == FEW,  # the same histories for everybody; `make prove` hunts for new ones
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
