"""A program joins calls for a supervisor, whose phone is rung."""

from crm.accounts.models import Department, Scope
from crm.audit.models import Entry
from switchctl.contract import facts as f


def begun(order) -> f.Fact:
    return f.WatchStarted(call_id="c1", node="n1", watch="w1", agent="alice", by="sofia", mode="listen", offer="o1")


def test_a_program_says_whose_phone(programs, cast, daemon):
    board = programs("agents.supervise")
    daemon[1]["with"] = begun
    done = board.post("/agents/alice/commands/watch", {"mode": "whisper", "supervisor": "sofia"})
    assert done.status_code == 202 and (daemon[0][-1].by, daemon[0][-1].mode) == ("sofia", "whisper")
    told = Entry.objects.get(action="supervision.whispered")
    assert told.who == "app-billing" and told.after["supervisor"] == "sofia"
    assert board.post("/agents/alice/commands/watch", {"mode": "listen", "supervisor": "boris"}).status_code == 403
    assert board.post("/agents/alice/commands/take-over", {"supervisor": "ghost"}).status_code == 404
    assert board.post("/agents/alice/commands/take-over", {"supervisor": "sofia"}).status_code == 202
    assert board.post("/agents/alice/commands/watch", {"mode": "shout"}).status_code == 400
    sales = Department.objects.get(name="Sales")
    other = programs("agents.supervise", name="Shop", department=sales, scope=Scope.DEPARTMENT)
    assert other.post("/agents/alice/commands/end-watch", {"supervisor": "sofia"}).status_code == 404
    assert programs("agents.command", name="Board").post("/agents/alice/commands/end-watch").status_code == 403
