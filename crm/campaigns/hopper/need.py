"""How many leads a campaign's agents may soon want."""

from collections.abc import Iterable, Mapping

from switchctl.contract.live import LiveAgent

AT_ONCE = ("ready", "offered", "wrapup", "dialling")
"""States of an agent who may want one within seconds."""
TALKS = 4
"""Of so many who talk one may be through before the hopper is looked at again."""


def need(agents: Mapping[str, LiveAgent], members: Iterable[str], lines: int) -> int:
    """Leads that should lie in the hopper: for each of hers who is or may soon be free one, but not more than
    ``lines`` (0: as many as agents). 0 while nobody is there: no agent, no call."""
    states = [agents[login].state for login in members if login in agents]
    soon = sum(state in AT_ONCE for state in states)
    talking = sum(state == "talking" for state in states)
    wanted = soon + -(-talking // TALKS)
    return min(wanted, lines) if lines else wanted
