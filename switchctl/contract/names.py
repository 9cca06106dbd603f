"""Names of the streams, keys and groups in Redis.

Every name carries its cluster as a hash tag (``ccs:{main}:facts``), so that a sharded Redis keeps one
cluster's keys together and several clusters share a Redis without meeting.
"""

import msgspec


class Names(msgspec.Struct, frozen=True):
    """The names of one cluster. ``cluster`` is a short word such as ``main``."""

    cluster: str = "main"

    def _of(self, what: str) -> str:
        return f"ccs:{{{self.cluster}}}:{what}"

    @property
    def facts(self) -> str:
        """Stream of facts; each entry has one field ``f``, the encoded fact."""
        return self._of("facts")

    @property
    def commands(self) -> str:
        """Stream of commands; each entry has one field ``c``, the encoded command."""
        return self._of("commands")

    @property
    def commands_place(self) -> str:
        """Key of the place in the stream of commands up to which a leader took them; the next one goes on there."""
        return self._of("commands:place")

    @property
    def directory(self) -> str:
        """Key of the encoded directory snapshot."""
        return self._of("directory")

    @property
    def directory_changed(self) -> str:
        """Pub/sub channel: a new directory version was written."""
        return self._of("directory:changed")

    @property
    def secrets(self) -> str:
        """Key of the encoded ``contract.secrets.Secrets`` of the same version as the directory."""
        return self._of("secrets")

    @property
    def lists(self) -> str:
        """Hash of the lists of numbers: ``snapshot`` (encoded), ``at``: its version, ``version``: the newest one."""
        return self._of("lists")

    @property
    def list_changes(self) -> str:
        """Stream of changes of the lists; entry ``<version>-0`` has one field ``c``, the encoded change to it."""
        return self._of("lists:changes")

    @property
    def committed(self) -> str:
        """Hash journal id → highest fact sequence whose row is committed; the daemon trims its journal to it."""
        return self._of("committed")

    def hopper(self, campaign: str) -> str:
        """List of encoded leads (``contract.hopper``) that a campaign may dial next; the first is taken first."""
        return self._of(f"hopper:{campaign}")

    @property
    def settled(self) -> str:
        """Key of the encoded ``contract.hopper.Settled``: which orders to dial can no longer be begun."""
        return self._of("settled")

    @property
    def terms(self) -> str:
        """Hash daemon (its journal's id) → newest term of leadership in which it told facts."""
        return self._of("terms")

    @property
    def live(self) -> str:
        """Key of the live view (fold of the facts) with the cursor up to which it is true."""
        return self._of("live")

    @property
    def figures(self) -> str:
        """Key of the newest figures of the floor (JSON), counted from rows, with the time at which they were true."""
        return self._of("figures")

    @property
    def standby(self) -> str:
        """Key like ``daemon``, of a daemon that stands by."""
        return self._of("standby")

    @property
    def daemon(self) -> str:
        """Key with a short life that the daemon which leads renews; its value is the daemon's public status (JSON)."""
        return self._of("daemon")


RECORD_GROUP = "record_events"
"""Consumer group of the process that turns facts into rows."""

MAIN = Names()
