"""Everything that can be allowed. A code is stored in roles, so it stays; its words may change.

A ``menu`` permission opens a page of the navigation; an ``action`` allows to do something there. ``scoped`` ones
reach as far as the role's data scope (whose calls, which agents); the others are allowed or not.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MENU, ACTION = "menu", "action"


@dataclass(frozen=True)
class Permission:
    """``code`` is ``area.verb``; ``label`` and ``hint`` are for the administrator who composes a role."""

    code: str
    kind: str
    label: Any
    hint: Any
    scoped: bool = False

    @property
    def area(self) -> str:
        return self.code.split(".")[0]


AREAS = {
    "desk": _("Desk"),
    "numbers": _("Numbers"),
    "lists": _("Number lists"),
    "floor": _("Floor"),
    "agents": _("Agents"),
    "calls": _("Calls"),
    "customers": _("Customers"),
    "campaigns": _("Campaigns"),
    "callbacks": _("Callbacks"),
    "reports": _("Reports"),
    "alarms": _("Alarms"),
    "switches": _("Switches"),
    "extensions": _("Extensions"),
    "routes": _("Dialled numbers"),
    "trunks": _("Trunks"),
    "rooms": _("Conference rooms"),
    "users": _("Users"),
    "departments": _("Departments"),
    "skills": _("Skill groups"),
    "queues": _("Queues"),
    "roles": _("Roles"),
    "sessions": _("Sessions"),
    "audit": _("Audit"),
    "privacy": _("Personal data"),
    "integrations": _("Integrations"),
    "events": _("Events"),
}

PERMISSIONS = (
    Permission("desk.use", MENU, _("Work at the desk"), _("Sign in, take calls, wrap up, pause.")),
    Permission("calls.dial", ACTION, _("Dial out"),
               _("Call customers from the desk, as far as her dialling class allows.")),
    Permission("numbers.open", ACTION, _("Open a masked number"),
               _("See one number whole; each time is in the audit.")),
    Permission("numbers.whole", ACTION, _("See numbers whole"), _("Numbers are not masked on any page.")),
    Permission("lists.see", MENU, _("See number lists"), _("Who may not call, and who is not to be called.")),
    Permission("lists.manage", ACTION, _("Manage number lists"),
               _("Add, change, remove and import numbers; put the caller of a call on the black list.")),
    Permission("lists.mark", ACTION, _("Mark do-not-call"),
               _("Note on a call that its number is not to be called again.")),
    Permission("floor.watch", MENU, _("Watch the floor"),
               _("Agents, calls and queues as they are now."), scoped=True),
    Permission("agents.command", ACTION, _("Command agents"),
               _("Pause, make ready or sign out other agents, end their calls."), scoped=True),
    Permission("agents.supervise", ACTION, _("Supervise calls"),
               _("Listen to the calls of agents, whisper, barge in, take them over."), scoped=True),
    Permission("agents.private", ACTION, _("Open private extensions"),
               _("Join calls at private extensions and pick them up, as far as she may at others.")),
    Permission("calls.dial_others", ACTION, _("Dial for others"),
               _("Have an agent's phone call a number, as far as her dialling class allows."), scoped=True),
    Permission("calls.see", MENU, _("See calls"),
               _("The list of calls and each call with its timeline."), scoped=True),
    Permission("calls.note", ACTION, _("Write outcome and note"), _("On calls that she may see."), scoped=True),
    Permission("calls.export", ACTION, _("Export calls"),
               _("As csv or xlsx, as far as she may see them."), scoped=True),
    Permission("calls.share", ACTION, _("Share views of calls"), _("Give saved filters and columns to roles.")),
    Permission("customers.see", MENU, _("See customers"),
               _("By who looks after them; those of nobody too, and those with whom she talks."), scoped=True),
    Permission("customers.find", ACTION, _("Find any customer at the desk"),
               _("On a call: all of them by name, company or number, to say who calls.")),
    Permission("customers.add", ACTION, _("Add customers"), _("At the desk and on the page of customers.")),
    Permission("customers.edit", ACTION, _("Change customers"), _("Those whom she may see."), scoped=True),
    Permission("customers.export", ACTION, _("Export customers"),
               _("As csv or xlsx, as far as she may see them."), scoped=True),
    Permission("customers.import", ACTION, _("Import customers"),
               _("From csv and xlsx files; see and undo what was imported.")),
    Permission("customers.fields", ACTION, _("Define fields of customers"),
               _("Which fields customers have, and for which projects.")),
    Permission("campaigns.see", MENU, _("See campaigns"),
               _("Rules, leads, results, and how they run now."), scoped=True),
    Permission("campaigns.manage", ACTION, _("Manage campaigns"),
               _("Make and change campaigns, templates, holidays, sounds; take customers in."), scoped=True),
    Permission("campaigns.run", ACTION, _("Run campaigns"), _("Start, pause, resume and end them."), scoped=True),
    Permission("campaigns.evidence", ACTION, _("See why calls were allowed"),
               _("The evidence of each attempt, and its check."), scoped=True),
    Permission("callbacks.manage", ACTION, _("Manage callbacks of others"),
               _("See, move, hand over and cancel them."), scoped=True),
    Permission("reports.see", MENU, _("See reports"),
               _("Figures of her own work, of her department and the queues it serves, or of all."), scoped=True),
    Permission("reports.export", ACTION, _("Export reports"), _("As csv, xlsx or pdf, as far as she may see them.")),
    Permission("reports.share", ACTION, _("Share reports"), _("Give saved reports to roles, and have them mailed.")),
    Permission("reports.targets", ACTION, _("Set targets"), _("What reports call met and missed.")),
    Permission("alarms.see", MENU, _("See alarms"), _("What is wrong now, and what was.")),
    Permission("alarms.handle", ACTION, _("Acknowledge alarms"), _("Say that somebody takes care.")),
    Permission("alarms.set", ACTION, _("Set the limits of the floor"),
               _("From where on a wait, a pause, a service level is an alarm.")),
    Permission("switches.see", MENU, _("See switches"), _("The nodes that carry the calls.")),
    Permission("switches.manage", ACTION, _("Drain and return switches"),
               _("Take a switch out of service and back.")),
    Permission("extensions.see", MENU, _("See extensions"),
               _("Which phones there are, and whether they are registered.")),
    Permission("extensions.manage", ACTION, _("Manage extensions"), _("Add phones, make new secrets for them.")),
    Permission("routes.see", MENU, _("See dialled numbers"), _("Where the numbers lead that callers dial.")),
    Permission("routes.manage", ACTION, _("Manage dialled numbers"), _("Add them, and lead them elsewhere.")),
    Permission("trunks.see", MENU, _("See trunks"), _("Which ways to the outside there are, and whether they work.")),
    Permission("trunks.manage", ACTION, _("Manage trunks"), _("Add carriers, their accounts and limits.")),
    Permission("rooms.use", MENU, _("Use conference rooms"), _("See who is in them, come in, chair her own.")),
    Permission("rooms.manage", ACTION, _("Manage conference rooms"), _("Set rooms up, and chair every one.")),
    Permission("users.see", MENU, _("See users"), _("Who works here."), scoped=True),
    Permission("users.manage", ACTION, _("Manage users"),
               _("Add, change, end; give roles that reach no further than her own."), scoped=True),
    Permission("departments.manage", ACTION, _("Manage departments"),
               _("Add, rename, move and remove within the data scope."), scoped=True),
    Permission("skills.see", MENU, _("See skill groups"), _("Which skills there are, and who has them.")),
    Permission("skills.manage", ACTION, _("Manage skill groups"), _("Give skills to users, with a level.")),
    Permission("queues.manage", ACTION, _("Set who serves a queue"), _("Which skill groups a queue asks for.")),
    Permission("roles.see", MENU, _("See roles"), _("Which roles there are, and what they allow.")),
    Permission("roles.manage", ACTION, _("Manage roles"), _("Make roles and give them to users.")),
    Permission("sessions.manage", ACTION, _("End sessions of others"),
               _("See where others are logged in, and log them out."), scoped=True),
    Permission("audit.see", MENU, _("See the audit"), _("Who changed or opened what, when and from where.")),
    Permission("audit.export", ACTION, _("Export the audit"), _("As csv or xlsx.")),
    Permission("integrations.manage", MENU, _("Manage integrations"),
               _("Other programs with their tokens, webhooks, pop-ups and lookups.")),
    Permission("integrations.popups", ACTION, _("Manage pop-ups and lookups"),
               _("Pages of other systems for calls, and questions to them, at hosts that are allowed.")),
    Permission("integrations.hosts", ACTION, _("Allow hosts of pop-ups"),
               _("Which other systems pop-ups and lookups may name, and so get what is put into their addresses.")),
    Permission("events.follow", ACTION, _("Follow events"),
               _("What happens, as a stream or by webhook, as far as the data scope reaches."), scoped=True),
    Permission("privacy.export", MENU, _("Export a person's data"),
               _("All that is kept of one customer, on her request.")),
    Permission("privacy.erase", ACTION, _("Erase a person's data"), _("For ever; figures stay true.")),
)  # fmt: skip

BY_CODE = {permission.code: permission for permission in PERMISSIONS}
