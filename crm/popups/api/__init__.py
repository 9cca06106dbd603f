"""Pop-ups and lookups for other programs."""
