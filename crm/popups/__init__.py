"""Pages of other systems that open with a call, and what other systems know of a caller."""
