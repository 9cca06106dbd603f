"""The fact of a call that is forwarded from one extension to another number."""

from switchctl.contract.envelope import Fact


class CallForwarded(Fact, frozen=True, tag=True):
    """A call to an extension goes on to where its owner has it forwarded. What rings for it next is told after this;
    a queue's offer stays the offer of its agent, wherever it rings."""

    extension: str
    """Whose forwarding it is."""
    how: str
    """``always``, ``no_answer`` (nobody picked up, or its phone is not there) or ``busy``."""
    to: str
    """Another extension, or a number outside (E.164 or a short code)."""
    hops: int = 1
    """How often the call has been forwarded by now."""
    trunk: str = ""
    """Of a call that an agent has dialled: the gateway over which it leaves now."""
