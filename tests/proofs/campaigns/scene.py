"""Where a story plays: agents, customers and a campaign of its own, in a centre that it shares with the others."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from tests.freeswitch.until import until
from tests.proofs.campaigns.books import legs_read
from tests.proofs.campaigns.centre import Centre

PATIENCE_S = 120


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
        from crm import switch

        for agent in agents:
            for kind in ("SignIn", "BecomeReady"):
                switch.command_send(agent, kind)
            until(lambda agent=agent: self.state(agent) == "ready", f"{agent} to be ready", PATIENCE_S)

    def state(self, agent: Any) -> str:
        from crm.live.state import live_state

        found = live_state().view.agents.get(agent.username)
        return found.state if found else "offline"

    def phone(self, agent: Any) -> Any:
        return self.real.agents.phones[agent.extension]

    # --- what came of it -----------------------------------------------------------------------------------------

    def attempt(self, number: str) -> Any:
        """The one to this number, when it is over."""
        from crm.campaigns.models import Attempt

        over = Attempt.objects.filter(number=number, state__in=("ended", "returned"))
        return until(over.first, f"the attempt to {number} to be over", PATIENCE_S)

    def ended(self, number: str, outcome: str) -> Any:
        """It was called once; attempt, evidence, the call's record, the switch's own and the carrier agree."""
        from crm.calls.models import CallDetail, CallRecord
        from crm.campaigns.models import Evidence

        attempt = self.attempt(number)
        assert (attempt.state, attempt.outcome) == ("ended", outcome), (attempt.state, attempt.outcome, attempt.cause)
        legs = [(leg.uuid, leg.beside != "-") for leg in legs_read(self.centre.dialled) if leg.number == number]
        assert legs == [(attempt.pk, True)]
        kinds = Evidence.objects.filter(attempt=attempt.pk).order_by("seq").values_list("kind", flat=True)
        assert [kind for kind in kinds if kind != "verdict"] in (
            ["allowed", "dialled", "ended"], ["allowed", "allowed", "dialled", "ended"],
        ), list(kinds)  # fmt: skip
        until(lambda: CallDetail.objects.filter(call_id=attempt.pk).exists(), "the switch's own record", PATIENCE_S)
        record, own = CallRecord.objects.get(pk=attempt.pk), CallDetail.objects.get(call_id=attempt.pk)
        said = (record.outcome, record.hangup_cause, own.hangup_cause)
        assert said == (outcome, own.hangup_cause, own.hangup_cause), said
        assert set(record.told_by) == {"cdr", "esl"} and record.final
        party = self.call(number)
        assert abs(record.ended_at - party.over) < timedelta(seconds=2)
        assert bool(record.talk_started_at) == bool(own.answered_at) == (outcome == "answered")
        return attempt

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
