"""Trunks as gateways of the switch's profile ``external``, which asks for them as it starts and at each rescan, and as
networks from which calls may come, which the switch asks for at each ``reloadacl``.

A gateway is asked by OPTIONS whether it lives: one that does not answer is *down*, and a call over it fails at once.
"""

import hashlib
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as xml

from switchctl.contract.directory import Trunk

PROFILE = "external"
ACCOUNT = "switchdesk"
"""User name where the carrier knows us by our address: the switch wants one, nobody is asked for it."""
PING_S = 15
"""How often it is asked whether it lives."""
DOWN_AFTER = 2
"""Pings without an answer until it is down; one that is answered brings it up."""
AGAIN_S = 20
"""How long after a registration that failed the next one is tried."""
HELD_S = 300
"""How long a registration holds."""


class Gateway:
    """What the switch is told of one trunk. ``digest`` names it: another digest is another gateway."""

    def __init__(self, trunk: Trunk, secret: str) -> None:
        self.name, self.networks = trunk.gateway, trunk.networks
        place = trunk.proxy if trunk.transport == "udp" else f"{trunk.proxy};transport={trunk.transport}"
        self.params = {
            "proxy": place,
            "realm": trunk.realm or trunk.proxy.partition(":")[0],
            "username": trunk.user or ACCOUNT,
            "password": secret or "none",
            "register": "true" if trunk.register else "false",
            "register-transport": trunk.transport,
            "caller-id-in-from": "true",  # whom the customer sees: what the daemon says, not the account
            "retry-seconds": str(AGAIN_S),
            "expire-seconds": str(HELD_S),
        }
        if trunk.pings:
            self.params |= {"ping": str(PING_S), "ping-min": "1", "ping-max": str(DOWN_AFTER)}
        self.digest = hashlib.sha256(repr(sorted(self.params.items())).encode()).hexdigest()[:16]

    def user(self) -> xml.Element:
        """The user of the directory in which the switch looks for a gateway; none registers as it."""
        networks = {"cidr": ",".join(self.networks)} if self.networks else {}
        user = xml.Element("user", id=f"trunk-{self.name}", **networks)
        one = xml.SubElement(xml.SubElement(user, "gateways"), "gateway", name=self.name)
        for param, value in self.params.items():
            xml.SubElement(one, "param", name=param, value=value)
        return user


def gateways(trunks: Iterable[Trunk], secrets: Mapping[str, str]) -> dict[str, Gateway]:
    """Those that are rows of the site, by their names; one without a proxy is the switch's own affair."""
    return {one.gateway: Gateway(one, secrets.get(one.gateway, "")) for one in trunks if one.proxy}


def group(every: Iterable[Gateway]) -> xml.Element:
    """All of them, as a part of the domain."""
    groups = xml.Element("groups")
    users = xml.SubElement(xml.SubElement(groups, "group", name="trunks"), "users")
    users.extend(one.user() for one in every)
    return groups


def digest(every: Iterable[Gateway]) -> str:
    """Of all of them together, with their networks: whether a switch knows these is seen by it."""
    told = sorted((one.name, one.digest, one.networks) for one in every)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def known(text: str) -> dict[str, str]:
    """The gateways of the profile as ``sofia xmlstatus gateway`` lists them: name → ``registration/ping``. Raises
    ValueError for what is no such list."""
    try:
        root = xml.fromstring(text.partition("?>")[2] or text)
    except xml.ParseError as error:
        raise ValueError("no list of gateways") from error
    rows = [{part.tag: (part.text or "").strip() for part in one} for one in root.iter("gateway")]
    mine = [one for one in rows if one.get("profile") == PROFILE]
    return {one.get("name", ""): f"{one.get('state', '')}/{one.get('status', '')}" for one in mine}
