"""Rows of what happened. ``facts`` keeps every fact as told; ``records`` holds what the facts add up to."""

from crm.calls.models.cdr import CallDetail
from crm.calls.models.erased import ErasedNumber
from crm.calls.models.facts import DeadLetter, Fact, JournalMark
from crm.calls.models.lists import CallChoice, CallExport, CallView
from crm.calls.models.parts import AgentStateInterval, IvrVisit, Offer, QueueVisit
from crm.calls.models.records import CallRecord, Outcome

__all__ = [
    "AgentStateInterval",
    "CallChoice",
    "CallDetail",
    "CallExport",
    "CallRecord",
    "CallView",
    "DeadLetter",
    "ErasedNumber",
    "Fact",
    "IvrVisit",
    "JournalMark",
    "Offer",
    "Outcome",
    "QueueVisit",
]
