"""Ctrl K: one field that finds pages, customers, calls and colleagues, and dials."""
