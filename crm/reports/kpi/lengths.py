"""The bars by which talks are told apart by their length."""

EDGES = (0, 30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1800)
"""Seconds of handling (talk, hold and wrap-up) at which a bar begins; the last has no end. What was counted knows the
bars by their numbers, from 1: whoever changes them raises ``VERSION`` of the rollups."""
BARS = range(1, len(EDGES) + 1)
COUNTED = ("talks", "talk_ms", "handled_ms")
"""Of each bar: how many, their talk, and their talk, hold and wrap-up together."""
COLUMNS = [f"{name}_{bar}" for name in COUNTED for bar in BARS]
