"""The recordings of supervision: what the core tells of them when its orders meet those that reached the switch."""

from switchctl.contract import commands
from switchctl.contract import facts as f
from tests.openloop.replay import FOR_EVER, ORIGINATE, Replay

SUPERVISOR = "1003"


class Supervised(Replay):
    """Where the recording rings the supervisor, ours is ordered to watch or to take the call over."""

    watch = ""

    def _ordered(self, conn: str, text: str) -> None:
        found = ORIGINATE.search(text)
        if not found or found[2] != SUPERVISOR:
            super()._ordered(conn, text)
            return
        self.watch = found[1]
        kind = commands.Watch if "&eavesdrop" in text else commands.TakeOver
        (agent,) = [agent.id for agent in self.brain.world.agents.values() if agent.state == "talking"]
        order = kind(id="replay", agent=agent, by=f"a{SUPERVISOR}", deadline=FOR_EVER)
        self._take(self.brain.command(order, self.now), quiet=True)

    def _new_id(self, kind: str) -> str:
        return self.watch if kind == "watch" else super()._new_id(kind)


def told(trace: str) -> Replay:
    run = Supervised(f"talks/{trace}").run()
    assert not run.brain.world.calls and not run.brain.world.watches and not run.view.watches
    assert len(facts(run, f.CallArrived)) == len(facts(run, f.CallEnded)) == 1
    return run


def facts(run: Replay, kind: type[f.Fact]) -> list:
    return [fact for fact in run.facts if type(fact) is kind]


def test_10a_keys_by_order_and_the_key_with_which_she_leaves():
    run = told("10a")
    assert [fact.mode for fact in facts(run, f.WatchChanged)] == ["listen", "whisper", "customer", "barge", "listen"]
    (end,) = facts(run, f.WatchEnded)
    (talk,) = facts(run, f.TalkEnded)
    assert (end.result, talk.ended_by) == ("left", "customer") and end.at < talk.at
    assert 5200 < end.watched_ms < 5500


def test_10d_keys_of_her_own_phone_and_the_talk_that_ends_under_her():
    run = told("10d")
    assert [fact.mode for fact in facts(run, f.WatchChanged)] == ["listen", "whisper", "barge"]
    assert [fact.result for fact in facts(run, f.WatchEnded)] == ["talk_over"]
    assert [fact.keys for fact in facts(run, f.KeysPressed)] == ["2"]  # the caller's, in the menu


def test_10c_the_call_is_hers_from_the_bridge_on():
    run = told("10c")
    first, second = facts(run, f.TalkStarted)
    (taken,) = facts(run, f.CallTaken)
    assert (taken.agent, taken.by, taken.offer) == (first.agent, "a1003", second.offer)
    assert [(fact.agent, fact.ended_by) for fact in facts(run, f.TalkEnded)] == [
        ("a1001", "supervisor"), ("a1003", "customer"),
    ]  # fmt: skip
    assert facts(run, f.TalkEnded)[0].at == second.at == taken.at
    assert [fact.result for fact in facts(run, f.WatchEnded)] == ["taken"]
    assert facts(run, f.CallEnded)[0].ended_by == "customer"
