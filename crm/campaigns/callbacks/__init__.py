"""Calls that were agreed, or that somebody wants made at a moment."""
