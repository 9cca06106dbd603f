"""Commands: what a person or a program asks of the daemon.

The daemon answers with facts (that carry the command's id) or with ``CommandRefused``. A command that is read
after its ``deadline`` is refused, never carried out late.
"""

from typing import Annotated, Literal

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True, gc=False):
    """The envelope of every command."""

    id: str
    agent: str
    """Id of the agent whom it concerns."""
    deadline: int
    """Microseconds since the epoch."""
    by: str = ""
    """Login of whoever asked, for the audit."""


class SignIn(Command, frozen=True, tag=True):
    """Begin work: the agent is paused (reason ``signed-in``) until she says ready."""


class SignOut(Command, frozen=True, kw_only=True, tag=True):
    """End work. Refused while she talks or her phone rings, unless it is forced."""

    force: bool = False
    """The call in hand is ended first, an offer taken back. For supervisors."""


class BecomeReady(Command, frozen=True, tag=True):
    """Take calls; from wrap-up it ends the wrap-up."""


class Pause(Command, frozen=True, tag=True):
    """Take no calls. ``reason`` is a code of the centre's pause reasons."""

    reason: str


class PlanPause(Command, frozen=True, kw_only=True, tag=True):
    """Pause as soon as the call in hand and its wrap-up are over, instead of being ready. Refused without a call."""

    reason: str = ""
    """A code of the centre's pause reasons; empty = the plan is taken back."""


class Answer(Command, frozen=True, tag=True):
    """Answer the offered call, or her own phone while she dials: the phone is told to pick up."""


class Reject(Command, frozen=True, tag=True):
    """Refuse the offered call; the caller goes back to the head of the queue."""


class Hold(Command, frozen=True, tag=True):
    """Put the caller on hold."""


class Resume(Command, frozen=True, tag=True):
    """Take the caller off hold."""


class HangUp(Command, frozen=True, tag=True):
    """End the talk and the call, or the dialling."""


class FinishWrapUp(Command, frozen=True, tag=True):
    """After-call work is done: ready again."""


class ExtendWrapUp(Command, frozen=True, tag=True):
    """More time for the after-call work: as much as her profile gives, and as often as it allows for one call."""


class Dial(Command, frozen=True, kw_only=True, tag=True):
    """Call a number: the agent's own phone first, then the customer's. Refused unless she is ready or paused.

    The command's id becomes the call's, so one command can never be two calls.
    """

    number: str
    """An extension, or a number in any form that the home area understands."""


class DialLead(Command, frozen=True, kw_only=True, tag=True):
    """Call a customer for a campaign or a callback: as Dial, but what may be dialled was decided by the CRM, not by the
    agent's own permission. The lists of numbers and ``until`` are asked again. The id is the attempt's and the call's;
    once the deadline is over it is never begun (``contract.hopper.Settled``)."""

    number: str
    """E.164."""
    campaign: str = ""
    """Empty: a callback or a scheduled call of no campaign."""
    shows: str = ""
    """The number that the customer sees; empty: as of Dial."""
    ring_s: int = 0
    """How long her phone rings; 0 = the centre's."""
    until: int = 0
    """Microseconds since the epoch at which the hours end in which she may be called; 0 = they do not."""
    auto_answer: bool = False
    """Ask the agent's phone to pick up by itself."""
    music: str = ""
    prompt: str = ""
    """A file below the switch's sound folder that she hears when she has answered, before she is joined."""


class Watch(Command, frozen=True, kw_only=True, tag=True):
    """Let ``by`` hear the agent's talk over her own phone, or, if she does, be heard otherwise."""

    mode: Literal["listen", "whisper", "barge"] = "listen"
    """Who hears her: nobody, the agent alone, both."""


class EndWatch(Command, frozen=True, tag=True):
    """``by`` hears the agent's talk no longer."""


class TakeOver(Command, frozen=True, tag=True):
    """``by`` talks to the agent's customer from now on; the agent's part in the call is over."""


class Transfer(Command, frozen=True, kw_only=True, tag=True):
    """Pass the customer of the talk on, held or not, without speaking to whoever takes her. Refused before she is moved
    if the target is not free, is not there or may not be dialled."""

    what: Literal["agent", "queue", "number"]
    to: str
    """A login, a queue's id, or a number as Dial takes it."""


class Redirect(Command, frozen=True, kw_only=True, tag=True):
    """Send the caller elsewhere for whom the agent's phone rings: it stops, which is no miss of hers. For supervisors.
    Refused before anything is moved, as Transfer is; and where the agent asked for the call herself, or is asked."""

    what: Literal["agent", "queue", "number"]
    to: str


class Consult(Command, frozen=True, kw_only=True, tag=True):
    """Ask somebody while the customer waits with music. Refused before she is moved, as Transfer is."""

    what: Literal["agent", "number"]
    to: str


class SwapConsult(Command, frozen=True, tag=True):
    """Speak with the customer while who is asked waits, or the other way round."""


class CompleteTransfer(Command, frozen=True, tag=True):
    """The customer is theirs who was asked; the agent leaves."""


class CancelConsult(Command, frozen=True, tag=True):
    """Who is asked leaves; the agent has her customer again."""


class MarkCustomer(Command, frozen=True, tag=True):
    """The customer of the talk goes into the list of marked customers. Refused where she was marked in this call."""


class Park(Command, frozen=True, tag=True):
    """The customer of the talk, held or not, waits with music in a free slot; who takes her out of it has her. After
    two minutes she goes back to who parked her, else to her queue."""


class Retrieve(Command, frozen=True, kw_only=True, tag=True):
    """Take a parked customer out of her slot: the agent's own phone rings for it. Refused while she has another call;
    a pause in which she does it goes on afterwards."""

    slot: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}$")]


class JoinAll(Command, frozen=True, tag=True):
    """Make a conference of it: customer, agent and who is asked all hear each other."""


class PickUpCall(Command, frozen=True, kw_only=True, tag=True):
    """Take the call that rings at a colleague's phone: the agent's own phone rings for it, and who answers first has
    it. For colleagues of her department and of queues that she serves."""

    of: str = ""
    """The colleague's login; empty: whoever's phone rings longest."""


class DoNotDisturb(Command, frozen=True, tag=True):
    """What colleagues dial or pass on to the agent, and calls to her extension, do not ring at her. Calls of queues
    do."""


class MayDisturb(Command, frozen=True, tag=True):
    """They do again."""


class AskCallBack(Command, frozen=True, kw_only=True, tag=True):
    """Call a colleague who was busy or did not answer as soon as that is possible, for an hour: the agent's own phone
    rings first. One wish for each two."""

    of: str
    """Her login or her extension."""
    when: Literal["free", "there"] = "free"
    """As soon as she has no call; or as soon as she has done something, and has none."""


class CancelCallBack(Command, frozen=True, kw_only=True, tag=True):
    """The wish is taken back."""

    of: str


class Mute(Command, frozen=True, tag=True):
    """The other side hears the agent no more; she hears it."""


class Unmute(Command, frozen=True, tag=True):
    """It hears her again."""


class SendKeys(Command, frozen=True, kw_only=True, tag=True):
    """Send keys to the other side, as her phone's own keys would."""

    keys: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#A-D]{1,32}$")]


class RoomCommand(Command, frozen=True, kw_only=True):
    """An order to a conference room. ``by``: who asks, whose permission counts where a number is dialled."""

    agent: str = ""
    room: str


class JoinRoom(RoomCommand, frozen=True, tag=True):
    """Take ``agent`` in: her phone is rung for it."""


class InviteToRoom(RoomCommand, frozen=True, kw_only=True, tag=True):
    """Call a number and take whoever answers in."""

    number: str


class MemberCommand(RoomCommand, frozen=True, kw_only=True):
    """An order about one member (``roomfacts.MemberJoined``)."""

    member: str


class MuteMember(MemberCommand, frozen=True, kw_only=True, tag=True):
    """The others hear her no more, or again."""

    on: bool = True


class DeafMember(MemberCommand, frozen=True, kw_only=True, tag=True):
    """She hears the others no more, or again."""

    on: bool = True


class KickMember(MemberCommand, frozen=True, tag=True):
    """She is out; who is being called is called no more."""


class LockRoom(RoomCommand, frozen=True, kw_only=True, tag=True):
    """Nobody else comes in, or again."""

    on: bool = True


class EndRoom(RoomCommand, frozen=True, tag=True):
    """Everybody is out."""


class NodeCommand(Command, frozen=True, kw_only=True):
    """An order to a switch instead of an agent."""

    agent: str = ""
    node: str


class DrainNode(NodeCommand, frozen=True, kw_only=True, tag=True):
    """The switch takes no new call; those that it has go on. Refused for the last that takes calls, unless forced."""

    force: bool = False


class ReturnNode(NodeCommand, frozen=True, kw_only=True, tag=True):
    """The switch takes calls again."""


AnyCommand = (
    SignIn
    | SignOut
    | BecomeReady
    | Pause
    | PlanPause
    | Answer
    | Reject
    | Hold
    | Resume
    | HangUp
    | FinishWrapUp
    | ExtendWrapUp
    | Dial
    | DialLead
    | Watch
    | EndWatch
    | TakeOver
    | Transfer
    | Redirect
    | Consult
    | SwapConsult
    | CompleteTransfer
    | CancelConsult
    | MarkCustomer
    | Park
    | Retrieve
    | JoinAll
    | PickUpCall
    | DoNotDisturb
    | MayDisturb
    | AskCallBack
    | CancelCallBack
    | Mute
    | Unmute
    | SendKeys
    | JoinRoom
    | InviteToRoom
    | MuteMember
    | DeafMember
    | KickMember
    | LockRoom
    | EndRoom
    | DrainNode
    | ReturnNode
)
KINDS: tuple[type[Command], ...] = AnyCommand.__args__

_encoder = msgspec.json.Encoder()
_decoder: "msgspec.json.Decoder[AnyCommand]" = msgspec.json.Decoder(AnyCommand)


def encode(command: Command) -> bytes:
    """JSON, one object."""
    return _encoder.encode(command)


def decode(raw: bytes) -> AnyCommand:
    """Raises msgspec.ValidationError (or DecodeError) on anything that is not a whole, known command."""
    return _decoder.decode(raw)
