"""Pages of pop-ups and lookups."""
