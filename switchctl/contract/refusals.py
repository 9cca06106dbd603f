"""The sentences with which the daemon refuses a command. They reach the agent's screen, translated by the CRM."""


def gettext_noop(text: str) -> str:
    """Marks a sentence for the catalogues; it is translated where it is shown."""
    return text


NOT_SIGNED_IN = gettext_noop("You are not signed in. Sign in first.")
SIGNED_IN_ALREADY = gettext_noop("You are signed in already.")
UNKNOWN_AGENT = gettext_noop("The call centre does not know you as an agent. Ask an administrator to add you.")
NO_OFFER = gettext_noop("There is no call to answer: it was answered, given up or offered to someone else.")
NOT_TALKING = gettext_noop("You are not in a call.")
ON_HOLD_ALREADY = gettext_noop("The caller is on hold already.")
NOT_ON_HOLD = gettext_noop("The caller is not on hold.")
NOT_IN_WRAP_UP = gettext_noop("There is no after-call work to finish.")
NO_CALL_TO_PLAN = gettext_noop("You have no call in hand that a pause could follow. Pause at once instead.")
NO_WRAP_UP_TO_EXTEND = gettext_noop("There is no after-call work to extend.")
EXTENDED_ENOUGH = gettext_noop("The after-call work cannot be extended any further. Finish it, or pause.")
RINGING = gettext_noop("Your phone is ringing. Answer or reject the call first.")
TALKING = gettext_noop("You are in a call. End it first.")
READY_ALREADY = gettext_noop("You are ready already.")
PHONE_AWAY = gettext_noop("Your phone is not registered. Check the phone, then try again.")
TOO_LATE = gettext_noop("The command came too late and was not carried out. Try again.")
SWITCH_AWAY = gettext_noop(
    "The telephone switch cannot be reached. Callers hear music or go to the fail-safe queue. Try again shortly."
)
UNKNOWN_NODE = gettext_noop("There is no switch of the name %(node)s.")
DRAINING_ALREADY = gettext_noop("%(node)s takes no new calls already.")
SERVING_ALREADY = gettext_noop("%(node)s takes calls already.")
LAST_NODE = gettext_noop(
    "%(node)s is the last switch that takes calls: without it every new caller is refused. "
    "Return another switch first, or say that you mean it."
)
PHONE_REFUSED = gettext_noop("The switch could not do that: %(answer)s")
STOPPING = gettext_noop("The call centre service is being stopped. Try again in a moment.")
NO_SPEED_DIAL = gettext_noop("The code %(code)s is no speed dial of yours, nor one of the centre. Nobody was called.")
NO_NUMBER = gettext_noop(
    "This is not a number that can be dialled. Check it, with its area or country code, and try again."
)
PREMIUM_NUMBER = gettext_noop("This number is charged at a premium rate. Such numbers are not dialled here.")
MAY_NOT_DIAL = gettext_noop("You may not dial. Emergency numbers are the only exception.")
EXTENSIONS_ONLY = gettext_noop("You may dial extensions only. Ask an administrator if you need more.")
LOCAL_ONLY = gettext_noop("You may dial extensions and local numbers only. Ask an administrator if you need more.")
NATIONAL_ONLY = gettext_noop("You may not dial abroad. Ask an administrator if you need to.")
NOT_ON_LIST = gettext_noop("This number is not on the list of those that you may dial.")
ON_BLACK_LIST = gettext_noop("This number is on the black list. It is not dialled.")
ON_NO_CALL_LIST = gettext_noop(
    "This number is on the do-not-call list: who has it does not want to be called. It is not dialled."
)
LISTS_UNKNOWN = gettext_noop(
    "Whether this number is on a black or do-not-call list cannot be checked now, so it is not dialled. "
    "Try again in a moment."
)
NOT_OPENED = gettext_noop("Numbers that begin so are not opened for calls from here. Ask an administrator.")
NO_CUSTOMER = gettext_noop("Emergency numbers and extensions are not called for a campaign or a callback.")
HOURS_OVER = gettext_noop("The hours in which this customer may be called are over.")
OWN_NUMBER = gettext_noop("This is your own extension.")
NO_TRUNK = gettext_noop("No line to the outside is set up. Ask an administrator.")
NO_FREE_TRUNK = gettext_noop("No line to the outside is free or works now. Try again in a moment.")
NO_OPEN_SWITCH = gettext_noop("No switch takes new calls now. Try again later.")
MUTED_ALREADY = gettext_noop("Your microphone is off already.")
NOT_MUTED = gettext_noop("Your microphone is not off.")
NO_CUSTOMER = gettext_noop("You talk with a colleague, not with a customer.")
MARKED_ALREADY = gettext_noop("This customer is marked already.")
CONSULTING = gettext_noop("You are asking somebody beside this call. Complete the transfer or cancel it first.")
CONSULTED = gettext_noop("This is not your call: a colleague asks you. You can only hang up.")
IN_CONFERENCE = gettext_noop("You are in a conference of three. Leave the two alone or let the third go first.")
NO_CONSULT = gettext_noop("You are asking nobody beside this call.")
NOT_ANSWERED_YET = gettext_noop("Who is called has not answered yet.")
SWITCH_BUSY = gettext_noop("The switch is still joining two of you. Try again in a moment.")
NOT_FREE = gettext_noop("%(name)s cannot take a call now. Choose somebody else, or a queue.")
NO_SUCH_TARGET = gettext_noop("Nobody and no queue of that name can be transferred to.")
TRANSFERRED_ALREADY = gettext_noop("This call is being transferred already.")
NO_CALLER_RINGS = gettext_noop("No caller rings at your phone: the call was answered, given up or offered to another.")
COLLEAGUE_RINGS = gettext_noop("A colleague is calling you, not a customer.")
FETCHED = gettext_noop("You have asked for this call yourself.")
PRIVATE = gettext_noop("Extension %(extension)s is private: its calls are neither picked up nor joined.")
NO_FREE_SLOT = gettext_noop("All places for parked calls are taken.")
SLOT_EMPTY = gettext_noop("No call is parked at %(slot)s, or a colleague is taking it.")
NOTHING_RINGS = gettext_noop("No colleague's phone rings whose call you could pick up.")
NOT_NEAR = gettext_noop("You may pick up calls of your own department and of queues that you serve.")
NOT_DISTURBED = gettext_noop("%(name)s does not want to be disturbed. Ask to be called back, or choose somebody else.")
FORWARDED_IN_A_CIRCLE = gettext_noop("Calls to %(extension)s are forwarded in a circle, or too often.")
FORWARDED_WHERE_NOT_ALLOWED = gettext_noop(
    "Calls to %(extension)s are forwarded to a number that its owner may not dial. Nobody was called."
)
NO_SUCH_COLLEAGUE = gettext_noop("There is no colleague of that name or extension.")
WISHED_ALREADY = gettext_noop("You are called back with %(name)s already.")
NO_WISH = gettext_noop("You are not to be called back with this colleague.")
UNREACHED_FROM_HERE = gettext_noop("Your phone cannot be reached from the switch of that call.")
DIALLING = gettext_noop("You are dialling. End that call first.")
NO_PHONE_TO_WATCH = gettext_noop(
    "You have no extension that the call centre knows. Without a phone of your own you cannot join calls."
)
OWN_TALK = gettext_noop("This is your own call.")
BUSY_YOURSELF = gettext_noop("You are in a call yourself. End it first.")
OWN_PHONE_AWAY = gettext_noop("Your own phone is not registered. Check it, then try again.")
PICK_UP_FIRST = gettext_noop("Your own phone is ringing. Pick it up first.")
NO_SUCH_ROOM = gettext_noop("There is no such conference room.")
ROOM_FULL = gettext_noop("The conference room is full.")
ROOM_LOCKED = gettext_noop("The conference room is locked: nobody else comes in.")
ROOM_CLOSED = gettext_noop("Nobody is in this conference room.")
IN_ROOM_ALREADY = gettext_noop("You are in a conference room already.")
NO_SUCH_MEMBER = gettext_noop("Who was meant is not in the conference room any more.")
NOT_IN_YET = gettext_noop("Who was meant is not in the conference room yet.")
WATCHING = gettext_noop("You are listening to a call. Leave it first.")
WATCHING_ANOTHER = gettext_noop("You are listening to another agent. Leave that call first.")
WATCHING_SO = gettext_noop("You are in this call in that way already.")
NOT_WATCHING = gettext_noop("You are not listening to this agent.")
HELD_NOW = gettext_noop("The caller is on hold. Wait until the agent is back.")
IN_WRAP_UP = gettext_noop("You are in after-call work. Finish it first.")
PHONE_ELSEWHERE = gettext_noop("That phone is registered at another switch. Dial it from your page.")
