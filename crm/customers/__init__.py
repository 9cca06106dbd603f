"""Whom the centre serves, and the numbers they call from."""
