"""The worked half-hour: queue "sales" in Shanghai, 9:00 to 9:30; in time is within 20 s, short below 5.

Told as facts wherever there is a fact for it. What no fact tells yet, a callback and voicemail, is its visit's exit.
"""

from datetime import date, timedelta, tzinfo

from crm.reports.periods import Span, span_of
from switchctl.contract import facts as f
from tests.stories import SECOND, numbered

NINE = 1_726_621_200 * SECOND
"""2024-09-18 09:00 in Shanghai, 01:00 UTC."""
DAY = date(2024, 9, 18)
LEVEL_S, SHORT_S = 20, 5


class Told:
    """Facts at seconds after nine."""

    def __init__(self) -> None:
        self.facts: list[f.Fact] = []

    def tell(self, kind: type[f.Fact], second: float, **fields: object) -> None:
        self.facts.append(kind(at=NINE + round(second * SECOND), node="fs1", **fields))

    def arrives(self, call: str, second: float, number: str) -> None:
        """Through the greeting, which takes no time here."""
        self.tell(f.CallArrived, second, call_id=call, number=number, dialled="4001", trunk="carrier")
        self.tell(f.CallAnswered, second, call_id=call)
        self.tell(f.FlowEntered, second, call_id=call, flow="menu", flow_visit=f"{call}-f")

    def flow_left(self, call: str, second: float, exit: str) -> None:
        self.tell(f.FlowLeft, second, call_id=call, flow="menu", flow_visit=f"{call}-f", exit=exit)

    def enters(self, call: str, second: float, queue: str = "sales") -> None:
        self.flow_left(call, second, "completed")
        self.tell(
            f.QueueEntered, second, call_id=call, queue=queue, visit=f"{call}-v", entered=NINE + second * SECOND,
            service_level_s=LEVEL_S, short_abandon_s=SHORT_S,
        )  # fmt: skip

    def leaves(self, call: str, second: float, exit: str, wait: float) -> None:
        self.tell(f.QueueLeft, second, call_id=call, queue="sales", visit=f"{call}-v", exit=exit, wait_ms=wait * 1000)

    def ends(self, call: str, second: float, by: str = "customer", **fields: str) -> None:
        self.tell(f.CallEnded, second, call_id=call, **{"cause": "NORMAL_CLEARING", "ended_by": by, **fields})

    def rings(
        self, call: str, offer: str, agent: str, offered: float, ended: float, result: str, waited: float
    ) -> None:
        about = {"call_id": call, "offer": offer, "agent": agent, "visit": f"{call}-v"}
        self.tell(f.OfferMade, offered, **about, queue="sales", ring_s=20, waited_ms=round(waited * 1000), reason="")
        self.tell(f.OfferEnded, ended, **about, result=result, ring_ms=round((ended - offered) * 1000))

    def talks(self, call: str, offer: str, agent: str, start: int, talk: int, hold: int, wrap: int) -> None:
        about = {"call_id": call, "offer": offer, "agent": agent}
        end = start + talk + hold
        self.tell(f.TalkStarted, start, **about, queue="sales")
        self.tell(f.TalkEnded, end, **about, talk_ms=talk * 1000, hold_ms=hold * 1000, ended_by="customer")
        self.tell(f.WrapUpEnded, end + wrap, **about, wrap_ms=wrap * 1000, by="agent")

    def states(self, agent: str, *changes: tuple[int, str]) -> None:
        for second, state in changes:
            reason = "lunch" if state == "paused" else ""
            self.tell(f.AgentStateChanged, second, agent=agent, state=state, previous="", reason=reason)


ANSWERED = (
    # call, agent, entered, answered, talk, hold, wrap, how long the phone rang
    ("c1", "a1", 0, 8, 100, 20, 30, 3),
    ("c2", "a2", 30, 60, 180, 0, 15, 5),
    ("c6", "a1", 600, 612, 60, 0, 30, 3),
    ("c7", "a2", 1700, 1830, 120, 0, 30, 5),
)


def facts() -> list[f.Fact]:
    """Numbered, in the order of their times."""
    told = Told()
    for call, agent, entered, answered, talk, hold, wrap, rang in ANSWERED:
        told.arrives(call, entered, f"1540140{entered:04}")
        told.enters(call, entered)
        told.rings(call, f"{call}-o", agent, answered - rang, answered, "answered", answered - rang - entered)
        told.leaves(call, answered, "answered", answered - entered)
        told.talks(call, f"{call}-o", agent, answered, talk, hold, wrap)
        told.ends(call, answered + talk + hold)
    _missed_first(told)
    for call, entered, left in (("c3", 90, 93), ("c4", 100, 145), ("c8", 1750, 1815), ("c14", 1250, 1262)):
        told.arrives(call, entered, f"1540140{entered:04}")
        told.enters(call, entered)
        told.leaves(call, left, "abandoned", left - entered)
        told.ends(call, left)
    for call, entered, left, exit in (("c12", 1000, 1040, "callback_booked"), ("c13", 1100, 1400, "voicemail")):
        told.arrives(call, entered, f"1540140{entered:04}")
        told.enters(call, entered)
        told.leaves(call, left, exit, left - entered)
        told.ends(call, left)
    told.tell(f.CallArrived, 1500, call_id="c9", number="15401409999", dialled="4001", trunk="carrier")
    told.ends("c9", 1500, "system", cause="NORMAL_CIRCUIT_CONGESTION", sip_status="503", q850="34")
    told.arrives("c10", 1510, "15401409998")
    told.flow_left("c10", 1540, "completed")
    told.ends("c10", 1541)
    told.arrives("c11", 1520, "15401409997")
    told.flow_left("c11", 1530, "hangup")
    told.ends("c11", 1530)
    told.states(
        "a1", (0, "ready"), (5, "offered"), (8, "talking"), (128, "wrapup"), (158, "ready"), (200, "offered"),
        (215, "ready"), (609, "offered"), (612, "talking"), (672, "wrapup"), (702, "ready"), (1200, "paused"),
        (1500, "ready"), (1800, "offline"),
    )  # fmt: skip
    return numbered(told.facts)


def _missed_first(told: Told) -> None:
    """C5: A1 lets it ring, A3 answers."""
    told.arrives("c5", 200, "15401400200")
    told.enters("c5", 200)
    told.rings("c5", "c5-o1", "a1", 200, 215, "rna", 0)
    told.rings("c5", "c5-o2", "a3", 218, 222, "answered", 18)
    told.leaves("c5", 222, "answered", 22)
    told.talks("c5", "c5-o2", "a3", 222, 300, 0, 10)
    told.ends("c5", 522)


def half_hour(zone: tzinfo) -> Span:
    """9:00 to 9:30."""
    day = span_of(DAY, DAY, zone).start
    return Span(day + timedelta(hours=9), day + timedelta(hours=9, minutes=30))
