"""What a phone is told that is to ring, and what the one hears for whom it rings."""

AUTO_ANSWER = {"sip_auto_answer": "true"}
"""Asks a phone to pick up by itself (the headers Call-Info and Alert-Info of the INVITE); for calls that she has just
asked for, and where her campaign says so."""
RINGBACK = "%(1000,4000,450)"
"""The ring-back tone of mainland China: 450 Hz, one second of five. For a bridge that is being made."""
RINGS = f"tone_stream://{RINGBACK};loops=-1"
"""The same for a leg that waits with us meanwhile."""
