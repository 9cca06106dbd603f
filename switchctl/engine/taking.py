"""Where the switch's calls come in: one connection of the switch for each, held as long as the call is ours."""

from collections.abc import Callable

import gevent
import structlog
from gevent.event import Event as Signal

from switchctl.addresses import CannotListen, listen_at, networks
from switchctl.engine import inbox as i
from switchctl.engine.cores import Cores
from switchctl.esl.lease import Lease, LeaseServer, Limits
from switchctl.settings import Settings

RETRY_S = 0.1

log = structlog.get_logger(__name__)


class Taking:
    """Listens while we lead. ``may_take`` is asked about each call: one that must not be ours goes back."""

    def __init__(self, settings: Settings, inbox: i.Inbox, may_take: Callable[[], bool]) -> None:
        self._address = settings.lease
        self._inbox = inbox
        self.cores = Cores()
        self.leases = LeaseServer(
            *settings.lease, self._opened, self._closed, Limits(peers=networks(settings.peers)), may_take
        )
        self.problem = ""
        """Why no call can be taken, for those who look at our health."""

    def run(self, over: Signal) -> None:
        """Listen until ``over`` is set; the port may be that of a daemon which is just going."""
        listens = False
        while not listens:
            try:
                listen_at(self.leases.start, "SWITCHCTL_LEASE", self._address)
                listens, self.problem = True, ""
            except CannotListen as error:
                if not self.problem:
                    log.error("no call can be taken", problem=str(error))
                self.problem = str(error)
                gevent.sleep(RETRY_S)
        over.wait()

    def _opened(self, lease: Lease) -> None:
        node = self.cores.node(lease.core_uuid)
        if node is None:
            log.error("a call goes back: no link to its switch is up", call_id=lease.uuid)
            self.leases.release(lease.uuid)
        else:
            self.cores.hold(lease.uuid, lease.connection_id, node)
            self._inbox.put(i.LeaseOpened(node, lease.event))

    def _closed(self, leg: str, connection: int, _reason: str) -> None:
        node = self.cores.let_go(leg, connection)
        if node is not None:
            self._inbox.put(i.LeaseClosed(node, leg))
