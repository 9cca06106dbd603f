"""Where a story plays: agents, customers and a campaign of its own, in a centre that it shares with the others."""

import contextlib
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from switchctl.contract import refusals
from tests.freeswitch.until import until
from tests.proofs.campaigns.books import legs_read
from tests.proofs.campaigns.centre import Centre

PATIENCE_S = 1200
"""A ceiling, for a machine that does much else; what comes is not waited for any longer."""
PATIENCE_ASKED = (refusals.SWITCH_AWAY, refusals.NO_OPEN_SWITCH, refusals.TOO_LATE)
CLOCKS = timedelta(seconds=1)
"""How far the switch's clock, which counts by itself, may lie beside ours."""


def tried(work: Callable[[], Any]) -> Any:
    """Asked again for as long as the daemon says nothing of itself: on a busy machine that may be seconds."""
    from crm.switch import SwitchAway

    def answer() -> Any:
        with contextlib.suppress(SwitchAway):
            return (work(),)

    return until(answer, "the daemon to be there", PATIENCE_S)[0]


class Scene:
    """One story's part of the centre. ``fits`` gives numbers that nobody else has."""

    def __init__(self, centre: Centre, name: str, agents: list[Any], manager: Any, place: int) -> None:
        assert centre.real is not None
        self.centre, self.real, self.name, self.manager, self.place = centre, centre.real, name, manager, place
        self.agents = agents
        self._numbers = 0

    # --- what there is -------------------------------------------------------------------------------------------

    def number(self, behave: str = "") -> str:
        """Of a customer who is in the centre; ``behave`` as of ``Phone``, without: as the number says."""
        from crm.customers.models import Customer, CustomerNumber

        self._numbers += 1
        number = f"+86138{self.place:04}{self._numbers:04}"
        customer = Customer.objects.create(name=f"{self.name} {self._numbers}")
        CustomerNumber.objects.create(customer=customer, number=number)
        self.real.customers.subscriber(number, behave or "answer")
        return number

    def customer(self, number: str) -> int:
        from crm.customers.models import CustomerNumber

        return CustomerNumber.objects.get(number=number).customer_id

    def call(self, number: str) -> Any:
        """The newest one to that number, as the carrier has it."""
        return until(lambda: self.real.customers.phones[number].calls, f"{number} to be called", PATIENCE_S)[-1]

    def invites(self, *numbers: str) -> list[int]:
        """How often each was called."""
        return [len(self.real.customers.phones[number].calls) for number in numbers]

    def campaign(self, mode: str, *numbers: str, **fields: Any) -> Any:
        """It runs, and these are its leads, in this order."""
        from crm.accounts.models import SkillGroup
        from crm.campaigns.models import Lead
        from crm.campaigns.running.services import campaign_make, campaign_start, fill_ask
        from tests.proofs.campaigns.rows import ALWAYS, now

        group = SkillGroup.objects.get(name=self.name)
        fields = {"hours": ALWAYS, "holidays": False, "ring_s": 15, **fields}
        made = campaign_make(
            user=self.manager, fields={**fields, "mode": mode, "skill_group": group, "name": self.name}
        )
        if numbers:
            fill_ask(user=self.manager, campaign=made, customers=[self.customer(number) for number in numbers])
            filled = Lead.objects.filter(campaign=made)
            until(lambda: filled.count() == len(numbers), "the campaign to be filled", PATIENCE_S)
        campaign_start(user=self.manager, campaign_id=made.pk, at=now())
        return made

    def ready(self, *agents: Any) -> None:
        """They sign in and take calls. Whether one ever was ready counts: a lead may have been waiting for her, and she
        dials it at once."""
        from crm.calls.models import AgentStateInterval

        for agent in agents:
            states = AgentStateInterval.objects.filter(agent=agent.username)
            self._ordered(agent, "SignIn", states.exclude(state="offline").exists)
            self._ordered(agent, "BecomeReady", states.filter(state="ready").exists)

    def _ordered(self, agent: Any, kind: str, done: Callable[[], bool]) -> None:
        """A busy machine may carry a command to the daemon when its time is over: then it is given again."""
        from crm import switch
        from crm.calls.models import Fact

        refusals = Fact.objects.filter(kind="CommandRefused")
        refused = True
        while refused:
            order = tried(lambda: switch.command_send(agent, kind))
            late = refusals.filter(payload__command_id=order)
            refused = until(lambda late=late: done() or late.exists(), f"{kind} of {agent}", PATIENCE_S) and not done()

    def dialled(self, order: Callable[[], str]) -> str:
        """Gives an order to dial, whose id is the call's, until one is begun; that one's id. A daemon that has not
        heard of its switch for two seconds, as happens on a busy machine, asks for patience and dials nobody."""
        from crm.calls.models import Fact

        while True:
            call_id = tried(order)
            begun = Fact.objects.filter(kind="DialStarted", call_id=call_id)
            refused = Fact.objects.filter(kind="CommandRefused", payload__command_id=call_id)
            until(lambda b=begun, r=refused: b.exists() or r.exists(), "an answer to an order to dial", PATIENCE_S)
            if begun.exists():
                return call_id
            why = refused.get().payload["reason"]
            assert why in PATIENCE_ASKED, why

    def state(self, agent: Any) -> str:
        from crm.live.state import live_state

        found = live_state().view.agents.get(agent.username)
        return found.state if found else "offline"

    def phone(self, agent: Any) -> Any:
        return self.real.agents.phones[agent.extension]

    # --- what came of it -----------------------------------------------------------------------------------------

    def attempt(self, number: str) -> Any:
        """The one to this number, when it is over. One that came to nothing because a busy machine was late was
        none: its lead is handed over again."""
        from crm.campaigns.models import Attempt

        over = Attempt.objects.filter(number=number, state__in=("ended", "returned")).exclude(outcome="expired")
        over = over.exclude(outcome="refused", cause__in=("switch_away", "no_open_switch", "too_late"))
        return until(over.first, f"the attempt to {number} to be over", PATIENCE_S)

    def ended(self, number: str, outcome: str) -> Any:
        """It was called once; attempt, evidence, the call's record, the switch's own and the carrier agree."""
        from crm.calls.models import CallDetail, CallRecord
        from crm.campaigns.models import Evidence

        attempt = self.attempt(number)
        assert (attempt.state, attempt.outcome) == ("ended", outcome), (attempt.state, attempt.outcome, attempt.cause)
        legs = [(leg.uuid, leg.beside != "-") for leg in legs_read(self.centre.dialled) if leg.number == number]
        assert legs == [(attempt.pk, True)]
        steps = Evidence.objects.filter(attempt=attempt.pk).exclude(kind="verdict").order_by("seq")
        until(steps.filter(kind="recorded").exists, "the evidence of what the switch recorded", PATIENCE_S)
        kinds = list(steps.values_list("kind", flat=True))
        assert kinds[-4:] == ["allowed", "dialled", "ended", "recorded"], kinds
        assert kinds[:-4] in ([], ["allowed"]), "shown before it was handed over"
        whole = CallRecord.objects.filter(pk=attempt.pk, final=True, told_by=["cdr", "esl"])
        record = until(whole.first, "the call's record to be whole", PATIENCE_S)
        own = CallDetail.objects.get(call_id=attempt.pk)
        said = (record.outcome, record.hangup_cause, own.hangup_cause)
        assert said == (outcome, own.hangup_cause, own.hangup_cause), said
        self._ended_there(self.call(number), record.ended_at)
        assert bool(record.talk_started_at) == bool(own.answered_at) == (outcome == "answered")
        return attempt

    def _ended_there(self, party: Any, at: Any) -> None:
        """Whoever ends a call knows it first; how much later the other does is a matter of the machine."""
        if party.ended_by == "us":
            assert at > party.over - CLOCKS, (at, party.over)
        else:
            assert at < party.over + CLOCKS, (at, party.over)

    def not_called(self, number: str, why: Collection[str]) -> Any:
        """The attempt was given back, and the carrier heard nothing of it."""
        attempt = self.attempt(number)
        assert attempt.state == "returned" and attempt.outcome in why, (attempt.state, attempt.outcome, attempt.cause)
        assert self.invites(number) == [0] and attempt.dialled_at is None
        return attempt

    def talks(self, number: str, agent: Any) -> None:
        """The two hear each other and nobody else."""
        call = self.call(number)
        until(lambda: call.state == "answered" and self.phone(agent).in_state("answered"), "both to be up", PATIENCE_S)
        hers = self.phone(agent).call
        until(lambda: call.media.heard() == {hers.media.mark}, "the customer to hear the agent", PATIENCE_S)
        until(lambda: hers.media.heard() == {call.media.mark}, "the agent to hear the customer", PATIENCE_S)

    def hangs_up(self, party: Any) -> None:
        agents, customers = self.real.agents, self.real.customers
        (agents if party.user in agents.phones else customers).do(party.hang_up)
