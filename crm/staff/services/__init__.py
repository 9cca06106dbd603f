"""Changing people. Each function checks who asks, and for whom."""
