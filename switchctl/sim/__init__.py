"""A simulated switch that speaks the real event socket over TCP, with callers, carriers and phones."""
