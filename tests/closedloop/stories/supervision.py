"""A supervisor in a talk."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.closedloop.stories.common import Story, leave, talk
from tests.daemon.stage import Stage


def listens_speaks_leaves(stage: Stage) -> str:
    """Alice talks; Carol has a phone and leads."""
    leg, _ = talk(stage, "alice")
    stage.switch.sim("phone 1003 auto:0.3")
    for mode in ("listen", "whisper", "barge", "listen"):
        seen = len(stage.facts(f.WatchChanged, mode=mode))
        stage.order(c.Watch, "alice", by="carol", mode=mode)
        stage.until(lambda mode=mode, seen=seen: len(stage.facts(f.WatchChanged, mode=mode)) > seen)
    stage.switch.sim(f"press {stage.facts(f.WatchStarted)[0].watch} *")
    stage.fact(f.WatchEnded, result="left")
    return leave(stage, leg)


SUPERVISION: dict[str, Story] = {"talks/10a": listens_speaks_leaves}
