"""Number lists for other programs."""
