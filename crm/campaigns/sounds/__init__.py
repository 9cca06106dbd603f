"""Sounds that campaigns play: what is taken, where it lies, who chooses it."""
