"""The agent's orders to the daemon."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm import switch
from crm.access.guard import needs
from crm.customers.filters import number as number_in
from crm.desk.dialling import customer_dial
from crm.desk.selectors import customer_of_call, number_of_call, number_of_customer
from crm.desk.views.answers import sentence

OWN_ORDERS = (
    "SignIn", "SignOut", "BecomeReady", "Pause", "PlanPause", "Answer", "Reject", "Hold", "Resume", "HangUp",
    "FinishWrapUp", "ExtendWrapUp", "Transfer", "Consult", "SwapConsult", "CompleteTransfer",
    "CancelConsult", "JoinAll", "Mute", "Unmute", "SendKeys", "MarkCustomer", "Park", "Retrieve", "PickUpCall",
    "AskCallBack", "CancelCallBack", "DoNotDisturb", "MayDisturb",
)  # fmt: skip
"""Orders that an agent gives for herself."""
FIELDS = {
    "Pause": ("reason",), "PlanPause": ("reason",), "Transfer": ("what", "to"), "Consult": ("what", "to"),
    "SendKeys": ("keys",), "Retrieve": ("slot",), "PickUpCall": ("of",),
    "AskCallBack": ("of", "when"), "CancelCallBack": ("of",),
}  # fmt: skip
"""Order → what it needs to be told."""


@require_POST
@needs("desk.use")
def orders(request: HttpRequest) -> JsonResponse:
    """Hands an order to the daemon: 202 with the command's id, else a sentence for the screen."""
    kind = request.POST.get("kind", "")
    if kind not in OWN_ORDERS:
        return sentence(_("This order is not known."), 400)
    fields = {name: request.POST.get(name, "") for name in FIELDS.get(kind, ())}
    try:
        command_id = switch.command_send(request.user, kind, **fields)
    except switch.CommandWrong as error:
        return sentence(str(error), 400)
    except switch.SwitchAway as error:
        return sentence(str(error), 503)
    return JsonResponse({"id": command_id}, status=202)


@require_POST
@needs("desk.use")
def dial(request: HttpRequest) -> JsonResponse:
    """Calls a number, or whoever is at the other end of a call (``call_id``), or a customer (``customer``: her id, and
    ``line``: that of one of her numbers, else her main one): the page need not know the number.

    202 with the command's id, else a sentence. ``wait``: for pages that hear no facts, a refusal is waited for.
    """
    asked = request.POST
    number, known = asked.get("number", ""), None
    if call_id := asked.get("call_id", ""):
        number, known = number_of_call(request.user, call_id), customer_of_call(request.user, call_id)
    elif customer := number_in(asked.get("customer", "")):
        number, known = number_of_customer(request.user, customer, number_in(asked.get("line", ""))), customer
    if (call_id or "customer" in asked) and not number:
        return sentence(_("There is no number that could be called."), 404)
    since = switch.facts_end()
    try:
        command_id = customer_dial(request.user, number, known)
    except switch.CommandWrong as error:
        return sentence(str(error), 400)
    except switch.SwitchAway as error:
        return sentence(str(error), 503)
    refused = switch.command_answer(command_id, since=since) if asked.get("wait") else ""
    return sentence(refused, 409) if refused else JsonResponse({"id": command_id}, status=202)
