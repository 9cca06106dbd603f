"""Rows of reports: what was counted, targets, what people saved."""

from crm.reports.models.cubes import CallDay, CallMonth, CentreCallDay, CentreCallMonth, TalkDay, TalkMonth
from crm.reports.models.rollups import (
    AgentDay,
    AgentHalfHour,
    Caller,
    Mark,
    QueueDay,
    QueueHalfHour,
    TrunkDay,
    TrunkHalfHour,
)
from crm.reports.models.saved import MailingRun, ReportFile, ReportMailing, SavedReport, SettledCall
from crm.reports.models.targets import ReportTarget

__all__ = [
    "AgentDay",
    "AgentHalfHour",
    "CallDay",
    "CallMonth",
    "Caller",
    "CentreCallDay",
    "CentreCallMonth",
    "MailingRun",
    "Mark",
    "QueueDay",
    "QueueHalfHour",
    "ReportFile",
    "ReportMailing",
    "ReportTarget",
    "SavedReport",
    "SettledCall",
    "TalkDay",
    "TalkMonth",
    "TrunkDay",
    "TrunkHalfHour",
]
