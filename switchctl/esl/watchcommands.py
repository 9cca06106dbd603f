"""Event-socket text of supervision; as in ``commands``, every value is checked and none repaired."""

from collections.abc import Mapping

from switchctl.esl.values import DIAL, UUID, CommandError, check, line, number, variable_list

KEYS = "0123"


def originate_eavesdrop(
    dial: str, leg_uuid: str, variables: Mapping[str, str], timeout_s: int, spied: str, job_uuid: str
) -> bytes:
    """Call a supervisor's phone `dial`; answered, it hears the channel `spied` and its partner, neither hears it.

    Keys decide who hears it (`press`), its own or ours; no bridge is made, and it ends with the channel `spied`.
    """
    ours = {
        "origination_uuid": check(UUID, leg_uuid, "leg uuid"),
        "originate_timeout": str(number(timeout_s, "time-out", 1, 3600)),
        "ignore_early_media": "true",
        "eavesdrop_enable_dtmf": "true",
    }
    twice = ours.keys() & variables.keys()
    if twice:
        raise CommandError(f"{sorted(twice)[0]} is set by the command itself")
    block = variable_list({**ours, **variables})
    app = f"&eavesdrop({check(UUID, spied, 'uuid')})"
    return line(
        f"bgapi originate {{{block}}}{check(DIAL, dial, 'dial string')} {app}",
        f"Job-UUID: {check(UUID, job_uuid, 'job uuid')}",
    )


def press(uuid: str, key: str) -> bytes:
    """As if the phone of a channel that eavesdrops had pressed one of the keys that choose who hears it."""
    if len(key) != 1 or key not in KEYS:
        raise CommandError("not a key of eavesdrop")
    return line(f"api uuid_recv_dtmf {check(UUID, uuid, 'uuid')} {key}")
