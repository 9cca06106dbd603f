"""The reports, each in a module of its own, in the order of the index."""

from crm.reports.answers import (
    agents,
    attainment,
    kinds,
    queues,
    ranking,
    states,
    talks,
    traffic,
    trunks,
    waits,
    weekly,
)

_MODULES = (queues, waits, traffic, weekly, attainment, agents, states, ranking, talks, trunks, kinds)
REPORTS = {module.REPORT.code: module.REPORT for module in _MODULES}
"""Code → report."""
