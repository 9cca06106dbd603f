"""/metrics: the plain counts that the parts keep, put into families when someone asks.

Counting must cost nothing on the way of an event, so nobody but this file knows of Prometheus' types; only the
two lags are histograms that are fed as they happen.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class Figures(Protocol):
    """Where the numbers come from; each is read when someone asks."""

    def links(self) -> Mapping[str, bool]: ...
    def fenced(self) -> Mapping[str, bool]: ...
    def events(self) -> Mapping[tuple[str, str], int]: ...
    def sent(self) -> Mapping[tuple[str, str], int]: ...
    def counts(self) -> Mapping[str, Mapping[str, int]]: ...
    def gauges(self) -> Mapping[str, tuple[str, float]]: ...
    def totals(self) -> Mapping[str, tuple[str, float]]: ...


class _Collector(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        counts = figures.counts()
        links = {(name,): int(up) for name, up in figures.links().items()}
        yield _gauge("esl_connected", "Whether both links to the switch are up", ["node"], links)
        fences = {(name,): int(ours) for name, ours in figures.fenced().items()}
        yield _gauge("fence_held", "Whether we hold the fence of the switch", ["node"], fences)
        yield _counter("esl_events", "Events from the switch", ["node", "event"], figures.events())
        yield _counter("commands", "Commands to the switch", ["kind", "result"], figures.sent())
        for name, text, label, part in (
            ("calls", "Calls that are up", "stage", "calls"),
            ("agents", "Agents", "state", "agents"),
            ("queue_waiting", "Callers who wait", "queue", "waiting"),
        ):
            yield _gauge(name, text, [label], {(key,): value for key, value in counts.get(part, {}).items()})
        for name, (text, value) in figures.gauges().items():
            yield GaugeMetricFamily(name, text, value=value)
        for name, (text, value) in figures.totals().items():
            yield CounterMetricFamily(name, text, value=value)


class _Ready(Collector):
    """A histogram that is kept elsewhere."""

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram

    def collect(self) -> Iterator[Metric]:
        return iter(self._histogram.collect())


def registry(figures: Figures, *histograms: Histogram) -> CollectorRegistry:
    """A registry of its own, so that two daemons of one process (in tests) do not meet."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Collector(figures))
    for histogram in histograms:
        made.register(_Ready(histogram))
    return made


def _gauge(name: str, text: str, labels: list[str], values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family


def _counter(name: str, text: str, labels: list[str], values: Mapping[Any, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family
