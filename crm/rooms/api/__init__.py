"""Conference rooms for other programs."""
