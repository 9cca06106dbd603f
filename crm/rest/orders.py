"""Orders to the switch, as doors give them: 202 with the command's id, or a problem with the daemon's own sentence."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm import switch
from crm.live.services import Ordered, Refused
from crm.rest.once import order_id
from crm.rest.problems import Problem
from crm.rest.shapes import Shape

ORDER_STATES = [(state, state) for state in ("done", "sent")]


class OrderedShape(Shape):
    """An order that went out."""

    command = serializers.CharField(help_text="Its id; of an order to dial also that of the call.")
    state = serializers.ChoiceField(
        ORDER_STATES,
        help_text="`done`: it was carried out. `sent`: nothing was answered within two seconds; events tell what "
        "became of it. It is never carried out later than five seconds after it was sent.",
    )


def ordered(request: Request, what: str, give: Callable[[str], Ordered], *, field: str = "") -> Response:
    """Gives the order under the id of this request. ``what`` names it, ``field`` what is to blame if it makes no
    sense. That it was given stays in the audit, whatever the daemon says to it."""
    try:
        told = give(order_id(request, what))
    except switch.CommandWrong as error:
        raise Problem("invalid", errors={field: [str(error)]}) from error
    except switch.SwitchAway as error:
        raise Problem("switch-away", str(error), keeps=True) from error
    except Refused as error:
        raise Problem("conflict", str(error), keeps=True) from error
    said: Any = OrderedShape(told).data
    return Response(said, status=202)
