"""FreeSWITCH's language: bytes to frames to typed events, and the one place that writes commands."""
