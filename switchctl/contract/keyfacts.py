"""Facts of what an agent's page does to the sound of her talk: the microphone, and keys for the other side."""

from switchctl.contract.envelope import Fact


class MuteStarted(Fact, frozen=True, tag=True):
    """The other side does not hear the agent any more; she hears it."""

    offer: str
    agent: str


class MuteEnded(Fact, frozen=True, tag=True):
    """It hears her again."""

    offer: str
    agent: str


class KeysSent(Fact, frozen=True, tag=True):
    """The agent had the switch send keys to the other side. Which, is told by nobody."""

    offer: str
    agent: str
