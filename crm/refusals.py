"""What the daemon refuses, said of an agent to somebody else: its own sentences speak to her."""

from django.utils.translation import gettext_noop

from switchctl.contract import refusals

OF_HER = {
    refusals.NOT_SIGNED_IN: gettext_noop("She is not signed in."),
    refusals.SIGNED_IN_ALREADY: gettext_noop("She is signed in already."),
    refusals.UNKNOWN_AGENT: gettext_noop("The call centre does not know her as an agent."),
    refusals.NOT_TALKING: gettext_noop("She is not in a call."),
    refusals.NOT_IN_WRAP_UP: gettext_noop("She has no after-call work to finish."),
    refusals.NO_CALL_TO_PLAN: gettext_noop("She has no call in hand that a pause could follow."),
    refusals.RINGING: gettext_noop("Her phone is ringing. Try again when the call is answered."),
    refusals.TALKING: gettext_noop("She is in a call. It must end first."),
    refusals.DIALLING: gettext_noop("She is dialling. That call must end first."),
    refusals.IN_WRAP_UP: gettext_noop("She is in after-call work."),
    refusals.READY_ALREADY: gettext_noop("She is ready already."),
    refusals.PHONE_AWAY: gettext_noop("Her phone is not registered."),
    refusals.MAY_NOT_DIAL: gettext_noop("She may not dial. Emergency numbers are the only exception."),
    refusals.EXTENSIONS_ONLY: gettext_noop("She may dial extensions only."),
    refusals.LOCAL_ONLY: gettext_noop("She may dial extensions and local numbers only."),
    refusals.NATIONAL_ONLY: gettext_noop("She may not dial abroad."),
    refusals.NOT_ON_LIST: gettext_noop("This number is not on the list of those that she may dial."),
    refusals.CONSULTING: gettext_noop("She is asking somebody beside this call."),
    refusals.CONSULTED: gettext_noop("A colleague asks her: it is not her call."),
    refusals.NO_CONSULT: gettext_noop("She is asking nobody beside her call."),
    refusals.MUTED_ALREADY: gettext_noop("Her microphone is off already."),
    refusals.NO_CUSTOMER: gettext_noop("She talks with a colleague, not with a customer."),
    refusals.NOT_MUTED: gettext_noop("Her microphone is not off."),
    refusals.WISHED_ALREADY: gettext_noop("She is called back with %(name)s already."),
    refusals.NO_WISH: gettext_noop("She is not to be called back with this colleague."),
    refusals.NOTHING_RINGS: gettext_noop("No colleague's phone rings whose call she could pick up."),
    refusals.NOT_NEAR: gettext_noop("She may pick up calls of her own department and of queues that she serves."),
    refusals.NO_CALLER_RINGS: gettext_noop(
        "No caller rings at her phone any more: the call was answered, given up or offered to another."
    ),
    refusals.COLLEAGUE_RINGS: gettext_noop("A colleague is calling her: there is no customer to send elsewhere."),
    refusals.FETCHED: gettext_noop("She has asked for this call herself."),
    refusals.OWN_NUMBER: gettext_noop("This is her own extension."),
}
"""Sentence of ``contract.refusals`` → msgid that says it of her; what speaks of the switch or the number stays."""
