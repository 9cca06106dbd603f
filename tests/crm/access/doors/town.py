"""The people and things of the matrix: one visitor for each role, all in the same department."""

from dataclasses import dataclass, field
from datetime import time
from uuid import uuid4

from django.utils import timezone

from crm.access.ready import READY
from crm.accounts.models import Department, Role, Scope, SkillGroup, User
from crm.accounts.services import user_create
from crm.alarms.services import alarm_raise
from crm.calls.exports.files import SHELF
from crm.calls.models import CallExport, CallView
from crm.campaigns.evidence.exports.files import SHELF as EVIDENCE
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.models import Callback, Campaign, CampaignTemplate, EvidenceExport, Holiday, Lead, Sound
from crm.campaigns.sounds import files as sound_files
from crm.customers.exports.files import SHELF as CUSTOMERS
from crm.customers.fields.files import path_of
from crm.customers.imports.badrows import BadBook
from crm.customers.imports.files import bad, folder
from crm.customers.models import Customer, CustomerExport, CustomerField, CustomerFile, Package, Project
from crm.customers.services import customer_add
from crm.integrations.services import integration_make, token_make
from crm.numberlists.models import ListedNumber
from crm.popups.services import host_add, lookup_make, popup_make
from crm.reports.files.orders import SHELF as FILES
from crm.reports.models import ReportFile, ReportMailing, SavedReport
from crm.rooms.models import Room
from crm.telephony.extensions import extension_add
from crm.telephony.models import PauseReason, SpeedDial
from crm.telephony.numbers import route_set
from crm.telephony.services import agent_set, queue_members_set, queue_set
from crm.telephony.trunks import trunk_add
from crm.webhooks.services import webhook_make
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

from .callers import callback_of, campaigns_of, shown_to

EIGHT = time(8)
STRANGER, ROLELESS, LEAVER = "stranger", "roleless", "leaver"
ROLES = tuple(ready.code for ready in READY)
VISITORS = (STRANGER, ROLELESS, LEAVER, *ROLES)
OWN_THINGS = ("view", "export", "customer_export", "file", "saved", "mailing", "shown", "callback", "evidence_export",
              "speed")  # fmt: skip
PLACES = {"own": 0, "colleague": 1, "below": 2, "other": 3}
"""Where an object's owner works, seen from the visitor → the width of the scope that reaches it."""


@dataclass
class Town:
    """Support (with East below it) and Sales. Bob works in Support, Eve in East, Carol in Sales."""

    visitors: dict[str, User | None] = field(default_factory=dict)
    agents: dict[str, User] = field(default_factory=dict)
    alarm: int = 0
    things: dict[str, int] = field(default_factory=dict)
    """A department, a role, a skill group, a queue, a line of a list: their ids."""
    own: dict[str, dict[str, int | str]] = field(default_factory=dict)
    """What is a visitor's alone (a view, an export): its id by her name."""

    def call(self, visitor: str, place: str) -> str:
        """Id of the call that somebody there had; "nobody" reached no queue and nobody."""
        return f"call-{visitor if place == 'own' else place}"

    def person(self, visitor: str, place: str) -> User:
        """The visitor herself, or who works there."""
        return self.visitors[visitor] if place == "own" else self.agents[place]

    def customer(self, visitor: str, place: str) -> Customer:
        """Whom somebody there looks after."""
        return Customer.objects.get(owner=self.person(visitor, place))


def holds(visitor: str) -> dict[str, Scope]:
    """Permission → scope of the visitor, straight from the table of ready-made roles."""
    ready = next((ready for ready in READY if ready.code == visitor), None)
    return dict.fromkeys(ready.permissions, ready.scope) if ready else {}


def lets_in(visitor: str, needs: str) -> bool:
    """Whether a permission (or one of several) opens the door for the visitor."""
    if needs == "public":
        return True
    if visitor in (STRANGER, LEAVER):
        return False
    return needs == "signed in" or any(code in holds(visitor) for code in needs.split(" or "))


def reaches(visitor: str, permission: str, place: str) -> bool:
    """Whether the visitor's scope covers what belongs to somebody there."""
    scope = holds(visitor).get(permission)
    if scope is None:
        return False
    if place == "nobody":
        return scope != Scope.OWN
    return scope.width >= PLACES[place]


def export_of(user: User) -> CallExport:
    """One that she may fetch."""
    made = CallExport.objects.create(owner=user, form="csv", state=CallExport.State.READY, size=4)
    SHELF.folder(made).mkdir(parents=True, exist_ok=True)
    SHELF.file(made).write_bytes(b"rows")
    return made


def customers_of(user: User) -> CustomerExport:
    """Customers in a file that she may fetch."""
    made = CustomerExport.objects.create(owner=user, form="csv", state=CustomerExport.State.READY, size=4)
    CUSTOMERS.folder(made).mkdir(parents=True, exist_ok=True)
    CUSTOMERS.file(made).write_bytes(b"rows")
    return made


def evidence_of(user: User) -> EvidenceExport:
    """Evidence in a file that she may fetch."""
    made = EvidenceExport.objects.create(owner=user, form="csv", state=EvidenceExport.State.READY, size=4)
    EVIDENCE.folder(made).mkdir(parents=True, exist_ok=True)
    EVIDENCE.file(made).write_bytes(b"rows")
    return made


def contract_of(customer: Customer, field: CustomerField) -> None:
    """A file that was added to her."""
    made = CustomerFile.objects.create(customer=customer, field=field, name="a.pdf", kind="pdf", size=4)
    path_of(made.pk).parent.mkdir(parents=True, exist_ok=True)
    path_of(made.pk).write_bytes(b"page")


def package_of(user: User) -> int:
    """An import that is through, and the rows that it did not take."""
    made = Package.objects.create(name="May", file_name="a.csv", file_key=uuid4(), form="csv", owner=user, state="done")
    folder(made).mkdir(parents=True, exist_ok=True)
    BadBook(bad(made), ["Name"], 0)
    return made.pk


def file_of(user: User) -> ReportFile:
    """One that she may fetch."""
    made = ReportFile.objects.create(owner=user, form="csv", report="lost_calls", state=ReportFile.State.READY, size=4)
    FILES.folder(made).mkdir(parents=True, exist_ok=True)
    FILES.file(made).write_bytes(b"rows")
    return made


def campaign_of(department: Department, customer: Customer) -> dict[str, int]:
    """A campaign of the department with one lead, a template, a holiday, a sound."""
    campaign = Campaign.objects.create(name="Renewals")
    campaign.departments.add(department)
    lead = Lead.objects.create(campaign=campaign, customer=customer, number="+8615409990000", due_at=timezone.now())
    holiday = Holiday.objects.create(day="2030-10-01", name="National day")
    template = CampaignTemplate.objects.create(name="Renewal")
    sound = Sound.objects.create(name="Notice", kind="prompt", file=sound_files.file_name("0" * 64), size=4)
    sound_files.file_keep(sound.file, b"RIFF")
    made = {"campaign": campaign, "lead": lead, "holiday": holiday, "template": template, "sound": sound}
    return {name: one.pk for name, one in made.items()}


def town() -> Town:
    """Makes it all; each visitor has an extension, and a call behind her."""
    made = Town()
    support, sales = Department.objects.create(name="Support"), Department.objects.create(name="Sales")
    east = Department.objects.create(name="East", parent=support)
    PauseReason.objects.create(code="break", name="Break")
    extensions = iter(range(3001, 4000))

    def person(login: str, department: Department, *roles: str) -> User:
        user = user_create(
            username=login, password="never-typed-anywhere", roles=roles, department=department,
            extension=str(next(extensions)), language="en",
        )  # fmt: skip
        agent_set(user=user)
        return user

    homes = {"colleague": support, "below": east, "other": sales}
    made.agents = {place: person(f"agent-{place}", home, "agent") for place, home in homes.items()}
    for visitor in VISITORS:
        if visitor != STRANGER:
            roles = ("administrator",) if visitor == LEAVER else (visitor,) if visitor in ROLES else ()
            made.visitors[visitor] = person(f"v-{visitor.replace('_', '-')}", support, *roles)
    made.visitors[LEAVER].is_active = False
    made.visitors[LEAVER].save(update_fields=["is_active"])
    queue = queue_set(code="support", name="Support")
    extension_add(number="2098", name="hall")
    route_set(number="4001", queue=queue)
    trunk_add(name="carrier", proxy="127.0.0.1:9")
    Room.objects.create(code="hall", name="Hall")
    queue_members_set(queue=queue, tiers=dict.fromkeys(made.agents.values(), 1))
    stories = [
        Story(f"call-{name}", NOON + number * 100 * SECOND).greeted().queued().offered_to(user.username).answered()
        .hung_up().wrapped_up()
        for number, (name, user) in enumerate({**made.agents, **made.visitors}.items())
    ]  # fmt: skip
    stories.append(Story("call-nobody", NOON - 100 * SECOND).greeted().over())
    record(numbered(fact for story in stories for fact in story.facts))
    field = CustomerField.objects.create(code="contract", name="Contract", kind="file")
    for number, user in enumerate([*made.agents.values(), *made.visitors.values()]):
        friend = customer_add(name=f"Friend of {user.username}", numbers=[f"154099900{number:02}"], owner=user)
        contract_of(friend, field)
        number = friend.numbers.get().number
        Callback.objects.create(customer=friend, number=number, agent=user, made_by=user, due_at=timezone.now())
    evidence_add([Row("an-attempt", "allowed", timezone.now(), {}, {"number": "+8615401400001"})])
    made.alarm = alarm_raise("disk_full", "var", severity="warning", text="The disk is nearly full.").pk
    role = Role.objects.get(code="agent").pk
    skill = SkillGroup.objects.create(name="English").pk
    line = ListedNumber.objects.create(list="black", way="both", kind="prefix", first="+86138001").pk
    made.things = {"department": support.pk, "role": role, "skill": skill, "queue": queue.pk, "line": line}
    made.things |= {"field": field.pk, "project": Project.objects.create(code="sale", name="Sale").pk}
    program = integration_make(actor=made.visitors["administrator"], name="Billing", now=timezone.now())
    made.things["integration"] = program.pk
    made.things["webhook"] = webhook_make(
        actor=made.visitors["administrator"], integration=program, now=timezone.now(),
        fields={"name": "events", "url": "http://127.0.0.1:9/"},
    )[0].pk  # fmt: skip
    admin, page = made.visitors["administrator"], {"name": "Bills", "url": "http://127.0.0.1:9/{call}"}
    made.things["popup_host"] = host_add(actor=admin, name="127.0.0.1:9", plain=True).pk
    made.things["popup"] = popup_make(actor=admin, fields=page).pk
    made.things["lookup"] = lookup_make(actor=admin, fields={**page, "answer": "Sum = sum"}).pk
    made.things["token"] = token_make(
        actor=made.visitors["administrator"], integration=program, name="one", permissions=["calls.see"],
        now=timezone.now(),
    )[0].pk  # fmt: skip
    made.things["package"] = package_of(made.visitors["administrator"])
    made.things |= campaign_of(support, Customer.objects.create(name="Nobody's own"))
    made.own = {kind: {} for kind in OWN_THINGS}
    friend = Customer.objects.first()
    made.things |= campaigns_of(support, friend)
    for visitor, user in made.visitors.items():
        made.own["view"][visitor] = CallView.objects.create(owner=user, name="Mine").pk
        made.own["export"][visitor] = export_of(user).pk
        made.own["speed"][visitor] = SpeedDial.objects.create(owner=user, code="10", name="Hall", number="2098").pk
        made.own["evidence_export"][visitor] = evidence_of(user).pk
        made.own["customer_export"][visitor] = customers_of(user).pk
        made.own["file"][visitor] = file_of(user).pk
        saved = SavedReport.objects.create(owner=user, name="Mine", report="lost_calls")
        made.own["saved"][visitor] = saved.pk
        mailing = ReportMailing(report=saved, form="csv", rhythm="daily", at=EIGHT, next_at=timezone.now())
        mailing.save()
        made.own["mailing"][visitor] = mailing.pk
        made.own["shown"][visitor] = shown_to(user, friend)
        made.own["callback"][visitor] = callback_of(user, friend)
    assert Role.objects.count() == len(ROLES)
    return made
