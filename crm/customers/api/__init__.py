"""Customers for other programs."""
