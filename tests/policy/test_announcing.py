"""What is said before the two are joined."""

from msgspec import structs

from switchctl.contract import facts as f
from switchctl.model import effects as do
from tests.policy.centre import Centre, directory

NUMBER = "file_string://ivr/agent-before.wav!digits/8.wav!digits/0.wav!digits/1.wav!ivr/agent-after.wav"


def answered(whisper: str = "", tells: bool = False, work_number: str = "801") -> Centre:
    """Amy's phone was picked up for Ann."""
    layout = directory()
    queues = tuple(structs.replace(one, whisper=whisper, tells_work_number=tells) for one in layout.queues)
    agents = tuple(structs.replace(one, work_number=work_number) for one in layout.agents)
    centre = Centre(structs.replace(layout, queues=queues, agents=agents))
    centre.ready("amy")
    centre.waiting("ann")
    centre.exchange.answer(centre.leg("amy"))
    centre.drain()
    return centre


def said(centre: Centre) -> list[tuple[str, str]]:
    """(leg, sound) of what was played beside the greeting and the music."""
    usual = ("ivr/greeting.wav", "local_stream://moh")
    return [(play.leg, play.sound) for play in centre.wishes(do.Play) if play.sound not in usual]


def ends(centre: Centre, leg: str) -> None:
    centre.exchange.finish(leg)
    centre.drain()


def test_where_nothing_is_to_be_said_they_are_joined_at_once():
    for centre in (answered(), answered(tells=True, work_number="")):
        assert not said(centre)
        assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")


def test_they_are_joined_when_both_have_been_said():
    centre = answered(whisper="uploaded/support.wav", tells=True)
    leg = centre.leg("amy")
    assert said(centre) == [(leg, "uploaded/support.wav"), ("ann", NUMBER)]
    ends(centre, "ann")
    assert not centre.wishes(do.Bridge)
    assert centre.stage("ann") == "offered"
    ends(centre, leg)
    assert (centre.state("amy"), centre.stage("ann")) == ("talking", "talking")
    assert not [key for key in centre.timers if key.startswith("say|")]


def test_an_end_that_is_not_seen_keeps_nobody_apart():
    centre = answered(whisper="uploaded/support.wav")
    centre.wait(9)
    assert centre.stage("ann") == "talking"
    ends(centre, centre.leg("amy"))
    assert len(centre.wishes(do.Bridge)) == 1


def test_a_caller_who_leaves_meanwhile_frees_the_agent():
    centre = answered(whisper="uploaded/support.wav")
    centre.exchange.hang_up("ann")
    centre.drain()
    centre.wait(9)
    assert centre.state("amy") == "ready"
    assert not centre.wishes(do.Bridge)
    assert centre.last(f.CallEnded).ended_by == "customer"


def test_an_agent_who_hangs_up_meanwhile_leaves_the_caller_in_the_line():
    centre = answered(tells=True)
    centre.ready("bob")
    centre.exchange.hang_up(centre.leg("amy"))
    centre.drain()
    assert centre.facts(f.OfferEnded)[0].result == "rejected"
    assert centre.offered() == {"bob": "ann"}


def test_a_daemon_that_dies_meanwhile_takes_nothing_from_the_caller():
    centre = answered(whisper="uploaded/support.wav")
    centre.die()
    centre.start()
    centre.drain()
    centre.wait(30)
    assert centre.stage("ann") in ("waiting", "offered", "talking")
