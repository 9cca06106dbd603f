"""What the alarms read of a real daemon: its health, its links, its journal."""

from crm.alarms.looks.metrics import ask
from switchctl.contract import facts as f


def test_the_watch_reads_what_a_daemon_tells(stage, free_port):
    address = f"127.0.0.1:{stage.http}"
    answer = ask(address)
    assert answer.health["status"] == "ok" and answer.links == {"node1": True}
    stage.fact(f.CallArrived, call_id=stage.switch.call())
    pending = stage.until(lambda: ask(address).figure("journal_pending_facts"))
    assert pending >= 1 and ask(address).figure("journal_bytes") > 100
    stage.switch.stop()
    stage.until(lambda: ask(address).links == {"node1": False})
    stage.until(lambda: ask(address).health["status"] == "failed")
    assert ask(f"127.0.0.1:{free_port()}") is None
