"""Customers' pages, and the card of a caller on the desk."""
