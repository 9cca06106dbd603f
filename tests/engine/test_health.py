"""What /healthz says, and when it is 503."""

from switchctl.engine.health import judge

WELL = {
    "links": {"node1": ""}, "busy_since": 0.0, "disk": ("", ""), "redis": ("", ""), "directory": 3,
    "stopping": False, "now": 100.0,
}  # fmt: skip


def say(**other):
    return judge(**{**WELL, **other})


def test_all_is_well():
    assert (say().status, say().failures, say().warnings) == ("ok", [], [])


def test_no_switch_is_a_failure_and_one_of_two_a_warning():
    assert say(links={"node1": "refused"}).failures == ["The link to switch node1 is down: refused."]
    some = say(links={"node1": "refused", "node2": ""})
    assert (some.status, some.warnings) == ("degraded", ["The link to switch node1 is down: refused."])


def test_redis_away_is_a_warning_said_once():
    health = say(redis=("Redis is away: refused", "Redis is away: refused", ""))
    assert (health.status, health.warnings) == ("degraded", ["Redis is away: refused."])


def test_a_full_disk_is_a_failure():
    assert say(disk=("the journal cannot be written: No space left on device.", "")).failures == [
        "The journal cannot be written: No space left on device."
    ]


def test_a_stalled_loop_is_a_failure():
    assert say(busy_since=99.5).status == "ok"
    assert say(busy_since=97.0).failures == ["The engine has been busy with one batch for 3.0 s."]


def test_stopping_and_starting_are_said():
    assert say(stopping=True).status == "failed"
    assert say(directory=0).status == "degraded"
