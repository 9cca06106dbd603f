"""The carrier: what happens to a number that the switch calls through the gateway `carrier`."""

import random

# Numbers of a known fate, for tests and demonstrations: prefix -> (plan, seconds until it acts).
PREFIXES = {
    "1360": ("early_answer", 3.0),
    "1361": ("early_busy", 3.0),
    "1320": ("SUBSCRIBER_ABSENT", 0.0),
    "1321": ("machine", 1.0),
    "131": ("fax", 1.0),
    "138": ("answer", 1.0),
    "139": ("NORMAL_TEMPORARY_FAILURE", 0.0),
    "137": ("UNALLOCATED_NUMBER", 0.0),
    "135": ("noanswer", 0.0),
    "134": ("USER_BUSY", 0.0),
    "133": ("CALL_REJECTED", 0.5),
}

# Everybody else draws: plan, share in percent, seconds until it acts (from, to).
PLANS = (
    ("answer", 58, 2.0, 12.0),
    ("noanswer", 20, 0.0, 0.0),
    ("USER_BUSY", 8, 0.0, 0.0),
    ("machine", 6, 4.0, 15.0),
    ("CALL_REJECTED", 4, 1.0, 6.0),
    ("SUBSCRIBER_ABSENT", 2, 0.0, 0.0),
    ("NORMAL_TEMPORARY_FAILURE", 1, 0.0, 0.0),
    ("UNALLOCATED_NUMBER", 1, 0.0, 0.0),
)


class Carrier:
    """Seeded: the same seed and the same order of calls give the same fates."""

    gateway = "carrier"

    def __init__(self, chance: random.Random) -> None:
        self.random = chance

    def plan(self, number: str) -> tuple[str, float]:
        """What the called party does, and after how many seconds."""
        digits = number.removeprefix("+86").removeprefix("0")
        for length in (4, 3):
            if digits[:length] in PREFIXES:
                return PREFIXES[digits[:length]]
        name, _, low, high = self.random.choices(PLANS, [share for _, share, _, _ in PLANS])[0]
        return name, self.random.uniform(low, high)
