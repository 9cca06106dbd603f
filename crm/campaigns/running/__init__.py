"""Campaigns as their managers run them: made, changed, started, paused, ended; and what the daemon is told of them."""
