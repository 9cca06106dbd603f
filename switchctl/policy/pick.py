"""Strategies: which of the ready agents gets the call. Each is named by its rule."""

from collections.abc import Callable, Sequence

from switchctl.model.agent import Agent

Strategy = Callable[[Sequence[Agent]], Agent]


def longest_idle(agents: Sequence[Agent]) -> Agent:
    """The one who has had no call for the longest time; ties by id. ``agents`` is not empty."""
    return min(agents, key=lambda agent: (agent.idle_since, agent.profile.id))
