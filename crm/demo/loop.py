"""The simulated agents at work, through the same door as persons."""

import logging
import random
import threading
import time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, connection

from crm.accounts.models import User
from crm.calls.services import wrapup_save
from crm.campaigns.models import Attempt, CampaignDisposition
from crm.demo.centre import PEOPLE, PLAYED
from crm.demo.staff import Action, Worker
from crm.live.state import live_state
from crm.switch import CommandWrong, SwitchAway, command_send, daemon_status

log = logging.getLogger(__name__)
TICK_S = 0.5


class Staff:
    """All agents of the demonstration whom no person plays."""

    def __init__(self, seed: int | None = None) -> None:
        logins = [person.login for person in PEOPLE if person.is_agent and person.login not in PLAYED]
        self.dice = random.Random(seed)
        self.workers = [Worker(login, random.Random(None if seed is None else f"{seed}{login}")) for login in logins]

    def run(self, stop: threading.Event) -> None:
        """Until ``stop`` is set. What is away (Redis, database, daemon) is waited for."""
        away = False
        while not stop.wait(TICK_S):
            try:
                self.tick(time.time())
                away = False
            except (SwitchAway, Error) as error:
                connection.close()
                if not away:
                    log.warning("nothing can be done at the moment: %s", error)
                away = True

    def tick(self, now: float) -> None:
        """Each looks at her state and does what is due."""
        if daemon_status() is None:
            return
        agents = live_state().view.agents
        due = [(worker, worker.next(agents.get(worker.login), now)) for worker in self.workers]
        due = [(worker, action) for worker, action in due if action]
        if not due:
            return
        users = {user.username: user for user in User.objects.filter(username__in=[w.login for w, _ in due])}
        for worker, action in due:
            if worker.login in users:
                self._do(users[worker.login], action)

    def _do(self, user: User, action: Action) -> None:
        if action.disposition and action.call_id:
            disposition = self._of_campaign(action.call_id) or action.disposition
            try:
                wrapup_save(call_id=action.call_id, agent=user, disposition=disposition)
            except (PermissionDenied, ValidationError) as error:
                log.info("%s could not note her call %s: %s", user.username, action.call_id, error)
        try:
            command_send(user, action.command, **({"reason": action.reason} if action.reason else {}))
        except CommandWrong as error:
            log.error("%s: %s", user.username, error)

    def _of_campaign(self, call_id: str) -> str:
        """One that the campaign of the call offers, "" when it is of none."""
        attempt = Attempt.objects.filter(pk=call_id, campaign__isnull=False).first()
        if attempt is None:
            return ""
        offered = CampaignDisposition.objects.filter(campaign=attempt.campaign_id).order_by("pk")
        codes = list(offered.values_list("disposition__code", flat=True))
        return self.dice.choice(codes) if codes else ""
