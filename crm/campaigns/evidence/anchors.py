"""The chain's end, told to the audit trail: that has a chain of its own, whose end is told outside the database. Who
rewrites all of the evidence would have to rewrite the trail, too, and what was noted of it elsewhere."""

from dataclasses import dataclass

from crm.audit import services as audit
from crm.audit.models import Entry
from crm.campaigns.models import Evidence

ACTION = "evidence.anchored"


@dataclass(frozen=True)
class Anchor:
    """``at`` as ISO text; ``digest`` in hex."""

    at: str
    seq: int
    digest: str


def cast() -> Anchor | None:
    """Tells the end of the chain, if it is another than the last that was told."""
    last = Evidence.objects.order_by("-seq").values_list("seq", "digest").first()
    if last is None:
        return None
    seq, digest = last[0], bytes(last[1]).hex()
    newest = Entry.objects.filter(action=ACTION).order_by("-at", "-id").first()
    if newest is None or newest.after != {"row": seq, "digest": digest}:
        audit.event(ACTION, about_key=("campaigns_evidence", str(seq)), details={"row": seq, "digest": digest})
    return Anchor("", seq, digest)


def anchors(action: str = ACTION) -> list[Anchor]:
    """All that were told; with ``evidence.cut`` the ends of what was removed for its age."""
    told = Entry.objects.filter(action=action).order_by("at", "id").values_list("at", "after")
    return [Anchor(at.isoformat(timespec="seconds"), said["row"], said["digest"]) for at, said in told]
