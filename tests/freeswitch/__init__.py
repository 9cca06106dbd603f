"""Real SIP calls through a real FreeSWITCH with our own configuration; skipped where no switch is found."""
