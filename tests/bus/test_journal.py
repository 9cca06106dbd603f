"""Facts are on disk before anyone hears of them, and stay there until they are rows."""

import os
import resource
import subprocess
import sys

import pytest

from switchctl.bus import segments
from switchctl.contract import facts as f

from .told import arrivals, arrived


def everything(journal, after=0):
    cursor = journal.cursor(after)
    found = []
    while part := cursor.read(7):
        found += part
    return found


def test_a_fact_gets_its_id_its_number_and_the_epoch(journal):
    fact = arrived("call-1")
    ours = journal(epoch=4)
    ours.append([fact])
    assert (fact.id, fact.seq, fact.epoch) == (f"{ours.id}:1", 1, 4)
    [(seq, raw)] = everything(ours)
    assert seq == 1
    assert f.decode(raw) == fact


def test_a_reader_goes_on_while_the_journal_grows(journal):
    ours = journal(segment=600)
    cursor = ours.cursor(0)
    read = []
    for fact in arrivals(30):
        ours.append([fact])
        read += [seq for seq, _ in cursor.read(500)]
    assert read == list(range(1, 31))
    assert len(segments.segments(ours._folder)) > 3


def test_a_reader_begins_in_the_middle(journal):
    ours = journal(segment=600)
    ours.append(arrivals(3))
    for fact in arrivals(20):
        ours.append([fact])
    assert [seq for seq, _ in everything(ours, after=11)] == list(range(12, 24))


def test_numbers_go_on_after_a_restart(journal):
    first = journal()
    first.append(arrivals(3))
    first.close()
    second = journal(epoch=2)
    second.append(arrivals(1))
    assert second.id == first.id
    assert [seq for seq, _ in everything(second)] == [1, 2, 3, 4]


def test_numbers_go_on_after_a_kill_without_a_gap(journal):
    """The same run of the host: all that was written is in the kernel's hands."""
    journal().append(arrivals(3))
    second = journal()
    second.append(arrivals(1))
    assert second.seq == 4


def test_numbers_leave_a_gap_when_the_host_was_lost(journal, tmp_path):
    """Facts that were told but never reached the platter must not share a number with new ones."""
    first = journal()
    first.append(arrivals(3))
    path = tmp_path / "journal" / "identity.json"
    path.write_text(path.read_text().replace('"boot":"', '"boot":"another-'))
    second = journal()
    second.append(arrivals(1))
    assert second.seq > 100_000
    assert [seq for seq, _ in everything(second)][:3] == [1, 2, 3]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_tail_is_cut_off(journal, cut):
    first = journal()
    first.append(arrivals(3))
    [(_, path)] = segments.segments(first._folder)
    os.truncate(path, path.stat().st_size - cut)
    second = journal()
    assert second.seq == 2
    second.append(arrivals(2))
    assert [seq for seq, _ in everything(second)] == [1, 2, 3, 4]


def test_a_spoilt_line_costs_that_line_alone(journal):
    first = journal()
    first.append(arrivals(3))
    [(_, path)] = segments.segments(first._folder)
    path.write_bytes(path.read_bytes().replace(b"call-2", b"call-X"))
    second = journal()
    assert second.seq == 3
    assert [seq for seq, _ in everything(second)] == [1, 3]


def test_only_what_is_committed_is_trimmed(journal):
    ours = journal(segment=600)
    for fact in arrivals(30):
        ours.append([fact])
    ours.trim(14)
    left = [seq for seq, _ in everything(ours)]
    assert left[-1] == 30
    assert 1 < left[0] <= 15
    ours.trim(30)
    assert everything(ours), "the segment that is written stays"


def test_a_full_disk_loses_no_fact_and_says_so(journal):
    ours = journal()
    ours.append(arrivals(2))
    [(_, path)] = segments.segments(ours._folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, hard))
    try:
        ours.append(arrivals(2))
        ours.append(arrivals(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "cannot be written" in ours.problem
    assert ours.written == 2
    assert [seq for seq, _ in everything(ours)] == [1, 2]
    ours.retry()
    assert not ours.problem
    assert [seq for seq, _ in everything(ours)] == [1, 2, 3, 4, 5]


WRITER = """
import sys
from pathlib import Path
from switchctl.bus.journal import Journal
from tests.bus.told import arrivals
ours = Journal(Path(sys.argv[1]), 1, lambda fact: None)
while True:
    ours.append(arrivals(3))
    print(ours.written, flush=True)
"""


def test_kill_9_loses_nothing_that_was_written(journal, tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "journal")], stdout=subprocess.PIPE, text=True
    )
    told = 0
    for _ in range(200):
        told = int(writer.stdout.readline())
    writer.kill()
    told = int((writer.stdout.read().split("\n")[:-1] or [told])[-1])
    writer.wait()
    after = journal()
    assert after.seq >= told
    assert [seq for seq, _ in everything(after)] == list(range(1, after.seq + 1))
