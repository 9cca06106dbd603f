"""Skills route calls: who has the skill that a queue asks for serves it, the best first."""

import pytest

from crm.accounts.models import SkillGroup, SkillMember, User
from crm.calls.selectors import calls_visible
from crm.live.scope import desk_scope, floor_scope
from crm.telephony.models import Queue
from crm.telephony.numbers import route_set
from crm.telephony.selectors import directory_snapshot, queues_of
from crm.telephony.services import agent_unset, queue_groups_set, queue_members_set, queue_set, user_queues_set
from switchctl.contract import directory
from switchctl.contract.names import MAIN
from tests.cast import cast_of
from tests.policy.centre import Centre


def group(name: str, **levels: int) -> SkillGroup:
    """A skill group; ``levels``: login → level."""
    made = SkillGroup.objects.create(name=name)
    for login, level in levels.items():
        SkillMember.objects.create(group=made, user=User.objects.get(username=login), level=level)
    return made


def served(queue: Queue) -> list[tuple[str, int]]:
    [out] = [found for found in directory_snapshot(1).queues if found.id == queue.code]
    return [(member.agent, member.tier) for member in out.members]


@pytest.fixture
def english(cast) -> Queue:
    """A queue of which nobody is a member."""
    return queue_set(code="english", name="English line")


def test_the_better_the_skill_the_earlier_she_is_asked(english):
    queue_groups_set(queue=english, groups=[group("English", alice=3, bob=9, carol=5)])
    assert served(english) == [("bob", 1), ("carol", 5), ("alice", 7)]


def test_the_best_of_several_skills_counts(english):
    groups = [group("English", alice=2, bob=4), group("French", alice=8)]
    queue_groups_set(queue=english, groups=groups)
    assert served(english) == [("alice", 2), ("bob", 6)]


def test_a_membership_wins_over_a_skill(english, cast):
    queue_groups_set(queue=english, groups=[group("English", alice=9, bob=9)])
    queue_members_set(queue=english, tiers={cast.alice: 4})
    assert served(english) == [("bob", 1), ("alice", 4)]


def test_who_has_no_phone_or_has_left_is_not_asked(english, cast):
    queue_groups_set(queue=english, groups=[group("English", alice=9, bob=9, carol=9, sofia=9)])
    cast.bob.is_active = False
    cast.bob.save()
    agent_unset(user=cast.carol)
    assert served(english) == [("alice", 1)]
    assert served(cast.sales) == []


def test_pages_know_the_queue_that_she_serves_by_skill(english, cast):
    queue_groups_set(queue=english, groups=[group("English", carol=9)])
    assert {queue.code for queue in queues_of(cast.carol)} == {"english", "sales"}
    assert set(desk_scope(cast.carol).queues) == {"english", "sales"}
    seen = floor_scope(cast.boris)
    assert set(seen.queues) == {"english", "sales"} and seen.people["carol"]["queues"] == ["english", "sales"]
    assert set(floor_scope(cast.sofia).queues) == {"support"}
    assert calls_visible(cast.boris).filter(queue="english").count() == 0


def test_her_queues_are_set_one_by_one(english, cast):
    user_queues_set(user=cast.alice, tiers={english: 2, cast.sales: 3})
    assert dict(cast.alice.memberships.values_list("queue__code", "tier")) == {"english": 2, "sales": 3}
    user_queues_set(user=cast.alice, tiers={english: 1})
    assert dict(cast.alice.memberships.values_list("queue__code", "tier")) == {"english": 1}
    assert served(english) == [("alice", 1)]


@pytest.mark.django_db(transaction=True)
def test_each_change_of_skills_reaches_the_daemon(bus, transactional_db):
    cast = cast_of()
    made = SkillGroup.objects.create(name="English")

    def out() -> list[tuple[str, int]]:
        [queue] = [queue for queue in directory.decode(bus.get(MAIN.directory)).queues if queue.id == "sales"]
        return [(member.agent, member.tier) for member in queue.members]

    skill = SkillMember.objects.create(group=made, user=cast.alice, level=8)
    assert out() == [("carol", 1)]
    queue_groups_set(queue=cast.sales, groups=[made])
    assert out() == [("carol", 1), ("alice", 2)]
    skill.level = 3
    skill.save()
    assert out() == [("carol", 1), ("alice", 7)]
    made.delete()
    assert out() == [("carol", 1)]


def test_a_call_reaches_her_by_her_skill_alone(english, cast):
    route_set(number="4009", queue=english)
    asked = group("English", alice=4, bob=9)
    centre = Centre(directory_snapshot(1))
    centre.ready("alice", "bob")
    centre.waiting("ann", "4009")
    assert centre.offered() == {}
    queue_groups_set(queue=english, groups=[asked])
    centre.reconfigure(directory_snapshot(2))
    assert centre.offered() == {"bob": "ann"}
    for _miss in range(3):  # until she is paused
        centre.misses("bob")
    assert centre.offered() == {"alice": "ann"}
    centre.picks_up("alice")
    assert centre.state("alice") == "talking"
