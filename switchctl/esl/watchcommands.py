"""Event-socket text of supervision; as in ``commands``, every value is checked and none repaired."""

from switchctl.esl.values import UUID, CommandError, check, line

KEYS = "0123"


def press(uuid: str, key: str) -> bytes:
    """As if the phone of a channel that eavesdrops had pressed one of the keys that choose who hears it."""
    if len(key) != 1 or key not in KEYS:
        raise CommandError("not a key of eavesdrop")
    return line(f"api uuid_recv_dtmf {check(UUID, uuid, 'uuid')} {key}")
