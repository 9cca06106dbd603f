"""Doors of the API about whoever comes in."""
