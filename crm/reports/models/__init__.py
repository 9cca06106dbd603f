"""Rows of reports: what was counted, targets, what people saved."""

from crm.reports.models.cubes import CallDay, CallMonth, CentreCallDay, CentreCallMonth, TalkDay, TalkMonth
from crm.reports.models.rollups import (
    AgentDay,
    AgentHalfHour,
    AgentMonth,
    Caller,
    ClosedMonth,
    Mark,
    QueueDay,
    QueueHalfHour,
    QueueMonth,
    TrunkDay,
    TrunkHalfHour,
    TrunkMonth,
)
from crm.reports.models.saved import MailingRun, ReportFile, ReportMailing, SavedReport, SettledCall
from crm.reports.models.targets import ReportTarget

__all__ = [
    "AgentDay",
    "AgentHalfHour",
    "AgentMonth",
    "CallDay",
    "CallMonth",
    "Caller",
    "CentreCallDay",
    "CentreCallMonth",
    "ClosedMonth",
    "MailingRun",
    "Mark",
    "QueueDay",
    "QueueHalfHour",
    "QueueMonth",
    "ReportFile",
    "ReportMailing",
    "ReportTarget",
    "SavedReport",
    "SettledCall",
    "TalkDay",
    "TalkMonth",
    "TrunkDay",
    "TrunkHalfHour",
    "TrunkMonth",
]
