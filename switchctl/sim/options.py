"""What the simulated switch is told at its start."""

import msgspec

from .callers import Nature


class Options(msgspec.Struct, kw_only=True):
    """Every field has a flag of the same name in `python -m switchctl.sim --help`."""

    esl: tuple[str, int] = ("127.0.0.1", 8021)
    secret: str = "ClueCon"  # the switch's own default; the command line demands a file or a variable
    siblings: tuple[str, int] | None = None
    lease: str = "127.0.0.1:8094"
    standby: str = ""
    name: str = "sim1"
    domain: str = "sim.example.net"
    dialplan: str = "staged"
    dids: list[str] = msgspec.field(default_factory=lambda: ["4001"])
    extensions: tuple[int, int] = (1001, 1099)
    phones: str = "*=auto"
    rate: float = 0.0
    nature: Nature = msgspec.field(default_factory=Nature)
    prompts: dict[str, float] = msgspec.field(default_factory=dict)
    prompt_seconds: float = 3.0
    cdr: str = ""
    dialled: str = ""
    trunk_channels: int = -1
    seed: int = 1
    heartbeat: float = 20.0
    farewell: float = 1.5
