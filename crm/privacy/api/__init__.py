"""Personal data for other programs."""
