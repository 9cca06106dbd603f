"""Agents and queues for other programs."""
