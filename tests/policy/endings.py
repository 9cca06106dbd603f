"""What the switch says of a leg that ends, as measured, where its words are not those that are told."""

from switchctl.contract.dialling import MOVED


def ending(cause: str) -> dict[str, str]:
    """Fields of the two hangup events of a leg that comes to this end."""
    if cause == MOVED:
        return {"hangup_cause": "REQUESTED_CHAN_UNAVAIL", "proto_cause": "sip:302"}
    return {"hangup_cause": cause}
