import pytest

from tests.crm.audit.trail import Trail, by_hand, unguarded


@pytest.fixture(autouse=True)
def alone(request) -> None:
    """Nothing of other tests: entries of those that commit cannot be deleted, and stay for the whole session."""
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("chain")


@pytest.fixture
def trail(db) -> Trail:
    """What is written from here on."""
    return Trail()


@pytest.fixture
def chain(db):
    """An empty trail with an empty chain: tests that commit leave entries behind."""
    with unguarded("audit_entry", "audit_link", "audit_redaction"):
        by_hand("TRUNCATE audit_entry, audit_link, audit_pending, audit_redaction RESTART IDENTITY")
