"""Customers from files: each file is a package that is tried, imported, looked at, and can be undone."""
