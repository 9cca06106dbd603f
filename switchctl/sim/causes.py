"""Hangup causes: their Q.850 numbers and the SIP answer that stands for them."""

SHUTDOWN = "SYSTEM_SHUTDOWN"

Q850 = {
    "NONE": 0,
    "UNALLOCATED_NUMBER": 1,
    "NO_ROUTE_DESTINATION": 3,
    "NORMAL_CLEARING": 16,
    "USER_BUSY": 17,
    "NO_USER_RESPONSE": 18,
    "NO_ANSWER": 19,
    "SUBSCRIBER_ABSENT": 20,
    "CALL_REJECTED": 21,
    "NUMBER_CHANGED": 22,
    "DESTINATION_OUT_OF_ORDER": 27,
    "INVALID_NUMBER_FORMAT": 28,
    "NORMAL_UNSPECIFIED": 31,
    "NORMAL_CIRCUIT_CONGESTION": 34,
    "NETWORK_OUT_OF_ORDER": 38,
    "NORMAL_TEMPORARY_FAILURE": 41,
    "SWITCH_CONGESTION": 42,
    "REQUESTED_CHAN_UNAVAIL": 44,
    "OUTGOING_CALL_BARRED": 52,
    "BEARERCAPABILITY_NOTAUTH": 57,
    "SERVICE_UNAVAILABLE": 63,
    "CHAN_NOT_IMPLEMENTED": 66,
    "SERVICE_NOT_IMPLEMENTED": 79,
    "INCOMPATIBLE_DESTINATION": 88,
    "RECOVERY_ON_TIMER_EXPIRE": 102,
    "INTERWORKING": 127,
    "ORIGINATOR_CANCEL": 487,
    SHUTDOWN: 501,
    "LOSE_RACE": 502,
    "MANAGER_REQUEST": 503,
    "BLIND_TRANSFER": 600,
    "ATTENDED_TRANSFER": 601,
    "ALLOTTED_TIMEOUT": 602,
    "USER_CHALLENGE": 603,
    "MEDIA_TIMEOUT": 604,
    "PICKED_OFF": 605,
    "USER_NOT_REGISTERED": 606,
    "PROGRESS_TIMEOUT": 607,
    "INVALID_GATEWAY": 608,
    "GATEWAY_DOWN": 609,
    "INVALID_URL": 610,
}

# What a far end answers instead of ringing on: cause -> SIP status.
REFUSALS = {
    "USER_BUSY": 486,
    "CALL_REJECTED": 603,
    "UNALLOCATED_NUMBER": 404,
    "NORMAL_TEMPORARY_FAILURE": 503,
    "SUBSCRIBER_ABSENT": 480,
}

# The coarse text of the variable DIALSTATUS; other causes stand for themselves.
DIALSTATUS = {"USER_BUSY": "BUSY", "NO_ANSWER": "NOANSWER", "CALL_REJECTED": "DONTCALL", "ORIGINATOR_CANCEL": "CANCEL"}


def q850(cause: str) -> str:
    """The number in `variable_hangup_cause_q850`: the switch's own causes show as 16."""
    number = Q850.get(cause, 16)
    return str(number if number < 128 else 16)


def known(cause: str) -> str:
    """A cause as an api command takes it: an unknown word means NORMAL_CLEARING."""
    return cause if cause in Q850 else "NORMAL_CLEARING"
