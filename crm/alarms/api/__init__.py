"""Alarms for other programs."""
