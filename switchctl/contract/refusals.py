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
