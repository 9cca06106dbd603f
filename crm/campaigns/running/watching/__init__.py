"""A campaign as it runs: its lines, its agents, what came of its calls, and why it dials or does not."""
