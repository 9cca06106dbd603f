"""The configuration for other programs."""
