"""Which addresses are the outside. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

INSIDE: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20",
            "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        ),
    )
)  # fmt: skip
"""Private, loopback, link-local (metadata services), shared, documentation, multicast, reserved: the registries of
special-purpose addresses (RFC 6890 and what followed)."""
NAT64 = ip_network("64:ff9b::/96")
COMPATIBLE = ip_network("::/96")


def is_outside(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether a request may go there. An IPv4 address inside an IPv6 one is looked at, too."""
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if any(address in network for network in INSIDE if network.version == address.version):
        return False
    inner = _within(address)
    return inner is None or is_outside(inner, allowed)


def _within(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, compatible, 6to4, NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64 or address in COMPATIBLE:
        return ip_address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
