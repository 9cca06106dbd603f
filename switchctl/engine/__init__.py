"""The engine: one inbox, one loop that owns the world, and the hands that do what the core wants done."""
