"""What an event of the switch says, as far as policy reads it. ``esl.events.Event`` fits; policy never imports it."""

from typing import Protocol


class Seen(Protocol):
    """Texts are empty where the switch said nothing; times are µs since the epoch, 0 = unsaid."""

    name: str
    subclass: str
    timestamp: int
    uuid: str
    call_uuid: str
    direction: str
    context: str
    channel_state: str
    caller_name: str
    caller_number: str
    destination: str
    gateway: str
    auth_user: str
    """Of a leg that a phone made: the extension as which it has proved itself."""
    created_us: int
    answered_us: int
    progress_us: int
    media_us: int
    """When the network first said that it rings there, and when it first sent sound."""
    cc_queue_joined_epoch: str
    cc_member: str
    """Of an agent's leg that the fail-safe queue made: the caller's leg."""
    """Seconds since the epoch at which the switch's own fail-safe queue took the caller in."""
    hangup_cause: str
    hangup_q850: str
    sip_term_status: str
    proto_cause: str
    """``sip:302``: the SIP answer that ended the leg before it was picked up."""
    disposition: str
    """``BLIND_TRANSFER`` of the leg of a phone that has passed its partner on by itself."""
    sip_disposition: str
    """``recv_bye``, ``send_cancel`` …: who ended the SIP leg."""
    job_uuid: str
    body: str
    app: str
    matched: str
    """Of the application ``event`` on a leg: the code that its phone has pressed."""
    app_uuid: str
    app_response: str
    last_response: str
    """What the newest application on the leg said at its end (``FILE PLAYED``); empty while it runs."""
    digit: str
    bridge_a: str
    bridge_b: str
    from_user: str
    username: str
    trunk: str
    """Of a gateway: its name, what became of its registration, whether it answers pings, and what the carrier said."""
    trunk_state: str
    trunk_ping: str
    trunk_said: str
    expires: str
    """Of a registration: for how many seconds."""
    action: str
    """Of a conference: add-member, del-member, mute-member …; of which one (its name), and whose (a number)."""
    conference: str
    member: str
    cc_stage: str
    cc_call_id: str
    cc_offer: str
    cc_agent: str
    cc_via: str
    cc_via_leg: str
    """Of a leg that leads to a phone of another node: that node, and the leg from there to the phone."""
    cc_place: str
    """``queue/visit/entered``: the place in a queue that is written on a waiting caller's leg."""
