"""What the API's description says of the stream of events, held against what a stream sends."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

Message = tuple[str, int | None, Any]
"""Kind, number, data."""
PATH = "/api/v1/events/stream"


class Contract:
    """``document``: the description."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.operation = document["paths"][PATH]["get"]
        parts = {"components": document["components"]}
        self._shapes = {
            kind: Draft202012Validator({**parts, **schema}) for kind, schema in self.operation["x-messages"].items()
        }
        self._problem = self._shapes["ended"]

    def broken_by(self, text: str) -> list[str]:
        """What is wrong with the text of a stream: an unknown kind, another shape, a number that does not rise."""
        said, last = [], 0
        for kind, number, data in messages(text):
            shape = self._shapes.get(kind)
            if shape is None:
                said.append(f"{kind} is not described")
                continue
            said += [f"{kind} {number}: {error.message} at {error.json_path}" for error in shape.iter_errors(data)]
            if kind == "ended":
                said += [f"{kind} has the number {number}"] if number is not None else []
                continue
            if number is None or number < last or (number == last and kind != "heartbeat"):
                said.append(f"{kind} has the number {number} after {last}")
            if number != data.get("last" if kind == "heartbeat" else "id"):
                said.append(f"{kind} {number} says another number: {data}")
            if kind not in ("heartbeat", data.get("kind")):
                said.append(f"{kind} {number} says that it is {data.get('kind')}")
            last = number or last
        return said

    def broken_by_answer(self, status: int, media: str, body: bytes) -> list[str]:
        """What is wrong with a whole answer."""
        told = self.operation["responses"].get(str(status))
        if told is None:
            return [f"{status} is not described"]
        kind = media.partition(";")[0]
        said = [] if kind in told.get("content", {}) else [f"{status} is not described as {kind}"]
        if status == 200:
            return said + self.broken_by(body.decode())
        problem = json.loads(body)
        said += [f"{status}: {error.message}" for error in self._problem.iter_errors(problem)]
        whole = problem.get("status") == status and problem.get("remedy")
        return said if whole else [*said, f"{status} says {problem}"]


def messages(text: str) -> Iterator[Message]:
    """Of whole messages, as the standard of server-sent events reads them; ``retry`` alone is no message."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            number = int(fields["id"]) if "id" in fields else None
            yield fields.get("event", "message"), number, json.loads(fields["data"])
