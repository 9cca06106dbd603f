"""What the core said and ordered, as lines that a person can check: legs by letter in order of appearance."""

from switchctl.contract import facts as f
from switchctl.model import effects as do

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHOWN = {
    f.CallArrived: ("number", "name", "dialled", "stage"),
    f.FlowLeft: ("exit",),
    f.QueueEntered: ("queue",),
    f.QueueLeft: ("exit",),
    f.OfferMade: ("agent",),
    f.OfferEnded: ("agent", "result", "cause"),
    f.TalkStarted: ("agent",),
    f.HoldStarted: ("agent",),
    f.HoldEnded: ("agent",),
    f.TalkEnded: ("agent", "ended_by"),
    f.CallEnded: ("cause", "ended_by", "source", "sip_status", "q850"),
    f.CallRepaired: ("reason",),
    f.LinkChanged: ("up", "reason"),
    f.DeviceChanged: ("extension", "registered", "reason"),
    f.WorldStated: (),
    f.CallAnswered: (),
    f.KeysPressed: ("keys",),
    f.FlowEntered: (),
    f.WrapUpEnded: ("agent", "by"),
    f.CommandRefused: ("command", "reason"),
}
"""The fields of each fact that a transcript shows. Agents' own states follow from these and are not repeated."""


def readable(text: str) -> str:
    """One line, whatever a caller put into her name."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


class Transcript:
    """Lines such as ``A QueueLeft answered`` (a fact of call A) and ``> bridge A B`` (an order)."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[str, str] = {}

    def name(self, leg: str) -> str:
        """A leg's letter."""
        if leg not in self._names:
            n = len(self._names)
            self._names[leg] = LETTERS[n % 26] + (str(n // 26) if n >= 26 else "")
        return self._names[leg]

    def add(self, effect: do.Effect) -> None:
        """Write one effect down, if it is one to be read."""
        line = self._fact(effect.fact) if isinstance(effect, do.Tell) else self._order(effect)
        if line:
            self.lines.append(line)

    def _fact(self, fact: f.Fact) -> str:
        shown = SHOWN.get(type(fact))
        if shown is None:
            return ""
        values = [readable(str(value)) for value in (getattr(fact, field) for field in shown) if value != ""]
        who = self.name(fact.call_id) if fact.call_id else "-"
        return " ".join([who, type(fact).__name__, *values])

    def _order(self, effect: do.Effect) -> str:
        match effect:
            case do.Originate(_, leg, phone):
                return f"> originate {self.name(leg)} user/{phone}"
            case do.Bridge(_, caller, leg):
                return f"> bridge {self.name(caller)} {self.name(leg)}"
            case do.Kill(_, leg, cause):
                return f"> kill {self.name(leg)} {cause}"
            case do.Transfer(_, leg, extension):
                return f"> transfer {self.name(leg)} {extension}"
            case do.Play(_, leg, sound):
                return f"> play {self.name(leg)} {sound}"
            case do.Answer(_, leg):
                return f"> answer {self.name(leg)}"
            case do.Inspect(_, leg):
                return f"> inspect {self.name(leg)}"
            case _:
                return ""
