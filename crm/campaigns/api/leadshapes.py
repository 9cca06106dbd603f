"""How leads, attempts and takings in look outside."""

from rest_framework import serializers

from crm.access.numbers import sees_whole, shown_number
from crm.campaigns.models import Attempt, AttemptState, Deed, FillState, Lead, LeadState, Mode
from crm.campaigns.running.filling import PRIORITY, TICKED_AT_MOST
from crm.campaigns.words import attempt_words, outcome_words
from crm.customers.models import Package
from crm.customers.whom import LAST, WhomBody
from crm.rest.shapes import Asked, Body, Id, Ided, Shape


def number_shown(shape: serializers.Serializer, number: str) -> str:
    return number if sees_whole(shape.context["request"].user) else shown_number(number, whole=False)


class LeadShape(Shape):
    """A customer whom the campaign is to reach."""

    id = serializers.IntegerField()
    customer = serializers.IntegerField(source="customer_id")
    name = serializers.CharField(source="customer.name")
    state = serializers.ChoiceField(LeadState.choices)
    number = serializers.SerializerMethodField(help_text="Which of her numbers is called next.")
    due_at = serializers.DateTimeField(help_text="Not before.")
    priority = serializers.IntegerField()
    attempts = serializers.IntegerField(help_text="Calls that count.")
    outcome = serializers.CharField(help_text="The last one; of a closed lead why.")
    outcome_said = serializers.SerializerMethodField(help_text="In words.")
    tried_at = serializers.DateTimeField(allow_null=True)
    agent = serializers.CharField(source="agent.username", allow_null=True, help_text="Who spoke with her last.")

    def get_number(self, lead: Lead) -> str:
        return number_shown(self, lead.number)

    def get_outcome_said(self, lead: Lead) -> str:
        return outcome_words(lead.outcome)


class AttemptShape(Shape):
    """One call of one number, or why none came of it."""

    id = serializers.CharField(help_text="Also the call's, once it was dialled.")
    campaign = serializers.IntegerField(source="campaign_id", allow_null=True)
    lead = serializers.IntegerField(source="lead_id", allow_null=True)
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    number = serializers.SerializerMethodField()
    mode = serializers.ChoiceField(Mode.choices)
    agent = serializers.CharField(source="agent.username", allow_null=True)
    state = serializers.ChoiceField(AttemptState.choices)
    made_at = serializers.DateTimeField()
    dialled_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    joined_at = serializers.DateTimeField(allow_null=True, help_text="When an agent was on the line.")
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
    outcome_said = serializers.SerializerMethodField(help_text="In words.")
    verdict = serializers.CharField(help_text="What the agent's disposition means for the lead.")

    def get_number(self, attempt: Attempt) -> str:
        return number_shown(self, attempt.number)

    def get_outcome_said(self, attempt: Attempt) -> str:
        return attempt_words(attempt)


class LeadFullShape(LeadShape):
    """With its attempts, the newest first."""

    tries = AttemptShape(many=True)


class LeadAsked(Asked):
    q = serializers.CharField(required=False, max_length=64, help_text="As in the search of customers.")
    state = serializers.ChoiceField(LeadState.choices, required=False)
    outcome = serializers.RegexField("^[a-z_]{1,16}$", required=False)
    not_reached = serializers.BooleanField(required=False, help_text="Tried, and nobody ever picked up.")
    fill = Id(required=False, help_text="Id of a taking in.")
    customer = Id(required=False)


class LeadBody(Body):
    customer = Id()
    priority = serializers.IntegerField(required=False, default=0, min_value=-PRIORITY, max_value=PRIORITY)


class FillShape(Shape):
    """An order to take customers in, or to do something to many leads, and how far it is."""

    id = serializers.IntegerField()
    deed = serializers.ChoiceField(Deed.choices)
    package = serializers.IntegerField(source="package_id", allow_null=True, help_text="Id of an import.")
    filters = serializers.JSONField(help_text="Of the list of customers, or of leads.")
    state = serializers.ChoiceField(FillState.choices)
    reason = serializers.CharField(help_text="Of a failed one: ended, not_allowed, error.")
    total = serializers.IntegerField()
    counts = serializers.JSONField(help_text="taken, already, no_number, listed, closed → how many customers.")
    priority = serializers.IntegerField()
    owner = serializers.CharField(source="owner.username")
    asked_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class FillBody(Body):
    """Exactly one of package, customers and filter."""

    package = Ided(queryset=Package.objects.all(), required=False, help_text="Id of an import that is through.")
    customers = serializers.ListField(child=Id(), required=False, max_length=TICKED_AT_MOST, help_text="Ids.")
    filter = WhomBody(required=False)
    priority = serializers.IntegerField(required=False, default=0, min_value=-PRIORITY, max_value=PRIORITY)


class LeadsWanted(Body):
    """The filters of the list of leads."""

    q = serializers.CharField(required=False, max_length=64, help_text="As in the search of customers.")
    state = serializers.ChoiceField(LeadState.choices, required=False)
    outcome = serializers.RegexField("^[a-z][a-z_]{0,15}$", required=False)
    not_reached = serializers.BooleanField(required=False, help_text="Tried, and nobody ever picked up.")
    fill = Id(max_value=LAST, required=False, help_text="Id of a taking in.")


class DeedBody(Body):
    deed = serializers.ChoiceField(
        [Deed.REOPEN, Deed.OUT],
        help_text="reopen: closed ones are called again; by outcome or not_reached. out: open ones are called no more.",
    )
    asked = LeadsWanted(help_text="Which leads; at least one filter.")
    priority = serializers.IntegerField(
        required=False, default=0, min_value=-PRIORITY, max_value=PRIORITY, help_text="Of those that are opened again."
    )
