"""What the alarms read of a real daemon: its health, its links, its journal."""

from crm.alarms.looks.metrics import ask
from switchctl.contract import facts as f


def test_the_watch_reads_what_a_daemon_tells(stage, free_port):
    address = f"127.0.0.1:{stage.http}"

    def told(health: str, up: bool) -> bool:
        answer = ask(address)
        return answer is not None and answer.health["status"] == health and answer.links == {"node1": up}

    def figure(name: str) -> float:
        answer = ask(address)
        return (answer.figure(name) or 0.0) if answer is not None else 0.0

    stage.until(lambda: told("ok", up=True))
    stage.fact(f.CallArrived, call_id=stage.switch.call())
    stage.until(lambda: figure("journal_pending_facts") >= 1)
    stage.until(lambda: figure("journal_bytes") > 100)
    stage.switch.stop()
    stage.until(lambda: told("failed", up=False))
    assert ask(f"127.0.0.1:{free_port()}") is None
