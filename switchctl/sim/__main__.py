"""`python -m switchctl.sim`: a simulated FreeSWITCH that speaks the real event socket."""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from .api_sim import HELP  # noqa: E402
from .callers import Nature  # noqa: E402
from .options import Options  # noqa: E402
from .registry import parse_phones  # noqa: E402
from .switch import Switch  # noqa: E402

EPILOG = "commands over the event socket, as `api sim …`:\n\n" + HELP


def parser() -> argparse.ArgumentParser:
    """The command line."""
    usual = Options()
    line = argparse.ArgumentParser(
        prog="python -m switchctl.sim",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = line.add_argument
    add("--esl", default="127.0.0.1:8021", metavar="HOST:PORT", help="where controllers connect; port 0: a free one")
    add("--secret-file", type=Path, help="the event socket's secret; without it the variable ESL_SECRET")
    add("--announce", type=Path, metavar="FILE", help="write `host:port` there once it listens")
    add("--siblings", metavar="HOST:PORT", help="where other simulated switches bring calls for phones of this one")
    add("--lease", default=usual.lease, metavar="HOST:PORT[|…]", help="the controller that gets the calls")
    add("--standby", default="", metavar="HOST:PORT", help="the controller that gets them next")
    add("--dialplan", choices=("staged", "recorded"), default="staged", help="the numbers' actions")
    add("--name", default=usual.name, help="the node's name")
    add("--domain", default=usual.domain, help="the phones' domain")
    add("--dids", default="4001,4002,4003", help="numbers that callers dial, with commas")
    add("--extensions", default="1001-1099", metavar="FIRST-LAST", help="phones that exist")
    add(
        "--phones",
        default=usual.phones,
        metavar="EXT=MANNER,…",
        help="how phones take a call: page (waits for the page's word), auto[:S[-S]], noanswer, busy, reject[:S], "
        "unregistered, unknown; EXT may be a pattern, the first that fits counts (default: *=auto)",
    )
    add("--rate", type=float, default=0.0, help="arrivals a minute (default: none)")
    add("--patience", type=float, default=Nature().patience, metavar="S", help="mean wait until a caller gives up")
    add("--talk", type=float, default=Nature().talk, metavar="S", help="mean talk time")
    add(
        "--greeting-leavers",
        type=float,
        default=Nature().greeting_leavers,
        metavar="P",
        help="share of callers who leave in the greeting",
    )
    add("--agent-first", type=float, default=Nature().agent_first, metavar="P", help="share of talks the agent ends")
    add("--digits", default=Nature().digits, help="digits of which a caller presses one; empty: none")
    add("--most-calls", type=int, default=0, metavar="N", help="no arrivals while N calls are up")
    add(
        "--trunk-channels",
        type=int,
        default=usual.trunk_channels,
        metavar="N",
        help="lines of the trunk: who calls when all are taken is refused (default: as many as come)",
    )
    add("--prompt", action="append", default=[], metavar="STEM=S", help="how long a sound lasts; -1: it is missing")
    add("--prompt-seconds", type=float, default=usual.prompt_seconds, metavar="S", help="how long other sounds last")
    add("--cdr", default="", metavar="FOLDER", help="where mod_json_cdr writes its files")
    add(
        "--dialled",
        default="",
        metavar="FILE",
        help="each leg to the outside is added there as it is called: a line of seconds since the epoch, uuid, number, "
        "the agent's leg that is up for it, or -",
    )
    add("--heartbeat", type=float, default=usual.heartbeat, metavar="S", help="seconds between HEARTBEAT events")
    add(
        "--farewell",
        type=float,
        default=usual.farewell,
        metavar="S",
        help="at an orderly end: seconds from the last hangup to the notice",
    )
    add("--seed", type=int, default=1, help="the same seed gives the same people")
    return line


def options(words: argparse.Namespace) -> Options:
    """The options of a command line; ValueError says in words what is wrong."""
    host, _, port = words.esl.rpartition(":")
    secret = words.secret_file.read_text().strip() if words.secret_file else os.environ.get("ESL_SECRET", "")
    if not secret:
        raise ValueError("no secret: give --secret-file or set ESL_SECRET")
    first, _, last = words.extensions.partition("-")
    parse_phones(words.phones)
    pairs = [pair.partition("=") for pair in words.prompt]
    return Options(
        esl=(host or "127.0.0.1", int(port)),
        secret=secret,
        siblings=_place(words.siblings) if words.siblings else None,
        lease=words.lease,
        standby=words.standby,
        name=words.name,
        domain=words.domain,
        dialplan=words.dialplan,
        dids=words.dids.split(","),
        extensions=(int(first), int(last or first)),
        phones=words.phones,
        rate=words.rate,
        nature=Nature(
            patience=words.patience,
            talk=words.talk,
            greeting_leavers=words.greeting_leavers,
            agent_first=words.agent_first,
            digits=words.digits,
        ),
        prompts={stem: float(seconds) for stem, _, seconds in pairs},
        prompt_seconds=words.prompt_seconds,
        cdr=words.cdr,
        dialled=words.dialled,
        trunk_channels=words.trunk_channels,
        seed=words.seed,
        heartbeat=words.heartbeat,
        farewell=words.farewell,
    )


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)


def main() -> int:
    """Run until told to stop. 0 after an orderly end, 2 when it cannot start."""
    words = parser().parse_args()
    try:
        switch = Switch(options(words))
        switch.arrivals.limit = words.most_calls
        switch.start()
    except (ValueError, OSError) as problem:
        print(f"switchctl.sim: {problem}", file=sys.stderr)
        return 2
    host = switch.options.esl[0]
    if words.announce:
        half = words.announce.with_suffix(".part")
        half.write_text(f"{host}:{switch.port}\n")
        half.replace(words.announce)
    print(f"switchctl.sim listens on {host}:{switch.port}, calls go to {switch.options.lease}", flush=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: gevent.spawn(switch.shutdown))
    switch.ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
