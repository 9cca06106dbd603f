"""What campaigns do on a real switch, story by story and all at once: each with agents, customers and a campaign of its
own, in a whole centre. `python -m tests.proofs.campaigns.stories` says what went otherwise; 0: nothing.
"""

import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from ccsite.run.guard import Guard
from tests.freeswitch.switch import binary
from tests.freeswitch.until import holds, until
from tests.proofs.campaigns.__main__ import forget, rows_ready
from tests.proofs.campaigns.centre import Centre
from tests.proofs.campaigns.scene import PATIENCE_S, Scene

Story = Callable[[Scene], None]
STORIES: list[Story] = []


def story(tell: Story) -> Story:
    STORIES.append(tell)
    return tell


@story
def nobody_answers(scene: Scene) -> None:
    number = scene.number("ring")
    scene.campaign("progressive", number)
    scene.ready(*scene.agents)
    call = scene.call(number)
    attempt = scene.ended(number, "no_answer")
    # The switch counts the seconds of its clock, so the first of them may be a short one.
    assert attempt.ended_at - attempt.dialled_at > timedelta(seconds=attempt.campaign.ring_s - 1)
    assert call.status == 487 and attempt.lead.state == "open" and attempt.lead.attempts == 1
    until(lambda: scene.state(scene.agents[0]) == "ready", "the agent to be ready again", PATIENCE_S)


@story
def busy_refused_invalid(scene: Scene) -> None:
    manners = {"busy": "busy", "reject": "refused", "unknown": "invalid"}
    numbers = {scene.number(manner): outcome for manner, outcome in manners.items()}
    scene.campaign("progressive", *numbers)
    scene.ready(*scene.agents)
    for number, outcome in numbers.items():
        scene.ended(number, outcome)
    assert scene.attempt(list(numbers)[2]).lead.state == "closed", "an invalid number is not tried again"


@story
def callbacks_for_her_and_for_anybody(scene: Scene) -> None:
    from crm.campaigns.callbacks.services import callback_make
    from tests.proofs.campaigns.rows import now

    hers, anybodys = scene.number(), scene.number()
    campaign = scene.campaign("progressive")
    one, other = scene.agents
    scene.ready(one, other)
    due = now() + timedelta(seconds=4)
    callback_make(
        user=scene.manager, customer_id=scene.customer(hers), number=hers, due_at=due, agent=other, campaign=campaign
    )
    scene.talks(hers, other)
    assert now() >= due and not scene.phone(one).calls
    callback_make(
        user=scene.manager, customer_id=scene.customer(anybodys), number=anybodys, due_at=now(), campaign=campaign
    )
    scene.talks(anybodys, one)  # the other one talks
    for number, agent in ((hers, other), (anybodys, one)):
        scene.hangs_up(scene.call(number))
        attempt = scene.ended(number, "answered")
        assert attempt.agent == agent and attempt.callback.state == "done"


@story
def shown_and_accepted_or_passed_on(scene: Scene) -> None:
    from crm.campaigns.preview.services import lead_accept, lead_next, lead_skip
    from crm.campaigns.preview.words import SKIPS
    from tests.proofs.campaigns.rows import now

    first, second = scene.number(), scene.number()
    (agent,) = scene.agents
    scene.campaign("preview", first, second, preview_s=3600)
    scene.ready(agent)
    passed = until(lambda: lead_next(agent, now()), "a lead to be shown", PATIENCE_S)
    assert passed.number in (first, second)
    lead_skip(agent, passed.attempt, next(iter(SKIPS)), now())

    def again() -> Any:
        return until(lambda: lead_next(agent, now()), "the other one to be shown", PATIENCE_S)

    shown = again()
    assert {passed.number, shown.number} == {first, second}
    holds(lambda: scene.invites(first, second) == [0, 0], "nobody is called whom she only looks at")
    scene.dialled(lambda: lead_accept(agent, again().attempt, now()).pk)
    scene.talks(shown.number, agent)
    scene.hangs_up(scene.call(shown.number))
    scene.ended(shown.number, "answered")
    assert scene.not_called(passed.number, ("skipped",)).lead.state == "open"


@story
def a_list_and_a_number_of_her_own(scene: Scene) -> None:
    """Of a manual campaign she calls whom she chooses; and without one, whom she types. Either side hangs up."""
    from crm import switch
    from crm.calls.models import CallRecord
    from crm.campaigns.models import Lead
    from crm.campaigns.preview.services import lead_call
    from tests.proofs.campaigns.rows import now

    chosen, other, typed = scene.number(), scene.number(), scene.number()
    (agent,) = scene.agents
    campaign = scene.campaign("manual", chosen, other)
    scene.ready(agent)
    lead = Lead.objects.get(campaign=campaign, number=chosen).pk
    due = Lead.objects.filter(pk=lead, state="open")

    def calls() -> str:
        until(lambda: due.filter(due_at__lte=now()).exists(), "the lead to be due", PATIENCE_S)
        return lead_call(agent, lead, now()).pk

    scene.dialled(calls)
    scene.talks(chosen, agent)
    scene.hangs_up(scene.phone(agent).call)
    scene.ended(chosen, "answered")
    until(lambda: scene.state(agent) == "ready", "her to be ready", PATIENCE_S)
    call_id = scene.dialled(lambda: switch.command_send(agent, "Dial", number=typed))
    scene.talks(typed, agent)
    assert scene.call(typed).call_id == call_id
    scene.hangs_up(scene.call(typed))
    ended = CallRecord.objects.filter(pk=call_id, outcome="answered", ended_by="customer", agent=agent.username)
    until(ended.exists, "its record", PATIENCE_S)
    assert scene.invites(chosen, other, typed) == [1, 0, 1]


@story
def given_up_while_it_rings(scene: Scene) -> None:
    number = scene.number("ring")
    (agent,) = scene.agents
    scene.campaign("progressive", number, ring_s=120)
    scene.ready(agent)
    call = scene.call(number)
    until(lambda: call.state == "ringing", "her phone to ring", PATIENCE_S)
    scene.hangs_up(scene.phone(agent).call)
    scene.ended(number, "cancelled")
    assert call.status == 487


@story
def her_phone_is_not_picked_up(scene: Scene) -> None:
    """It rings in vain, is put off, or is not there: nobody is called, and she is not asked for ever."""
    rings, refuses, away = scene.agents
    numbers = [scene.number(), scene.number()]
    scene.phone(rings).behave, scene.phone(refuses).behave = "ring", "reject"
    until(lambda: not scene.phone(away).registered, "a phone that is not there", PATIENCE_S)
    scene.campaign("progressive", *numbers, auto_answer=False)
    scene.ready(rings, refuses)
    for agent in (rings, refuses):
        until(lambda agent=agent: scene.state(agent) == "paused", f"{agent} to be paused", PATIENCE_S)
    for number in numbers:
        assert scene.not_called(number, ("own_phone",)).lead.state == "open"
    assert len(scene.phone(rings).calls) == len(scene.phone(refuses).calls) == 1 and not scene.phone(away).calls


@story
def on_the_list_while_it_lies_in_the_hopper(scene: Scene) -> None:
    from crm import bus
    from crm.campaigns.models import Attempt
    from crm.numberlists.models import ListState
    from switchctl.contract.names import MAIN

    first, unwanted, last = scene.number("answer"), scene.number(), scene.number()
    (agent,) = scene.agents
    campaign = scene.campaign("progressive", first, unwanted, last, lines=1)
    scene.ready(agent)
    scene.talks(first, agent)
    until(lambda: unwanted.encode() in b"".join(bus.client().lrange(MAIN.hopper(str(campaign.pk)), 0, -1)),
          "the next one to lie in the hopper", PATIENCE_S)  # fmt: skip
    listed(scene.manager, unwanted)
    version = ListState.objects.get().version
    until(lambda: scene.centre.lists_version() >= version, "the daemon to know the list", PATIENCE_S)
    scene.hangs_up(scene.call(first))
    scene.talks(last, agent)
    scene.hangs_up(scene.call(last))
    scene.ended(first, "answered")
    scene.ended(last, "answered")
    assert scene.invites(unwanted) == [0]
    assert not Attempt.objects.filter(number=unwanted, dialled_at__isnull=False).exists()


CAST = {callbacks_for_her_and_for_anybody: 2, her_phone_is_not_picked_up: 3}
"""Agents of a story, where they are not one."""
SHORT_RING_S, LONG_RING_S = 3, 120
"""Of an agent's own phone: where it is not to be picked up, and where it is, however slow the machine."""


def listed(manager: Any, number: str) -> None:
    """It is not to be called any more."""
    from crm.numberlists.models import NumberList, Way
    from crm.numberlists.services import entries_add
    from crm.numberlists.typed import typed_number

    fields = {"list": NumberList.NO_CALL, "way": Way.OUT, "reason": "asked", "evidence": "of the story"}
    entries_add(user=manager, lines=[(typed_number(number), fields)])


def scenes(centre: Centre) -> dict[Story, Scene]:
    """Agents and skill groups of all stories, before anything runs."""
    from django.db import transaction

    from crm.accounts.models import Department, SkillGroup, SkillMember
    from crm.accounts.services import user_create
    from crm.telephony.services import agent_set

    with transaction.atomic():
        department = Department.objects.create(name="Outbound")

        def person(name: str, **fields: Any) -> Any:
            return user_create(username=name, password="of these stories 1", display_name=name, language="en", **fields)

        manager, found, extension = person("manager", roles=["administrator"]), {}, 2000
        for place, tell in enumerate(STORIES, 1):
            group, agents = SkillGroup.objects.create(name=tell.__name__, name_zh=tell.__name__), []
            for n in range(CAST.get(tell, 1)):
                extension += 1
                agent = person(
                    f"{tell.__name__[:20]}{n}", extension=str(extension), department=department, roles=["agent"],
                    dialling="international",
                )  # fmt: skip
                ring_s = SHORT_RING_S if tell is her_phone_is_not_picked_up else LONG_RING_S
                agent_set(user=agent, wrap_up_s=0, ring_s=ring_s, max_misses=1)
                SkillMember.objects.create(group=group, user=agent)
                agents.append(agent)
            found[tell] = Scene(centre, tell.__name__, agents, manager, place)
    return found


def told(tell: Story, scene: Scene) -> str:
    """What went otherwise; empty: nothing."""
    from django.db import connections

    began = time.monotonic()
    try:
        tell(scene)
    except Exception:
        return f"{scene.name}: {traceback.format_exc()}"
    finally:
        connections.close_all()
    print(f"{scene.name}: as told, {time.monotonic() - began:.0f} s")
    return ""


def main() -> int:
    if binary() is None:
        print("No FreeSWITCH: put `freeswitch` on the PATH or name it in TEST_FREESWITCH_BIN.", file=sys.stderr)
        return 3
    folder = Path(tempfile.mkdtemp(prefix="switchdesk-stories-"))
    folder.chmod(0o711)  # the database runs as another user when we are root
    with Guard() as guard:
        centre = Centre(folder, guard, "real")
        try:
            rows_ready(centre)
            made = scenes(centre)
            centre.start()
            assert centre.real is not None
            centre.real.unregister(made[her_phone_is_not_picked_up].agents[2].extension)
            until(lambda: centre.lists_version() > 0, "the daemon to know the lists of numbers", PATIENCE_S)
            with ThreadPoolExecutor(len(made)) as pool:
                wrong = [said for said in pool.map(told, made.keys(), made.values()) if said]
        finally:
            centre.end()
            forget(folder)
    print(*wrong, f"{len(wrong)} of {len(made)} stories went otherwise", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
