"""Webhooks for other programs: each sees and changes its own."""
