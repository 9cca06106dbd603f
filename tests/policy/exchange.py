"""A switch of one page: legs, bridges, leases and a dialplan, with the order of events that the real one has.

Whatever it would say waits in ``said``, one line of waiting for each channel, because only within a channel is the
order certain. Who drives it decides what is delivered when, twice, or never.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from switchctl.model import effects as do
from tests.policy import callcenter
from tests.policy.conferring import Conferring
from tests.policy.dialled import Dialling
from tests.policy.endings import ending
from tests.policy.handsets import Handsets
from tests.policy.leg import Leg
from tests.policy.registrations import Registrations
from tests.policy.voice import REPLIES, Voice
from tests.policy.watched import Watched

NODE = "n1"
LEASES = "leases"


class Exchange(Dialling, Handsets, Registrations, Watched, Conferring, Voice):
    """``clock`` tells µs. ``answering`` is whether a daemon listens for outbound sockets. ``peers``: other switches."""

    def __init__(self, clock: Callable[[], int], name: str = NODE) -> None:
        self.clock = clock
        self.name = name
        self.peers: dict[str, Exchange] = {}
        self.phones: dict[str, int] = {}
        """Extension → when its registration here runs out; of those that are told."""
        self.trunks = {"carrier": "NOREG/UP"}
        self.paused = False
        self.alive = True
        self.core = f"{name}-core-1"
        self.legs: dict[str, Leg] = {}
        self.said: dict[str, deque[tuple[str, Any]]] = {}
        self.answering = True
        self.linked = True
        self._presses = 0
        self.busy = False
        """It says +OK to a bridge at once and joins the two when it comes to it (``catch_up``)."""
        self.to_join: list[tuple[Leg, Leg]] = []
        self.unregistered: set[str] = set()
        Dialling.__init__(self)
        self.callcenter: dict[str, dict[str, str]] = {}
        self._do: dict[type[do.Effect], Callable[[Any], None]] = {
            do.Answer: self._answer, do.Play: self._play, do.SetVars: self._set_vars, do.Originate: self._originate,
            do.Dial: self._dial,
            do.Bridge: self._bridge, do.Kill: self._kill, do.Hold: self._hold, do.PickUp: self._pick_up,
            do.Transfer: self._transfer, do.ListChannels: self._list, do.Inspect: self._inspect,
            do.FailSafe: self._fail_safe, do.ListFailSafe: self._list_fail_safe, do.ListPhones: self._list_phones,
            do.Pause: self._pause, do.AskPaused: self._ask_paused, do.Press: self._press,
            do.Eavesdrop: self._eavesdrop,
            do.Confer: self._confer, do.ListRooms: self._list_rooms,
            do.Mute: self._sound, do.SendKeys: self._sound, do.HearCodes: self._hear_codes,
            do.ListTrunks: self._list_trunks,
        }  # fmt: skip

    # --- what the daemon wants ----------------------------------------------------------------------------------

    def perform(self, effect: do.Effect) -> None:
        """Do an effect, if the link is up; a wish that cannot be sent is refused."""
        if isinstance(effect, do.Release):
            self._release(effect)
        elif self.linked:
            self._do[type(effect)](effect)
        else:
            rings = isinstance(effect, (do.Originate, do.Dial, do.Eavesdrop))
            ref = effect.leg if rings else getattr(effect, "ref", "")  # type: ignore[attr-defined]
            self._reply(ref, False, "the link is down")

    def _answer(self, wish: do.Answer) -> None:
        leg = self.legs.get(wish.leg)
        if leg and not leg.up:
            leg.answered_us = self.clock()
            self._say(leg, "CHANNEL_ANSWER")

    def _play(self, wish: do.Play) -> None:
        if wish.leg in self.legs:
            self.legs[wish.leg].playing.append(wish.token)
            self.legs[wish.leg].application, self.legs[wish.leg].last_response = "playback", ""

    def _set_vars(self, wish: do.SetVars) -> None:
        if wish.leg in self.legs:
            self.legs[wish.leg].variables.update(wish.variables)

    def _originate(self, wish: do.Originate) -> None:
        extension = wish.phone
        if wish.via:
            leg = self.legs[wish.leg] = Leg(wish.leg, agent=extension)
            leg.variables = dict(wish.variables)
            self._say(leg, "CHANNEL_CREATE")
            self.peers[wish.via].brought(self, leg)
            return
        if extension in self.unregistered:
            self._job(wish.leg, "-ERR USER_NOT_REGISTERED\n")
            return
        leg = self.legs[wish.leg] = Leg(wish.leg, agent=extension)
        leg.variables = dict(wish.variables)
        self._say(leg, "CHANNEL_CREATE")

    def _bridge(self, wish: do.Bridge) -> None:
        caller, leg = self.legs.get(wish.caller), self.legs.get(wish.leg)
        if caller is None or leg is None:
            self._reply(wish.ref, False, "-ERR Invalid uuid")
            return
        assert leg.up, "a leg that rings was bridged: both would end"
        asks = caller.partner and self.legs[caller.partner].variables.get("park_after_bridge") == "true"
        if caller.partner and not asks:
            self._depose(caller, leg)
        assert all(first is not caller for first, _ in self.to_join), "a caller was bridged twice at once"
        self._reply(wish.ref, True, f"+OK {leg.uuid}")
        if any(said[1].name == "CHANNEL_PARK" for two in (caller, leg) for said in self.said.get(two.uuid, ())):
            return  # seen on the real one: the bridge is lost in the parking
        self.to_join.append((caller, leg))
        if not self.busy:
            self.catch_up()

    def _kill(self, wish: do.Kill) -> None:
        if wish.leg in self.legs:
            self.hang_up(wish.leg, wish.cause, disposition="send_bye")

    def _hold(self, wish: do.Hold) -> None:
        caller = self.legs.get(wish.caller)
        if caller is None:
            self._reply(wish.ref, False, "-ERR invalid session id")
        elif wish.on:
            caller.playing.append(wish.token)
            self._say(caller, "CHANNEL_EXECUTE", app_uuid=wish.token)
        else:
            while caller.playing:
                self.finish(wish.caller)
            if caller.left_alone:  # the bridge ends only behind the music
                caller.left_alone = False
                self._enter(caller, "survey")

    def _sound(self, wish: do.Mute | do.SendKeys) -> None:
        known = wish.leg in self.legs
        self._reply(wish.ref, known, "+OK" if known else "-ERR Cannot locate session!")

    def _pick_up(self, wish: do.PickUp) -> None:
        if wish.leg in self.legs and not self.legs[wish.leg].up:
            self.answer(wish.leg)
        else:
            self._reply(wish.ref, False, "-ERR No such channel!")

    def _transfer(self, wish: do.Transfer) -> None:
        leg = self.legs.get(wish.leg)
        if leg is not None and (leg.by_itself or wish.extension.startswith("dial-")):
            self._sent_on(leg, wish)
        elif leg is not None:
            for rings in [r for r in self.legs.values() if r.variables.get("cc_member") == leg.uuid and not r.up]:
                self.hang_up(rings.uuid, "ORIGINATOR_CANCEL", "send_cancel")
            self._let_go(leg)
            self._part(leg)
            self.to_join = [pair for pair in self.to_join if leg not in pair]  # the later word counts (measured)
            (self._come_in if wish.context == "rooms" else self._enter)(leg, wish.extension)

    def _release(self, wish: do.Release) -> None:
        leg = self.legs.get(wish.leg)
        if leg is not None:
            self._close_leases(leg)

    def _fail_safe(self, wish: do.FailSafe) -> None:
        callcenter.carry_out(self.callcenter, wish.words)
        self._job(wish.job, "+OK\n")

    def _list_fail_safe(self, _wish: do.ListFailSafe) -> None:
        serve = [name for name, row in self.callcenter.items() if "level" in row]
        self._line(REPLIES).append(("fail_safe_listed", (serve,)))

    def _list(self, _wish: do.ListChannels) -> None:
        self._line(REPLIES).append(("channels", self.rows()))

    def _inspect(self, wish: do.Inspect) -> None:
        leg = self.legs.get(wish.leg)
        if leg is not None:
            self._line(REPLIES).append(("inspected", (leg.uuid, self._event(leg, "CHANNEL_DATA"))))

    # --- what the world outside does ----------------------------------------------------------------------------

    def brought(self, origin: "Exchange", near: Leg) -> None:
        """Another switch brings a call for a phone that is registered here."""
        if not self.alive:
            return
        if self.paused or near.agent not in self.phones:
            origin.hang_up(near.uuid, "NORMAL_TEMPORARY_FAILURE" if self.paused else "SUBSCRIBER_ABSENT", "recv_refuse")
            return
        offer, leg = near.variables["sip_h_X-Switchdesk-Offer"], near.variables["sip_h_X-Switchdesk-Leg"]
        assert offer == near.uuid
        came = self.legs[f"in-{leg}"] = Leg(f"in-{leg}", "15401400001", near.agent)
        rings = self.legs[leg] = Leg(leg, agent=near.agent)
        came.context = rings.context = "relay"
        near.far, rings.far = (self, leg), (origin, near.uuid)
        self._say(came, "CHANNEL_CREATE")
        self._say(rings, "CHANNEL_CREATE")

    def die(self) -> None:
        """The switch dies, and is started again only by ``begin_again``; registrations outlive it, a pause does not."""
        self.crash()
        self.alive = self.paused = False

    def begin_again(self) -> None:
        self.alive = True

    def hold_key(self, uuid: str, on: bool) -> None:
        """The phone's own hold key."""
        self._say(self.legs[uuid], "CHANNEL_HOLD" if on else "CHANNEL_UNHOLD")

    def ring_in(self, uuid: str, number: str, dialled: str, **variables: str) -> None:
        """A caller dials a number; ``variables``: what the dialplan wrote."""
        leg = self.legs[uuid] = Leg(uuid, number, dialled)
        leg.variables.update(variables)
        self._enter(leg, "entry")

    def answer(self, uuid: str) -> None:
        """A phone that rings is picked up."""
        leg = self.legs[uuid]
        leg.answered_us = self.clock()
        self._say(leg, "CHANNEL_ANSWER")
        if self._answered(leg):
            return
        if leg.spies:
            self._spies(leg)
        if leg.context == "relay" and leg.far is not None:
            origin, near = leg.far
            self.legs[f"in-{uuid}"].answered_us = self.clock()
            if near in origin.legs:
                origin.answer(near)

    def press(self, uuid: str, keys: str) -> None:
        """A caller presses keys of her phone, one after the other."""
        for key in keys if self.linked else "":
            self._presses += 1
            event = self._event(self.legs[uuid], "DTMF", digit=key)
            event.timestamp += self._presses
            self._line(uuid).append(("event", event))

    def finish(self, uuid: str) -> None:
        """What plays innermost on a leg comes to its end."""
        leg = self.legs[uuid]
        leg.last_response = "FILE PLAYED"
        self._say(leg, "CHANNEL_EXECUTE_COMPLETE", app_uuid=leg.playing.pop(), app_response="FILE PLAYED")

    def hang_up(self, uuid: str, cause: str = "NORMAL_CLEARING", disposition: str = "recv_bye") -> None:
        """A leg ends; an agent's follows its caller, a caller goes on to the stage after the agent."""
        leg = self.legs.pop(uuid)
        self._go_out(leg)
        if leg.far is not None:
            there, other = leg.far
            self.legs.pop(f"in-{uuid}", None)
            if there.alive and other in there.legs:
                far_disposition = "recv_refuse" if not leg.up else "recv_bye"
                there.hang_up(other, cause, far_disposition if leg.context == "relay" else "recv_cancel")
        self.to_join = [pair for pair in self.to_join if leg not in pair]
        hers = leg.dials or leg.dialled_by
        partner, answered = self.legs.get(leg.partner) if not hers else None, leg.up
        self._say(leg, "CHANNEL_HANGUP", **(said := ending(cause)))
        if not leg.caller and not answered:
            self._job(uuid, f"-ERR {said['hangup_cause']}\n")
        self._say(leg, "CHANNEL_HANGUP_COMPLETE", **said, sip_disposition=disposition)
        self._close_leases(leg)
        self._spied_gone(leg)
        self._follow(leg, said["hangup_cause"])
        if partner is not None:
            self._part(partner)
            led_on = "transfer_after_bridge" in partner.variables
            if leg.caller or (partner.context == "default" and not led_on):  # of a dialled one no dialplan leads on
                if not (partner.caller or leg.caller) and partner.variables.get("park_after_bridge") == "true":
                    self._parks(partner)
                else:
                    self.hang_up(partner.uuid, "NORMAL_CLEARING", "send_bye")
            elif partner.playing:
                partner.left_alone = True
            else:
                self._enter(partner, "survey")

    def refuse(self, uuid: str, cause: str) -> None:
        """A phone that rings is busy, rejects, or nobody answers."""
        self.hang_up(uuid, cause, "recv_refuse")

    def join(self, caller: Leg, leg: Leg) -> None:
        """Two legs talk from now on; with whom they talked before does as its variables say."""
        self._part(caller)
        self._part(leg)
        self._go_out(leg)
        self._go_out(caller)
        caller.partner, leg.partner = leg.uuid, caller.uuid
        for token in reversed(caller.playing):
            self._say(caller, "CHANNEL_EXECUTE_COMPLETE", app_uuid=token, app_response="PLAYBACK ERROR")
        caller.playing = []
        self._say(caller, "CHANNEL_BRIDGE", bridge_a=caller.uuid, bridge_b=leg.uuid)

    def catch_up(self) -> None:
        """Join whoever was to be joined and is still there."""
        for caller, leg in self.to_join:
            if caller.uuid in self.legs and leg.uuid in self.legs:
                self.join(caller, leg)
        self.to_join = []

    def fail_safe(self, uuid: str, extension: str, leg_uuid: str) -> None:
        """The switch's own queue finds a waiting caller an agent."""
        self.fail_safe_rings(uuid, extension, leg_uuid)
        self.answer(leg_uuid)
        self.join(self.legs[uuid], self.legs[leg_uuid])

    def fail_safe_rings(self, uuid: str, extension: str, leg_uuid: str) -> None:
        """It rings one for a waiting caller; taken out of it, she leaves no phone ringing."""
        leg = self.legs[leg_uuid] = Leg(leg_uuid, agent=extension)
        leg.variables = {"cc_agent": f"{extension}@default", "cc_member": uuid}
        self._say(leg, "CHANNEL_CREATE")

    def leave_lease(self, uuid: str) -> None:
        """The outbound socket of a waiting caller breaks: she goes on to the fail-safe queue."""
        leg = self.legs[uuid]
        self._close_leases(leg)
        leg.stage, leg.joined, leg.playing = "failsafe", self.clock(), []

    def link_down(self) -> None:
        """The links drop: what was not delivered never will be."""
        self.linked = False
        for line in [line for line in self.said if line != LEASES]:
            del self.said[line]

    def crash(self) -> None:
        """The switch dies without a word and starts again: another run of it, with no calls."""
        self.link_down()
        self.core = f"{self.name}-core-{int(self.core.rpartition('-')[2]) + 1}"
        for leg in self.legs.values():
            self._close_leases(leg)
        self.legs, self.to_join = {}, []

    def daemon_dies(self) -> None:
        """No link and no lease any more; whoever waits goes on to the fail-safe queue."""
        self.linked = self.answering = False
        self.said.clear()
        for leg in self.legs.values():
            if leg.leases and not leg.partner and leg.variables.get("socket_resume") != "false":
                leg.stage, leg.joined, leg.playing = "failsafe", self.clock(), []
            leg.leases = 0

    def rows(self) -> list[dict[str, Any]]:
        """``show channels as json``."""
        return [
            {
                "uuid": leg.uuid,
                "direction": leg.direction,
                "state": leg.state,
                "callstate": "ACTIVE" if leg.up else "RINGING",
                "call_uuid": self._call_uuid(leg),
                "context": leg.context,
                "application": "callcenter" if leg.stage == "failsafe" else leg.application,
                "application_data": f"{leg.room}@profile" if leg.room else "",
            }
            for leg in self.legs.values()
        ]

    # --- inside -------------------------------------------------------------------------------------------------

    def _enter(self, leg: Leg, stage: str) -> None:
        leg.stage, leg.playing = stage, []
        self._close_leases(leg)
        if self.answering:
            leg.leases += 1
            self._line(LEASES).append(("lease_opened", self._event(leg, "CHANNEL_DATA")))
        elif stage == "survey":
            self.hang_up(leg.uuid, "NORMAL_CLEARING", "send_bye")
        else:
            leg.stage, leg.joined = "failsafe", self.clock()
            leg.answered_us = leg.answered_us or self.clock()

    def _part(self, leg: Leg) -> None:
        partner = self.legs.get(leg.partner)
        leg.partner = ""
        if partner is not None:
            partner.partner = ""
            if partner.variables.get("park_after_bridge") == "true":
                self._parks(partner)
                return
            if partner.caller:
                self._enter(partner, "survey")
            else:
                self.hang_up(partner.uuid, "NORMAL_CLEARING", "send_bye")

    def _parks(self, leg: Leg) -> None:
        """Told to in its talk; the variable is gone with it."""
        del leg.variables["park_after_bridge"]
        self._say(leg, "CHANNEL_PARK")

    def _close_leases(self, leg: Leg) -> None:
        for _ in range(leg.leases):
            self._line(LEASES).append(("lease_closed", leg.uuid))
        leg.leases = 0
