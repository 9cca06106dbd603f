"""The dialplan: which actions a destination has. Two books: `staged`, the one our FreeSWITCH configuration
has for every number, and `recorded`, the numbers of the recorded traces.

In the staged book a call goes to the controller, then to the standby, then to a fail-safe queue; the switch
itself turns `socket_resume` off just before any bridge, so talking parties never notice a controller's death.
"""

import re

import msgspec


class Action(msgspec.Struct):
    """One app with its data."""

    app: str
    data: str = ""


class Entry(msgspec.Struct):
    """The actions of a destination and the groups of the expression that matched it."""

    actions: list[Action]
    groups: list[str]


Rule = tuple[str, str, list[Action]]  # context, expression, actions


def _actions(*lines: str) -> list[Action]:
    parts = [line.partition(" ") for line in lines if line]
    return [Action(name, data) for name, _, data in parts]


def staged(lease: str, standby: str) -> list[Rule]:
    """`lease` and `standby` are what the socket app gets: `host:port` or `a:8094|b:8095`; standby may be empty.

    Before them it tries where the leader said that it listens, in the global variable `cc_lease`.
    """
    hosts = "|".join(host for host in ("${cc_lease}", lease, standby) if host)
    return _stages(hosts, hosts if standby else "")


def _stages(lease: str, standby: str) -> list[Rule]:
    first = f"socket {lease} async full"
    second = f"socket {standby} async full" if standby else ""
    entry = _actions(
        "set limit_ignore_transfer=true",
        "limit hash trunk calls ${trunk_channels} no-free-channel XML stages",
        "set cc_stage=entry",
        "set hangup_after_bridge=false",
        "set socket_resume=true",
        "set transfer_after_bridge=after-agent:XML:stages",
        "set execute_on_pre_bridge=set socket_resume=false",
        first,
        "set cc_stage=standby",
        second,
        "set cc_stage=failsafe",
        "answer",
        "callcenter failsafe@default",
        "playback ivr/sorry.wav",
        "hangup NORMAL_TEMPORARY_FAILURE",
    )
    blocked = _actions("set cc_stage=blocked", "respond 503 No free channel", "hangup NORMAL_CIRCUIT_CONGESTION")
    after = _actions(
        "set cc_stage=survey", "set socket_resume=true", first, second, "playback ivr/thanks.wav", "hangup"
    )
    wait = _actions("set cc_stage=wait", "set socket_resume=true", first, second, "callcenter failsafe@default")
    relay = _actions(
        "set cc_call_id=${sip_h_X-Switchdesk-Call}",
        "set cc_relay=${sip_h_X-Switchdesk-Offer}",
        "set hangup_after_bridge=true",
        "set continue_on_fail=USER_NOT_REGISTERED",
        "bridge {origination_uuid=${sip_h_X-Switchdesk-Leg},cc_relay=${cc_relay},cc_call_id=${cc_call_id},"
        "originate_timeout=300}user/${sip_to_user}",
        "hangup SUBSCRIBER_ABSENT",
    )
    return [
        ("stages", "^(after-agent)$", after),
        ("stages", "^(wait)$", wait),
        ("public", r"^(\+?\d+)$", entry),
        ("relay", r"^(.+)$", relay),
        ("stages", "^(no-free-channel)$", blocked),
        *_rooms(),
    ]


def _rooms() -> list[Rule]:
    room = _actions("conference room-$1@room", "hangup")
    stay = "set hangup_after_conference=false"
    return [
        ("rooms", "^room-(.+)$", room),
        ("rooms", "^three-(.+)$", _actions(stay, "conference three-$1@three+flags{dist-dtmf}", "hangup")),
        ("rooms", "^customer-(.+)$", _actions(stay, "conference three-$1@three+flags{dist-dtmf|endconf}", "hangup")),
    ]


def recorded(lease: str, standby: str) -> list[Rule]:
    """The numbers 4001, 4002, 4004, 4006 and 4010 of the recordings."""
    first, second = f"socket {lease} async full", f"socket {standby or lease} async full"
    stages = _stages(lease, standby or lease)
    plain = _actions(
        "set cc_stage=entry",
        "set hangup_after_bridge=false",
        "set socket_resume=true",
        first,
        "set cc_stage=standby",
        second,
        "set cc_stage=failsafe",
        "answer",
        "callcenter failsafe@default",
        "playback ivr/sorry.wav",
        "hangup",
    )
    survey = _actions(
        "set cc_stage=entry",
        "set hangup_after_bridge=false",
        "set socket_resume=true",
        first,
        "set cc_stage=survey",
        "set socket_resume=true",
        first,
        "playback ivr/thanks.wav",
        "hangup",
    )
    numbers = {
        "4001": plain,
        "4002": [action for action in stages[2][2] if "limit" not in f"{action.app} {action.data}"],
        "4004": _actions("set hangup_after_bridge=true", first),
        "4006": _actions("answer", "callcenter support@default"),
        "4010": survey,
    }
    return [*stages[:2], *(("public", f"^({number})$", actions) for number, actions in numbers.items())]


class Dialplan:
    """Looks a destination up; rules are tried in order."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = [(context, re.compile(expression), actions) for context, expression, actions in rules]

    def find(self, context: str, destination: str) -> Entry | None:
        for wanted, expression, actions in self.rules:
            match = expression.match(destination) if wanted == context else None
            if match:
                groups = list(match.groups())
                first = groups[0] if groups else ""
                return Entry([Action(one.app, one.data.replace("$1", first)) for one in actions], groups)
        return None
