"""Whether an attempt without a call was dialled."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.campaigns.attempts.settling import RETURN, UNKNOWN, WAIT, fate
from crm.campaigns.attempts.terms import micros
from switchctl.contract.hopper import Settled
from tests.crm.campaigns.people import AT

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def said(until=AT, *, journal="d1", epoch=3, since=3, seq=40) -> Settled:
    return Settled(journal=journal, epoch=epoch, since=since, seq=seq, until=micros(until))


@pytest.mark.parametrize(
    ("handed_to", "expired", "settled", "committed", "expected"),
    [
        ("d1:3", AT - SECOND, said(), {"d1": 40}, RETURN),
        ("d1:3", AT - SECOND, said(), {"d1": 39}, WAIT),  # its rows may still come
        ("d1:3", AT - SECOND, said(), {}, WAIT),
        ("d1:3", AT, said(), {"d1": 40}, WAIT),  # it may just be dialled
        ("d1:3", AT - SECOND, said(AT - 2 * SECOND), {"d1": 40}, WAIT),
        ("d1:3", AT - SECOND, None, {"d1": 40}, WAIT),
        ("d1:3", AT - SECOND, said(epoch=5, since=3), {"d1": 40}, RETURN),  # it was started anew
        ("d1:3", AT - SECOND, said(epoch=5, since=4), {"d1": 40}, WAIT),  # another led, or facts were lost
        ("d1:3", AT - SECOND, said(journal="d2", epoch=4), {"d2": 40}, WAIT),
        ("d1:3", AT - 6 * MINUTE, said(epoch=5, since=4), {"d1": 40}, UNKNOWN),
        ("d1:3", AT - 6 * MINUTE, said(journal="d2", epoch=4), {"d2": 40}, UNKNOWN),
        ("d1:3", AT - 6 * MINUTE, said(journal="d2", epoch=4), {"d2": 39}, WAIT),
        ("d1:3", AT - 6 * MINUTE, said(AT - MINUTE, journal="d2", epoch=4), {"d2": 40}, WAIT),  # nobody leads now
        ("d1:3", AT - 2 * DAY, None, {}, UNKNOWN),
        ("d1:5", AT - SECOND, said(), {"d1": 40}, WAIT),  # of a later term than the one that says so
        ("", AT - SECOND, said(), {"d1": 40}, WAIT),
    ],
)
def test_fates(handed_to, expired, settled, committed, expected) -> None:
    assert fate(handed_to, expired, AT, settled, committed) == expected


@given(
    handed=st.tuples(st.sampled_from(["d1", "d2"]), st.integers(1, 4)), ago=st.integers(-60, 600),
    until=st.integers(-30, 30), epoch=st.integers(1, 4), since=st.integers(0, 4), seq=st.integers(0, 3),
    committed=st.integers(0, 3),
)  # fmt: skip
def test_it_is_given_back_only_by_who_had_it_and_when_all_is_told(
    handed, ago, until, epoch, since, seq, committed
) -> None:
    settled = said(AT + until * SECOND, epoch=epoch, since=since, seq=seq)
    expires = AT - ago * SECOND
    if fate(f"{handed[0]}:{handed[1]}", expires, AT, settled, {"d1": committed}) == RETURN:
        assert handed[0] == settled.journal
        assert (since or epoch) <= handed[1] <= epoch
        assert committed >= seq
        assert expires < AT + until * SECOND
