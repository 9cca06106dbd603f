"""A client of Switchdesk's API. Standard library only; all of it is typed.

    desk = Client("https://desk.example.com", "sd_…")
    for customer in desk.each("/customers", q="Zhang", fields=["id", "name"]):
        print(customer["name"])

What went wrong is raised as a ``Problem`` that names the fields and says what to do. A POST gets an Idempotency-Key,
which stays the same when it has to be sent again; ``follow`` tells what happens and goes on where it broke off;
``verified`` checks a webhook.
"""

from .answers import Answer, Line
from .client import Client
from .events import Event
from .patience import Patience
from .problems import Away, Changed, Conflict, Gone, Invalid, NotAllowed, NotFound, Problem, TooMany, Unreachable, Wrong
from .stream import Events
from .transport import Http, Opened, Raw, Transport
from .webhooks import Forged, verified

__all__ = [
    "Answer", "Away", "Changed", "Client", "Conflict", "Event", "Events", "Forged", "Gone", "Http", "Invalid", "Line",
    "NotAllowed", "NotFound", "Opened", "Patience", "Problem", "Raw", "TooMany", "Transport", "Unreachable", "Wrong",
    "verified",
]  # fmt: skip
