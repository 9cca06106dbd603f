"""Black, white and do-not-call lists of numbers."""
