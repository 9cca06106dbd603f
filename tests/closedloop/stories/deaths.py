"""The controller, or the switch, dies in the middle of a call."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.closedloop.stories.common import Story, arrive, call, in_queue, leave, over, ring_for_long, talk
from tests.daemon.stage import Stage

FAILSAFE = (
    "agent add spare callback", "agent set contact spare user/1001", "agent set status spare Available",
    "agent set state spare Waiting", "tier add failsafe@default spare 1 1",
)  # fmt: skip


def fail_safe_queue(stage: Stage) -> str:
    leg = arrive(stage)
    in_queue(stage, leg)
    _spare_agent(stage)
    stage.kill_daemon()
    _served_by_the_switch(stage, leg)
    stage.start_daemon()
    assert stage.fact(f.CallEnded, call_id=leg).source == "inferred"
    return leg


def no_controller_at_all(stage: Stage) -> str:
    stage.kill_daemon()
    _spare_agent(stage)
    return _served_by_the_switch(stage, call(stage, "4001"))


def _spare_agent(stage: Stage) -> None:
    """An agent of the fail-safe queue; her phone answers."""
    stage.switch.sim("phone 1001 auto:0.3")
    for words in FAILSAFE:
        assert stage.switch.api(f"callcenter_config {words}") == "+OK", words


def _served_by_the_switch(stage: Stage, leg: str) -> str:
    stage.until(lambda: stage.told("CHANNEL_BRIDGE"))
    stage.switch.sim(f"hangup {leg}")
    stage.until(lambda: not stage.switch.channels())
    return leg


def standby_takes_the_waiting(stage: Stage) -> str:
    stage.start_standby()
    leg = arrive(stage)
    in_queue(stage, leg)
    stage.succeed()
    _at_the_standby(stage, leg)
    stage.sign_in("alice")
    agent = stage.fact(f.TalkStarted, call_id=leg).offer
    visits = {(fact.visit, fact.entered) for fact in stage.facts(f.QueueEntered, call_id=leg)}
    assert len(visits) == 1, "the caller keeps her place and her waiting time"
    stage.switch.sim(f"hangup {agent}")
    return over(stage, leg)


def _at_the_standby(stage: Stage, leg: str) -> None:
    """The caller hears again what our daemon plays."""
    stage.until(lambda: stage.switch.variable(leg, "cc_stage") == "standby")
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")


def mute_controller(stage: Stage) -> str:
    stage.start_standby()
    stage.mute()
    leg = call(stage, "4009")
    stage.followed()
    # It waits for `connect` by itself for 25 s, were it not taken from there half a second later.
    stage.until(lambda: stage.switch.api(f"sim giveup {leg}") == "+OK")
    return over(stage, leg)


def dies_in_the_greeting(stage: Stage) -> str:
    stage.start_standby()
    leg = call(stage, "4003")
    stage.fact(f.CallAnswered, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    stage.succeed()
    _at_the_standby(stage, leg)
    return leave(stage, leg)


def dies_while_the_agent_rings(stage: Stage) -> str:
    ring_for_long(stage)
    stage.start_standby()
    leg = arrive(stage, "alice", phone="noanswer")
    orphan = stage.fact(f.OfferMade, call_id=leg).offer
    stage.until(lambda: stage.switch.channels().get(orphan, {}).get("callstate") == "RINGING")
    stage.switch.sim("phone 1001 auto:0.3")  # from her next call on
    stage.succeed()
    stage.sign_in("alice")
    assert stage.fact(f.TalkStarted, call_id=leg).offer != orphan
    stage.until(lambda: orphan not in stage.switch.channels())
    return leave(stage, leg)


def dies_in_the_talk(stage: Stage) -> str:
    stage.start_standby()
    leg, agent = talk(stage, "alice")
    stage.succeed()
    stage.until(lambda: stage.metric('calls{stage="talking"}') == 1)
    assert not stage.facts(f.TalkEnded, call_id=leg)
    stage.switch.sim(f"hangup {agent}")
    return over(stage, leg)


def dies_when_the_caller_is_parked(stage: Stage) -> str:
    leg, agent = talk(stage, "alice")
    _set(stage, leg, "park_after_bridge=true;transfer_after_bridge=;socket_resume=true")
    stage.switch.sim(f"hangup {agent}")
    stage.until(lambda: stage.switch.channels()[leg]["state"] == "CS_PARK")
    stage.fact(f.TalkEnded, call_id=leg)
    stage.kill_daemon()
    stage.until(lambda: stage.switch.channels()[leg]["state"] == "CS_RESET")
    stage.start_daemon()
    return over(stage, leg)


def dies_when_nothing_would_follow(stage: Stage) -> str:
    leg = call(stage, "4004")
    in_queue(stage, leg)
    _set(stage, leg, "socket_resume=false")
    stage.kill_daemon()
    stage.start_daemon()
    stage.until(lambda: stage.switch.variable(leg, "cc_stage") == "wait")
    in_queue(stage, leg)
    return leave(stage, leg)


def _set(stage: Stage, leg: str, variables: str) -> None:
    """What no daemon of ours would do."""
    assert stage.switch.api(f"uuid_setvar_multi {leg} {variables}").startswith("+OK")


def switch_shut_down(stage: Stage) -> str:
    first, second = _two_calls(stage)
    stage.switch.shut_down()
    for leg in (first, second):
        assert stage.fact(f.CallEnded, call_id=leg).cause == "SYSTEM_SHUTDOWN"
    stage.order(c.Pause, "alice", reason="lunch")
    stage.fact(f.AgentStateChanged, agent="alice", reason="lunch")
    _switch_comes_back(stage)
    third = call(stage, "4004", "13800003333")
    in_queue(stage, third)
    return leave(stage, third)


def switch_crashes(stage: Stage) -> str:
    first, second = _two_calls(stage)
    # Greeting, music, music: what was not told before the crash is not told at all.
    stage.until(lambda: stage.told("PLAYBACK_START") == 3 and stage.told("CHANNEL_BRIDGE"))
    stage.lost = len(stage.switch.channels())
    stage.switch.stop()
    _switch_comes_back(stage)
    for leg in (first, second):
        assert stage.fact(f.CallEnded, call_id=leg).cause == "switch_crash"
    stage.fact(f.AgentStateChanged, agent="alice", state="wrapup")
    return first


def _two_calls(stage: Stage) -> tuple[str, str]:
    """One talks, one waits."""
    first, _ = talk(stage, "alice")
    second = call(stage, "4004", "13800002222")
    in_queue(stage, second)
    return first, second


def _switch_comes_back(stage: Stage) -> None:
    stage.fact(f.LinkChanged, up=False)
    stage.switch.start()
    stage.watch("json ALL")
    stage.fact(f.LinkChanged, up=True, reason="new switch process")
    stage.until(lambda: len(stage.facts(f.WorldStated)) == 2)


DEATHS: dict[str, Story] = {
    "12a": fail_safe_queue,
    "12b": standby_takes_the_waiting,
    "12c": no_controller_at_all,
    "12d": mute_controller,
    "12e": dies_in_the_greeting,
    "12f": dies_while_the_agent_rings,
    "13a": dies_in_the_talk,
    "13c": dies_when_the_caller_is_parked,
    "13e": dies_when_nothing_would_follow,
    "24a": switch_shut_down,
    "24b": switch_crashes,
}
"""Trace → its story."""
