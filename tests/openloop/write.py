"""Writes the transcripts of all recorded traces: ``python -m tests.openloop.write``."""

from tests.openloop.test_traces import EXPECTED, replay
from tests.traces import names


def main() -> None:
    """Overwrite every file of ``expected/``."""
    EXPECTED.mkdir(exist_ok=True)
    for trace in names():
        (EXPECTED / f"{trace}.txt").write_text("".join(f"{line}\n" for line in replay(trace).transcript.lines))


if __name__ == "__main__":
    main()
