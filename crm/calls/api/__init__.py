"""Calls for other programs."""
