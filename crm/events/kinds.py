"""The kinds of events that other programs are told: the one table. Kinds and fields are only ever added.

Fields are as they stand in ``data``; what all events have (``id``, ``at``, ``call``, ``sequence``, ``agent``,
``queue``, ``campaign``) is not repeated there. Durations are whole milliseconds, times ISO 8601 in UTC.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from switchctl.contract import facts as f


class Field(NamedTuple):
    """``type``: of the JSON, with ``?`` where it may be null."""

    type: str
    said: str


class Kind(NamedTuple):
    """``facts``: of which facts it is told; none where the CRM tells it. ``settle_s``: so long it waits for another one
    about the same call, which then takes its place."""

    label: Any
    said: str
    fields: dict[str, Field]
    facts: tuple[type[f.Fact], ...] = ()
    settle_s: float = 0.0


OFFER = Field("string", "Id of the agent's part of the call.")
VISIT = Field("string", "Id of the stay in the queue.")
CAUSE = Field("string", "Hangup cause of the switch.")
CUSTOMER = {"customer": Field("integer", "Id of the customer.")}
CALLBACK = {
    "callback": Field("integer", "Id of the callback."),
    "customer": Field("integer?", "Id of the customer."),
    "state": Field("string", "Where it stands now."),
    "due_at": Field("time", "When it is due."),
}

KINDS: dict[str, Kind] = {
    "call.arrived": Kind(
        _("A call arrived"), "A call reached the centre, or somebody or a campaign dials one.",
        {
            "number": Field("string", "The other party's, as the trunk sent it or as it is dialled; empty: withheld."),
            "name": Field("string", "What the caller's side calls her."),
            "dialled": Field("string", "The number that was called."),
            "direction": Field("string", "inbound or outbound."),
            "trunk": Field("string", "Gateway of the switch."),
        },
        (f.CallArrived,),
    ),
    "call.refused": Kind(
        _("A caller was refused"), "A list of numbers refused the caller before the answer.",
        {
            "list": Field("string", "Which list."),
            "entry": Field("integer", "Id of the line that decided."),
            "by": Field("string", "What the line names: number, prefix, range or erased."),
        },
        (f.CallRefused,),
    ),
    "call.answered": Kind(
        _("A call was answered by the switch"), "From here the call costs money; nobody talks yet.", {},
        (f.CallAnswered,),
    ),
    "call.queued": Kind(
        _("A caller began to wait in a queue"), "A stay in a queue began.",
        {
            "visit": VISIT,
            "entered": Field("time", "From when the wait counts."),
            "reason": Field("string", "Why this queue."),
        },
        (f.QueueEntered,),
    ),
    "call.left_queue": Kind(
        _("A caller left a queue"), "A stay in a queue ended.",
        {
            "visit": VISIT,
            "exit": Field("string", "answered, abandoned, overflow (sent elsewhere) or system_failure."),
            "wait_ms": Field("integer", "How long the caller waited."),
        },
        (f.QueueLeft,),
    ),
    "call.offered": Kind(
        _("An agent's phone rings"), "A call is offered to an agent.",
        {
            "offer": OFFER,
            "visit": VISIT,
            "ring_s": Field("integer", "How long it rings at most, in seconds."),
            "waited_ms": Field("integer", "How long the caller has waited."),
            "reason": Field("string", "Why this agent and this caller."),
        },
        (f.OfferMade,),
    ),
    "call.offer_ended": Kind(
        _("An agent's phone stopped ringing"), "The offer ended.",
        {
            "offer": OFFER,
            "visit": VISIT,
            "result": Field(
                "string",
                "answered, rna, rejected, busy_device, unregistered, cancelled, failed, forwarded or redirected.",
            ),
            "cause": CAUSE,
            "ring_ms": Field("integer", "How long it rang."),
            "misses": Field("integer", "Misses of this agent in a row, this one included."),
        },
        (f.OfferEnded,),
    ),
    "call.dialled": Kind(
        _("An agent dials"), "An agent, or a campaign for an agent, dials; first the agent's own phone is called.",
        {
            "offer": OFFER,
            "dials": Field("string", "Class of the number: internal, local, national, international or emergency."),
            "shows": Field("string", "The number that the customer sees."),
            "trunk": Field("string", "Gateway of the switch."),
        },
        (f.DialStarted,),
    ),
    "call.dial_ended": Kind(
        _("Dialling came to its end"), "What became of dialling.",
        {
            "offer": OFFER,
            "result": Field(
                "string",
                "answered, busy, no_answer, invalid, refused, absent, failed, cancelled, or own_phone: the agent's own "
                "was not picked up.",
            ),
            "cause": CAUSE,
            "ring_ms": Field("integer", "From the order to this end."),
        },
        (f.DialEnded,),
    ),
    "call.connected": Kind(
        _("Customer and agent talk"), "Customer and agent are joined.", {"offer": OFFER}, (f.TalkStarted,)
    ),
    "call.held": Kind(_("A caller was put on hold"), "Hold began.", {"offer": OFFER}, (f.HoldStarted,)),
    "call.resumed": Kind(
        _("A caller is off hold"), "Hold ended.",
        {"offer": OFFER, "held_ms": Field("integer", "How long it lasted.")},
        (f.HoldEnded,),
    ),
    "call.disconnected": Kind(
        _("Customer and agent are apart"), "The talk ended; the call may go on.",
        {
            "offer": OFFER,
            "talk_ms": Field("integer", "How long they talked, without hold."),
            "hold_ms": Field("integer", "How long the customer was on hold."),
            "ended_by": Field("string", "customer, agent or system."),
        },
        (f.TalkEnded,),
    ),
    "call.wrapped_up": Kind(
        _("An agent finished the wrap-up"), "After-call work ended.",
        {
            "offer": OFFER,
            "wrap_ms": Field("integer", "How long it lasted."),
            "by": Field("string", "agent, time or system."),
        },
        (f.WrapUpEnded,),
    ),
    "call.noted": Kind(
        _("An agent noted the outcome of a call"),
        "Disposition or note of a call were written; told when nothing more was written for some seconds. The note "
        "itself is to be read with the call.",
        {
            "disposition": Field("string", "Code of the disposition; empty: none."),
            "note": Field("boolean", "Whether there is a note."),
        },
        settle_s=4.0,
    ),
    "call.ended": Kind(
        _("A call ended"), "The customer's leg is gone: the one final event of each call, but for notes.",
        {
            "cause": CAUSE,
            "ended_by": Field("string", "customer, agent or system."),
            "source": Field("string", "esl: it was seen to end; inferred: it was found missing."),
            "sip_status": Field("string", "SIP status, if one was seen."),
            "q850": Field("string", "Q.850 cause, if one was seen."),
        },
        (f.CallEnded,),
    ),
    "agent.state": Kind(
        _("An agent's state changed"), "An agent is in another state.",
        {
            "state": Field(
                "string", "offline, ready, offered, dialling, talking, wrapup, paused or unreachable."
            ),
            "previous": Field("string", "The state before."),
            "reason": Field("string", "Of a pause: its code. Of unreachable: why."),
            "source": Field("string", "agent, system or supervisor."),
            "until": Field("time?", "When the system will act by itself."),
            "misses": Field("integer", "Missed offers in a row."),
        },
        (f.AgentStateChanged,),
    ),
    "phone.changed": Kind(
        _("An agent's phone registered or went away"), "A phone registered or went away.",
        {
            "extension": Field("string", "The phone's."),
            "registered": Field("boolean", "Whether it can be called."),
            "reason": Field("string", "Why it went away."),
        },
        (f.DeviceChanged,),
    ),
    "switch.state": Kind(
        _("A switch's state changed"), "A switch came or went, or takes no new calls.",
        {
            "switch": Field("string", "Its name."),
            "state": Field("string", "reached, away, serving, draining or drained."),
            "reason": Field("string", "Why."),
        },
        (f.LinkChanged, f.NodeStateChanged),
    ),
    "customer.added": Kind(_("A customer was added"), "There is a new customer.", CUSTOMER),
    "customer.changed": Kind(
        _("A customer was changed"), "Somebody or an import changed a customer.",
        CUSTOMER | {"version": Field("integer", "Version of the customer from now on.")},
    ),
    "customer.erased": Kind(
        _("A customer was erased"),
        "What was known is gone, or the import that brought it was undone; erase your copies.", CUSTOMER,
    ),
    "campaign.state": Kind(
        _("A campaign's state changed"), "A campaign was started, paused, stopped or finished.",
        {
            "state": Field("string", "Where it stands now."),
            "previous": Field("string", "Where it stood."),
        },
    ),
    "attempt.ended": Kind(
        _("An attempt of a campaign ended"),
        "A customer was called; this is what became of it. Told again when more becomes known later.",
        {
            "attempt": Field("string", "Id of the attempt."),
            "lead": Field("integer?", "Id of the lead."),
            "customer": Field("integer?", "Id of the customer."),
            "result": Field("string", "What became of it."),
        },
    ),
    "callback.made": Kind(_("A callback was made"), "Somebody is to be called back.", CALLBACK),
    "callback.changed": Kind(
        _("A callback was changed"), "A callback was moved, handed over, cancelled, tried or is over.", CALLBACK
    ),
    "list.changed": Kind(
        _("A number list was changed"), "Numbers were added to a list, changed or removed.",
        {
            "list": Field("string", "black, white or no_call."),
            "change": Field("string", "added, changed or removed."),
            "entries": Field("integer", "How many lines."),
        },
    ),
}  # fmt: skip
OF_FACT: dict[type[f.Fact], str] = {fact: code for code, kind in KINDS.items() for fact in kind.facts}
SETTLES = {code: kind.settle_s for code, kind in KINDS.items() if kind.settle_s}
