"""Connections to the database go from one request to the next, and nothing else does."""

import threading

import pytest
from django.db import connection, connections

from ccsite.rows import kept


@pytest.fixture(autouse=True)
def keeping(monkeypatch, transactional_db):
    """As in a web process. What is kept is closed at the end: the database is emptied behind it."""
    connection.ensure_connection()  # the test's own, beside them
    monkeypatch.setattr(kept, "most", 2)
    yield
    for found in kept._kept.values():
        while found:
            found.pop().connection.close()


def ask(*statements):
    """What the last one answers, in a thread of its own, as a request is; its connection is closed at its end."""
    answers = []

    def work():
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                answers.append(cursor.fetchone()[0])
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answers[0] if answers else None


WHO = "SELECT pg_backend_pid()"


def test_the_next_request_gets_the_connection_of_the_one_before():
    first = ask(WHO)
    assert first and ask(WHO) == first


@pytest.mark.parametrize(
    ("left", "seen", "usual"),
    [
        ("SET statement_timeout = '7s'", "SHOW statement_timeout", "0"),
        ("CREATE TEMP TABLE leftover (a int)", "SELECT to_regclass('leftover')", None),
        ("PREPARE leftover AS SELECT 1", "SELECT count(*) FROM pg_prepared_statements", 0),
        ("LISTEN leftover", "SELECT count(*) FROM pg_listening_channels()", 0),
        ("SELECT pg_advisory_lock(4711)", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", 0),
    ],
)
def test_nothing_of_what_one_did_is_left_to_the_next(left, seen, usual):
    first = ask(left, WHO)
    assert ask(seen) == usual
    assert ask(WHO) == first


def test_one_that_is_in_the_middle_of_something_is_not_kept():
    first = ask("BEGIN", WHO)
    assert ask(WHO) != first


def test_one_that_the_server_ended_is_not_handed_out():
    first = ask(WHO)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [first])
    assert ask(WHO) not in (None, first)


def test_no_more_are_kept_than_were_asked_for(monkeypatch):
    monkeypatch.setattr(kept, "most", 0)
    first = ask(WHO)
    assert ask(WHO) != first
