"""Figures and reports, computed from the rows of calls."""
