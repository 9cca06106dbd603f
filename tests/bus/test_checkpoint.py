"""A start needs the checkpoint and the facts since then, and nothing else."""

import gevent

from switchctl.bus.checkpoint import Checkpoint
from switchctl.contract import live

from .told import arrivals, ended


def started(journal, tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoint.json")
    ours = journal(tell=checkpoint.tell, least=checkpoint.view.seq)
    checkpoint.catch_up(tmp_path / "journal")
    return checkpoint, ours


def test_the_view_comes_back_from_checkpoint_and_tail(journal, tmp_path):
    checkpoint, ours = started(journal, tmp_path)
    ours.append(arrivals(3))
    checkpoint.save(lambda: ours.written)
    ours.append([ended("call-2")])
    again, _ = started(journal, tmp_path)
    assert set(again.view.calls) == {"call-1", "call-3"}
    assert again.view == checkpoint.view


def test_a_spoilt_checkpoint_leaves_the_journal(journal, tmp_path):
    checkpoint, ours = started(journal, tmp_path)
    ours.append(arrivals(2))
    checkpoint.save(lambda: ours.written)
    (tmp_path / "checkpoint.json").write_bytes(b'{"seq": 2, "calls": [')
    again, _ = started(journal, tmp_path)
    assert set(again.view.calls) == {"call-1", "call-2"}


def test_it_is_never_ahead_of_the_journal(journal, tmp_path):
    checkpoint, ours = started(journal, tmp_path)
    ours.append(arrivals(2))
    checkpoint.save(lambda: 1)
    assert not (tmp_path / "checkpoint.json").exists()


def test_who_saves_while_another_does_waits(journal, tmp_path):
    checkpoint, ours = started(journal, tmp_path)
    for _ in range(20):
        ours.append(arrivals(2))
        gevent.joinall([gevent.spawn(checkpoint.save, lambda: ours.written) for _ in range(4)], raise_error=True)
        assert (checkpoint.problem, checkpoint.saved) == ("", ours.seq)


def test_numbers_go_on_from_the_checkpoint_when_the_journal_is_gone(journal, tmp_path):
    checkpoint, ours = started(journal, tmp_path)
    ours.append(arrivals(2))
    checkpoint.save(lambda: ours.written)
    for path in (tmp_path / "journal").glob("*.facts"):
        path.unlink()
    _, again = started(journal, tmp_path)
    again.append(arrivals(1))
    assert again.seq == 3


def test_it_is_readable_by_its_owner_alone(journal, tmp_path):
    checkpoint, ours = started(journal, tmp_path)
    ours.append(arrivals(1))
    checkpoint.save(lambda: ours.written)
    path = tmp_path / "checkpoint.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert live.decode(path.read_bytes()) == checkpoint.view
