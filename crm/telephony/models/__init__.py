"""Rows from which the daemon's directory is made, and the codes that agents choose from."""

from crm.telephony.models.configuration import (
    AgentProfile,
    DirectoryVersion,
    Disposition,
    PauseReason,
    Queue,
    QueueMember,
    Route,
    code_is_safe,
    dialled_is_digits,
    sound_is_relative,
)
from crm.telephony.models.extension import Extension
from crm.telephony.models.forwarding import Forwarding
from crm.telephony.models.speeddial import SpeedDial
from crm.telephony.models.trunk import Trunk

__all__ = [
    "AgentProfile", "DirectoryVersion", "Disposition", "Extension", "Forwarding", "PauseReason", "Queue", "QueueMember",
    "Route", "SpeedDial", "Trunk", "code_is_safe", "dialled_is_digits", "sound_is_relative",
]  # fmt: skip
