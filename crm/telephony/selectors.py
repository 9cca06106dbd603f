"""Reading the configuration."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import Dialling, User
from crm.campaigns.running.publish import directory_campaigns
from crm.rooms.selectors import directory_rooms, room_routes
from crm.telephony.forwardlist import directory_forwards
from crm.telephony.home import home
from crm.telephony.models import AgentProfile, Disposition, Extension, PauseReason, Queue
from crm.telephony.numbers import routes
from crm.telephony.serving import queues_served, serving
from crm.telephony.speedlist import directory_speed_dials
from crm.telephony.supervisors import supervisors
from crm.telephony.trunks import directory_trunks
from switchctl.contract import directory


def pause_reason_exists(code: str) -> bool:
    return PauseReason.objects.filter(code=code).exists()


def pause_reasons() -> QuerySet[PauseReason]:
    return PauseReason.objects.all()


def queue_names() -> dict[str, str]:
    """Code → label in the active language, of the switch's own fail-safe queue, too: calls wait in it while no daemon
    leads (its name is that of freeswitch-conf)."""
    return {"failsafe": _("Fail-safe queue")} | {queue.code: queue.label for queue in Queue.objects.all()}


def dispositions() -> QuerySet[Disposition]:
    return Disposition.objects.all()


def disposition_by_code(code: str) -> Disposition | None:
    return Disposition.objects.filter(code=code).first()


def extensions_like(typed: str) -> frozenset[str]:
    """The extension that was typed, if there is one; a phone of nobody's seat is one too."""
    found = Extension.objects.filter(Q(user__isnull=True) | Q(user__is_active=True), number=typed.strip())
    return frozenset(found.values_list("number", flat=True))


def extensions_private() -> set[str]:
    """Those whose calls are joined and picked up only with ``agents.private``."""
    return set(Extension.objects.filter(private=True).values_list("number", flat=True))


def queues_of(user: User) -> QuerySet[Queue]:
    """Queues that the user serves, by membership or by skill."""
    return Queue.objects.filter(pk__in=queues_served([user.pk]).get(user.pk, ()))


def directory_snapshot(version: int) -> directory.Directory:
    """All rows as the contract's directory, in a stable order. Agents without an extension take no calls."""
    profiles = (
        AgentProfile.objects.filter(user__is_active=True, user__extension__isnull=False)
        .select_related("user__department")
        .order_by("user__username")
    )
    agents = tuple(
        directory.Agent(
            id=profile.user.username,
            name=str(profile.user),
            extension=profile.user.extension,
            department=profile.user.department.name if profile.user.department else "",
            wrap_up_s=profile.wrap_up_s,
            wrap_up_extend_s=profile.wrap_up_extend_s,
            wrap_up_extensions=profile.wrap_up_extensions,
            ring_s=profile.ring_s,
            max_misses=profile.max_misses,
            work_number=profile.user.work_number or "",
            caller_number=profile.user.caller_number,
            # Whose role does not allow it is stopped by the daemon too, whichever way an order comes.
            dialling=profile.user.dialling if may(profile.user, "calls.dial") else Dialling.NONE.value,
            allowed=tuple(profile.user.allowed_numbers),
            opens_private=may(profile.user, "agents.private"),
        )
        for profile in profiles
    )
    logins = {profile.user_id: profile.user.username for profile in profiles}
    tiers = serving()
    queues = tuple(
        directory.Queue(
            id=queue.code,
            name=queue.name,
            members=tuple(
                directory.Membership(agent=login, tier=tier)
                for tier, login in sorted(
                    (tier, logins[user]) for user, tier in tiers.get(queue.pk, {}).items() if user in logins
                )
            ),
            service_level_s=queue.service_level_s,
            short_abandon_s=queue.short_abandon_s,
            head_start_s=queue.head_start_s,
            music=queue.music,
            whisper=queue.whisper,
            tells_work_number=queue.tells_work_number,
            forwards=queue.forwards,
        )
        for queue in Queue.objects.all()
    )
    numbers = tuple(
        directory.Route(
            number=route.number,
            queue=route.queue.code if route.queue else "",
            target=route.target,
            to=route.extension.number if route.extension else route.room.code if route.room else "",
            greeting=route.greeting,
        )
        for route in routes()
    )
    forwards = directory_forwards()
    return directory.Directory(
        version=version,
        agents=agents + supervisors({agent.id for agent in agents}),
        queues=queues,
        routes=(*numbers, *room_routes()),
        trunks=directory_trunks(),
        home=home(),
        caller_number=settings.DIAL_CALLER_NUMBER,
        dial_s=settings.DIAL_SECONDS,
        campaigns=directory_campaigns(logins),
        rooms=directory_rooms(),
        speed_dials=directory_speed_dials(),
        zone=settings.TIME_ZONE,
        extensions=tuple(
            directory.Extension(
                number=number, name=name, kind=kind, user=login or "", forwards=forwards.get(number, ()),
                private=private,
            )  # fmt: skip
            for number, name, kind, private, login in Extension.objects.values_list(
                "number", "name", "kind", "private", "user__username"
            )
        ),
    )
