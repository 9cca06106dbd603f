"""Commands and their answers, as two sides of a wire exchanged them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from tests.traces import Row, rows

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|failsafe-\d+-\d+")
"""An id of the switch's kind, or one of ours for an order to the fail-safe queue."""
FILTER = re.compile(r"\[[A-Za-z_-]+\]=\[[^]]*\]")
"""What an answer to `filter` repeats of it."""
WORDED = ("22a", "22b", "22c", "01", "04b", "23")
"""Recordings whose answers are the measure of ours."""


class Exchange(NamedTuple):
    """One command of the controller with the answer that came to it; ``at`` is the command's row."""

    at: int
    conn: str
    command: str
    reply: str

    @property
    def verb(self) -> str:
        """`sendmsg`, `bgapi`, `api uuid_kill` …"""
        words = self.command.split()
        return " ".join(words[:2]) if words[0] == "api" else words[0]

    @property
    def shape(self) -> str:
        """The answer with every id of the same length: what must be equal, byte by byte."""
        return FILTER.sub("[<header>]=[<value>]", UUID.sub("<uuid>", self.reply))


def exchanges(wire: Iterable[Row]) -> list[Exchange]:
    """Answers of a connection come in the order of its commands."""
    asked: dict[str, list[tuple[int, str]]] = defaultdict(list)
    found = []
    for at, row in enumerate(wire):
        text = row.raw.decode("utf-8", "replace")
        if row.dir == ">" and text != "<EOF>":
            asked[row.conn].append((at, text))
        elif row.dir == "<" and _answers(text) and asked[row.conn]:
            found.append(Exchange(asked[row.conn][0][0], row.conn, asked[row.conn].pop(0)[1], text))
    return found


def _answers(text: str) -> bool:
    return text.startswith(("Content-Type: command/reply", "Content-Type: api/response", "Event-Name: CHANNEL_DATA"))


def answer(wire: Iterable[Row], command: str, since: int = 0) -> str:
    """The answer to the first command with this text from that row on; empty while there is none."""
    return next((x.reply for x in exchanges(wire) if x.at >= since and command in x.command), "")


@cache
def recorded_answers() -> dict[str, frozenset[str]]:
    """Verb → every form in which the recorded switch answered it."""
    found: dict[str, set[str]] = defaultdict(set)
    for trace in WORDED:
        for exchange in exchanges(rows(trace)):
            found[exchange.verb].add(exchange.shape)
    return {verb: frozenset(shapes) for verb, shapes in found.items()}


def strange_answers(wire: Iterable[Row]) -> list[tuple[str, str]]:
    """Replies and refusals that no recording has in this form, of the verbs that some recording has."""
    known = recorded_answers()
    return [
        (exchange.command, exchange.reply)
        for exchange in exchanges(wire)
        if exchange.verb in known
        and exchange.shape not in known[exchange.verb]
        and _verdict(exchange.shape) in map(_verdict, known[exchange.verb])
    ]


def _verdict(shape: str) -> str:
    """+OK, -ERR, -USAGE … Of an answer that is what was asked for (a listing, a channel) only that it is none."""
    found = re.search(r"(?:Reply-Text: |\n\n)([+-][A-Z]+)", shape)
    return found[1] if found and not shape.startswith("Event-Name") else shape
