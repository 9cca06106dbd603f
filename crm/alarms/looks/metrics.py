"""What a daemon answers on SWITCHCTL_HTTP: /healthz and /metrics."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

TIMEOUT_S = 2.0
LIMIT = 4_000_000


@dataclass
class Answer:
    """``health``: the fields of /healthz; ``links``: node → whether its links are up; ``gauges``: name → value."""

    health: dict[str, Any]
    links: dict[str, bool]
    gauges: dict[str, float]

    def figure(self, name: str) -> float:
        """0 where it is not told."""
        return self.gauges.get(name, 0.0)


def ask(address: str) -> Answer | None:
    """None when nothing of a daemon answers at ``host:port``."""
    try:
        health = json.loads(_get(address, "/healthz"))
        links: dict[str, bool] = {}
        gauges: dict[str, float] = {}
        for family in text_string_to_metric_families(_get(address, "/metrics").decode()):
            for sample in family.samples:
                if sample.name == "esl_connected":
                    links[sample.labels["node"]] = bool(sample.value)
                elif not sample.labels:
                    gauges[sample.name] = sample.value
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    return Answer(health, links, gauges) if isinstance(health, dict) else None


def _get(address: str, path: str) -> bytes:
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().read(LIMIT)
    finally:
        connection.close()
