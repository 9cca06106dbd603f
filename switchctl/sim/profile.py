"""Who calls whom on a channel, and when what happened to it: the Caller-... and Other-Leg-... headers."""

import time

import msgspec

from .events import Headers


def now_us() -> int:
    """Microseconds since 1970, the unit of every ...-Time header and ..._uepoch variable."""
    return time.time_ns() // 1000


class Times(msgspec.Struct):
    """Microseconds since 1970, 0 for what has not happened."""

    created: int = 0
    answered: int = 0
    progress: int = 0
    progress_media: int = 0
    hangup: int = 0
    transfer: int = 0
    bridged: int = 0
    last_hold: int = 0
    hold_accum: int = 0

    def headers(self, prefix: str) -> Headers:
        return {
            f"{prefix}-Channel-Created-Time": str(self.created),
            f"{prefix}-Channel-Answered-Time": str(self.answered),
            f"{prefix}-Channel-Progress-Time": str(self.progress),
            f"{prefix}-Channel-Progress-Media-Time": str(self.progress_media),
            f"{prefix}-Channel-Hangup-Time": str(self.hangup),
            f"{prefix}-Channel-Transfer-Time": str(self.transfer),
            f"{prefix}-Channel-Resurrect-Time": "0",
            f"{prefix}-Channel-Bridged-Time": str(self.bridged),
            f"{prefix}-Channel-Last-Hold": str(self.last_hold),
            f"{prefix}-Channel-Hold-Accum": str(self.hold_accum),
        }


class Profile(msgspec.Struct):
    """Empty fields have no header, as on the switch (a From without a user part has no caller number)."""

    direction: str
    uuid: str
    channel_name: str
    destination: str
    context: str
    source: str
    cid_name: str = ""
    cid_number: str = ""
    callee_name: str = ""
    callee_number: str = ""
    username: str = ""
    dialplan: str = ""
    network_addr: str = ""
    ani: str = ""
    transfer_source: str = ""
    orig_name: str = ""
    orig_number: str = ""
    index: int = 1
    created: int = 0

    def __post_init__(self) -> None:
        self.created = self.created or now_us()
        self.orig_name = self.orig_name or self.cid_name
        self.orig_number = self.orig_number or self.cid_number
        self.ani = self.ani or self.cid_number

    def flip(self) -> None:
        """An answered outgoing leg shows whom it called as its caller, until it is bridged (measured)."""
        self.cid_name, self.callee_name = self.callee_number, self.cid_name
        self.cid_number, self.callee_number = self.callee_number, self.cid_number

    def unflip(self) -> None:
        """Bridged: the caller is the caller again, and stays the callee too."""
        if self.direction == "outbound":
            self.cid_name, self.cid_number = self.orig_name, self.orig_number

    def headers(self, prefix: str, times: Times, logical: str = "") -> Headers:
        """All headers of this profile. `prefix` is Caller, Other-Leg or (in CHANNEL_DATA) Channel."""
        pairs = (
            ("Direction", self.direction),
            ("Logical-Direction", logical or self.direction),
            ("Username", self.username),
            ("Dialplan", self.dialplan),
            ("Caller-ID-Name", self.cid_name),
            ("Caller-ID-Number", self.cid_number),
            ("Orig-Caller-ID-Name", self.orig_name),
            ("Orig-Caller-ID-Number", self.orig_number),
            ("Callee-ID-Name", self.callee_name),
            ("Callee-ID-Number", self.callee_number),
            ("Network-Addr", self.network_addr),
            ("ANI", self.ani),
            ("Destination-Number", self.destination),
            ("Unique-ID", self.uuid),
            ("Source", self.source),
            ("Transfer-Source", self.transfer_source),
            ("Context", self.context),
            ("Channel-Name", self.channel_name),
        )
        head: Headers = {f"{prefix}-{name}": value for name, value in pairs if value}
        head[f"{prefix}-Profile-Index"] = str(self.index)
        head[f"{prefix}-Profile-Created-Time"] = str(self.created)
        head.update(times.headers(prefix))
        head[f"{prefix}-Screen-Bit"] = "true"
        head[f"{prefix}-Privacy-Hide-Name"] = "false"
        head[f"{prefix}-Privacy-Hide-Number"] = "false"
        return head
