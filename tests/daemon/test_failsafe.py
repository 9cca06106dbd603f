"""The daemon keeps the switch's fail-safe queue in step; while it is dead, exactly the ready are offered calls."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.freeswitch.until import until

from .stage import centre


def agents(stage) -> dict[str, str]:
    """Agent's number in the fail-safe queue → status."""
    rows = [line.split("|") for line in stage.switch.api("callcenter_config agent list").splitlines()]
    return {row[0].partition("@")[0]: row[5] for row in rows if "@" in row[0]}


def test_statuses_follow_and_the_dead_daemons_callers_are_served(stage):
    stage.ready("alice", "bob")
    stage.order(c.SignIn, "carol")
    talks = stage.switch.call()
    assert stage.talking(talks).agent == "alice"
    stage.until(
        lambda: agents(stage) == {"1001": "On Break", "1002": "Available", "1003": "On Break", "1004": "Logged Out"}
    )
    assert stage.switch.api("callcenter_config tier list").count("failsafe@default|") == 4
    stage.switch.sim("phone 1002 auto:0.02")
    stage.until(lambda: stage.switch.variable(talks, "socket_resume") == "false")

    stage.kill_daemon()
    served = stage.switch.call("15412340001")
    until(lambda: stage.switch.variable(served, "cc_stage") == "failsafe", "the first to be in the fail-safe queue")
    waits = stage.switch.call("15412340002")
    until(lambda: stage.switch.variable(served, "cc_agent") == "1002@default", "the fail-safe queue to find Bob")
    stage.start_daemon()
    assert stage.fact(f.TalkStarted, call_id=served).agent == "bob"
    stage.until(lambda: stage.state("bob") == "talking")
    stage.fact(f.QueueEntered, call_id=waits)
    assert not stage.facts(f.OfferMade, call_id=waits)
    stage.until(lambda: agents(stage)["1002"] == "On Break")

    stage.switch.sim(f"hangup {served}")
    stage.fact(f.CallEnded, call_id=served)
    assert stage.talking(waits).agent == "bob"
    stage.switch.sim(f"hangup {waits}")
    stage.until(lambda: agents(stage)["1002"] == "Available")


def test_a_new_directory_and_a_restarted_switch(stage):
    stage.ready("alice")
    stage.until(lambda: agents(stage).get("1001") == "Available" and len(agents(stage)) == 4)
    fewer = centre(2)
    stage.publish_and_wait(type(fewer)(version=2, agents=fewer.agents[:2], queues=fewer.queues, routes=fewer.routes))
    stage.until(lambda: agents(stage) == {"1001": "Available", "1002": "Logged Out"})
    stage.switch.stop()
    stage.switch.start()
    stage.until(lambda: agents(stage) == {"1001": "Available", "1002": "Logged Out"})
    assert stage.metric("engine_errors_total") == 0
