"""Leads: how they are taken in, what may follow what, and what comes after each call."""
