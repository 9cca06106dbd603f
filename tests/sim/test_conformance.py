"""The recorded controllers drive the simulated switch: per channel the same events with the same headers."""

import difflib
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from switchctl.sim.harness import SimSwitch
from tests.sim.differences import HEADERS, KNOWN
from tests.sim.replay import Replay, by_channel, label
from tests.sim.wires import Event, Listener

TRACES = (
    "01",
    "02",
    "03",
    "04",
    "04b",
    "05a",
    "05b",
    "05c",
    "05d",
    "05e",
    "06a",
    "06b",
    "06c",
    "12a",
    "12b",
    "12c",
    "12e",
    "12f",
    "13a",
    "13b",
    "13c",
    "13d",
    "13e",
    "22b",
    "32",
    "33a",
    "33b",
    "33c",
    "34",
    "36",
    "36b",
    "37",
    "talks/10a",
    "talks/10c",
)
PHONES = "2001=noanswer,3001=busy,4001=reject:0.4,1009=unregistered,*=auto:0.5"
SOUNDS = {"menu": 60.0, "survey": 60.0, "thanks": 0.2, "invalid": 0.2, "please-wait": 0.3}
QUICK = {"02": {"survey": 0.05}}  # the survey prompt was over when the caller pressed
FAILSAFE = (
    "agent add 1002@default callback",
    "agent set contact 1002@default user/1002",
    "agent set status 1002@default Available",
    "tier add failsafe@default 1002@default",
)
NO_STANDBY = ("12a", "12c")
AT_ONCE = 3

Found = list[tuple[str, str, str]]


def played(trace: str) -> Found:
    """Replay one trace and list (event, header, what) for everything that is not equal."""
    primary, standby = Listener(), Listener()
    if trace in NO_STANDBY:
        standby.close()
    if trace == "12c":
        primary.close()
    sounds = {**SOUNDS, **QUICK.get(trace, {})}
    with SimSwitch(
        lease=f"127.0.0.1:{primary.port}",
        standby=f"127.0.0.1:{standby.port}",
        dialplan="recorded",
        domain="cc.example.net",
        phones=PHONES,
        prompt=[f"{stem}={seconds}" for stem, seconds in sounds.items()],
    ) as sim:
        for line in FAILSAFE if trace in NO_STANDBY else ():
            sim.api(f"callcenter_config {line}")
        replay = Replay(trace, sim, primary, standby)
        replay.run()
    return differences(replay, {f":{primary.port} ": ":8094 ", f":{standby.port} ": ":8095 "})


def differences(replay: Replay, ports: dict[str, str]) -> Found:
    found: Found = []
    theirs, ours = by_channel(replay.recorded), by_channel(replay.simulated)
    if len(theirs) != len(ours):
        found.append(("channels", "", f"{len(theirs)} recorded, {len(ours)} simulated"))
    names = {ours_: theirs_ for theirs_, ours_ in replay.names.items()}
    for uuid, recorded in theirs.items():
        simulated = ours.get(replay.names.get(uuid, ""), [])
        left, right = [label(e) for e in recorded], [label(e) for e in simulated]
        for tag, a0, a1, b0, b1 in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if tag == "equal":
                for a, b in zip(recorded[a0:a1], simulated[b0:b1], strict=True):
                    found += _unequal(a, b, {**names, **ports})
            else:
                found += [(name, "", "only recorded") for name in left[a0:a1]]
                found += [(name, "", "only simulated") for name in right[b0:b1]]
    return found


def _unequal(recorded: Event, simulated: Event, names: dict[str, str]) -> Found:
    pairs = [(header, _text(recorded, header, {}), _text(simulated, header, names)) for header in HEADERS]
    return [(label(recorded), header, f"recorded {x!r}, simulated {y!r}") for header, x, y in pairs if x != y]


def _text(event: Event, header: str, names: dict[str, str]) -> str | None:
    value = event.get(header)
    if value is None:
        return None
    text = value if isinstance(value, str) else "|".join(value)
    for ours, theirs in names.items():
        text = text.replace(ours, theirs)
    return text


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> dict[str, Future[Found]]:
    """All replays that this run asks for, a few at once: they mostly wait."""
    wanted = {
        item.callspec.params["trace"]
        for item in request.session.items
        if item.module is request.module and hasattr(item, "callspec")
    }
    pool = ThreadPoolExecutor(AT_ONCE)
    request.addfinalizer(lambda: pool.shutdown(cancel_futures=True))
    return {trace: pool.submit(played, trace) for trace in TRACES if trace in wanted}


@pytest.mark.parametrize("trace", TRACES)
def test_a_recorded_controller_sees_the_same_switch(trace: str, results: dict[str, Future[Found]]) -> None:
    unknown = [
        (event, header, what)
        for event, header, what in results[trace].result(120)
        if not any(known.covers(trace, event, header) for known in KNOWN)
    ]
    assert not unknown, "\n".join(map(str, unknown))


def test_no_written_difference_is_gone(results: dict[str, Future[Found]]) -> None:
    if len(results) < len(TRACES):
        pytest.skip("needs the whole set")
    met = [(trace, event, header) for trace, done in results.items() for event, header, _ in done.result(120)]
    gone = [known for known in KNOWN if not known.now_and_then and not any(known.covers(*one) for one in met)]
    assert not gone
