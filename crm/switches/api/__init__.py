"""Switches for other programs."""
