"""Attempts: made before they are dialled, handed over, and what became of them."""
