"""What people do while processes die: agents are there and say what came of calls, a manager pauses and puts numbers on
the list. Whatever a dead server refuses is tried again at the next step."""

import random
import time
import uuid
from datetime import datetime, timedelta

import django.db
import redis
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import close_old_connections, connection

from crm import bus
from crm.calls.services import wrapup_save
from crm.campaigns.models import Attempt, AttemptState, Campaign, Lead, LeadState
from crm.campaigns.running.services import campaign_pause, campaign_resume
from crm.live.state import live_state
from crm.numberlists.models import NumberList, Way
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from crm.switch import SwitchAway
from switchctl.contract import commands as c
from switchctl.contract.names import MAIN
from tests.proofs.campaigns.office import Office
from tests.proofs.campaigns.rows import People, now

AWAY = (django.db.Error, redis.RedisError, SwitchAway, ValidationError, PermissionDenied, OSError)
AT_WORK = ("ready", "offered", "dialling", "talking", "wrapup")
READY_EVERY_S, LISTED_EVERY_S, PAUSED_EVERY_S = 1.0, 3.0, 20.0


class Life:
    """``listed``: number → when it was on the list at the latest. ``pauses``: from when to when the campaign was
    paused for certain, both after the commit of the one and before that of the other."""

    def __init__(self, people: People, campaigns: dict[str, Campaign], chance: random.Random) -> None:
        self.people, self.campaigns, self.chance = people, campaigns, chance
        self.listed: dict[str, datetime] = {}
        self.pauses: list[tuple[int, datetime, datetime]] = []
        self.office = Office(people, campaigns, chance)
        self.leaves = False
        self._ready_at = self._listed_at = self._paused_at = 0.0
        self._paused: datetime | None = None

    def step(self) -> None:
        for part in (self._ready, self._say, self._list, self._pause, *self.office.parts):
            try:
                part()
            except AWAY:
                close_old_connections()
                if connection.connection is not None and not connection.is_usable():
                    connection.close()

    def leave(self) -> None:
        """From now on everything is said and nothing new is begun. Raises what a dead server raises."""
        self.leaves = self.office.leaves = True
        self.resume()
        self.office.hours()

    def resume(self) -> None:
        """If the campaign is paused, it is not any more. Raises what a dead server raises."""
        if self._paused is not None:
            before, campaign = now(), self.campaigns["always"]
            campaign_resume(user=self.people.manager, campaign_id=campaign.pk, at=before)
            self.pauses.append((campaign.pk, self._paused, before))
            self._paused = None

    def _ready(self) -> None:
        if time.monotonic() < self._ready_at + READY_EVERY_S:
            return
        self._ready_at = time.monotonic()
        states = {name: agent.state for name, agent in live_state().view.agents.items()}
        for agent in self.people.all:
            if states.get(agent.username, "offline") not in AT_WORK:
                self._order(c.SignIn, agent.username)
                self._order(c.BecomeReady, agent.username)

    def _order(self, kind: type[c.Command], agent: str) -> None:
        deadline = time.time_ns() // 1000 + 5_000_000
        command = kind(id=str(uuid.uuid4()), agent=agent, by=agent, deadline=deadline)
        bus.client().xadd(MAIN.commands, {"c": c.encode(command)}, maxlen=10_000, approximate=True)

    def _say(self) -> None:
        """Dispositions of those who were talked to; one in ten is never said while the rounds go on."""
        answered = Attempt.objects.filter(state=AttemptState.ENDED, outcome="answered", verdict="")
        for attempt in answered.select_related("agent")[:20]:
            if attempt.agent is not None and (self.leaves or int(attempt.pk[:2], 16) >= 25):
                said = "again" if self.chance.random() < 0.3 else "sold"
                wrapup_save(call_id=attempt.pk, agent=attempt.agent, disposition=said)

    def _list(self) -> None:
        """Somebody asks not to be called any more, whoever comes next."""
        if self.leaves or time.monotonic() < self._listed_at + LISTED_EVERY_S:
            return
        self._listed_at = time.monotonic()
        open_ones = Lead.objects.filter(state=LeadState.OPEN, campaign__in=self.campaigns.values(), due_at__lte=now())
        next_ones = open_ones.exclude(number__in=self.listed).order_by("-priority", "due_at", "pk")
        for number in next_ones.values_list("number", flat=True)[3:4]:
            fields = {"list": NumberList.NO_CALL, "way": Way.OUT, "reason": "asked", "evidence": "of the rounds"}
            entries_add(user=self.people.manager, lines=[(typed_number(number), fields)])
            self.listed.setdefault(number, now())

    def _pause(self) -> None:
        if self._paused is not None and (self.leaves or now() - self._paused > timedelta(seconds=2)):
            self.resume()
        elif self._paused is None and not self.leaves and time.monotonic() > self._paused_at + PAUSED_EVERY_S:
            self._paused_at = time.monotonic()
            campaign_pause(user=self.people.manager, campaign_id=self.campaigns["always"].pk, at=now())
            self._paused = now()
