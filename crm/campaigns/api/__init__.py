"""Campaigns for other programs."""
