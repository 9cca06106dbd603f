"""Whether a number may be called now, and why not."""
