"""What should happen next, as functions from the world, an input and the time to effects. Pure."""
