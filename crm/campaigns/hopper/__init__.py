"""The hopper: which leads are next, and handing them to the daemon."""
