import io
import json
import logging

import pytest
import structlog

from switchctl import log


@pytest.fixture
def logged():
    """The daemon's log set up as in life, but for where it goes; call it for the lines written so far."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    log.configure("debug", ["hunter2secret"])
    paper = io.StringIO()
    root.handlers[0].setStream(paper)
    yield lambda: [json.loads(line) for line in paper.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
