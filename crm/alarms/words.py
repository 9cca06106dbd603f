"""What an alarm says, in the reader's words: its name, what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.calls.words import EXITS

# what is wrong
DAEMON_AWAY = gettext_noop("No daemon decides about calls: callers hear the switch's own emergency plan.")
NOBODY_LEADS = gettext_noop("Daemons run, but none of them leads: callers hear the switch's own emergency plan.")
DAEMON_SILENT = gettext_noop("The daemon at %(address)s does not answer: it cannot take over.")
DAEMON_UNWELL = gettext_noop("The daemon at %(address)s says: %(reasons)s")
TWO_LEADERS = gettext_noop("More than one daemon says that it leads: %(addresses)s.")
LINK_DOWN = gettext_noop("The link to the switch %(node)s is down: nothing is offered there.")
NODE_DOWN = gettext_noop("The switch %(node)s does not answer on its event socket (%(reason)s).")
NODE_RESTARTED = gettext_noop("The switch %(node)s was restarted at %(at)s: the calls that it carried were cut off.")
FENCE_OPEN = gettext_noop("Nobody holds the fence of the switch %(node)s: the leader sends it no commands.")
FENCE_FOREIGN = gettext_noop(
    "The fence of the switch %(node)s is held by the daemon %(holder)s of term %(theirs)s, "
    "but the leader's term is %(ours)s."
)
JOURNAL_GROWS = gettext_noop("The journal of %(address)s has %(mb)s MB; %(facts)s facts in it are not rows yet.")
RECORDER_LAGS = gettext_noop("The oldest fact that is not a row has waited for %(seconds)s s; %(facts)s facts wait.")
NO_RECORDER = gettext_noop("Nothing has ever turned facts into rows here; the oldest has waited for %(seconds)s s.")
EVENTS_LAG = gettext_noop("Other programs are told late what happens: the oldest event has waited for %(seconds)s s.")
NO_PUBLISHER = gettext_noop("Nothing has ever written the log of events here; the oldest has waited for %(seconds)s s.")
ATTEMPTS_LAG = gettext_noop(
    "What became of %(n)s calls of campaigns is known, but not written for up to %(seconds)s s."
)
REPAIRS = gettext_noop(
    "In the last 10 minutes the list of channels differed %(n)s times from what the daemon believed. "
    "The newest, on %(node)s: %(reason)s"
)
DISK_LOW = gettext_noop("The disk of %(path)s has %(percent)s %% left (%(free)s GB).")
DATABASE_AWAY = gettext_noop("PostgreSQL does not answer: %(reason)s")
DATABASE_SLOW = gettext_noop("PostgreSQL took %(seconds)s s to answer.")
REDIS_AWAY = gettext_noop("Redis does not answer: %(reason)s")
CERTIFICATE_ENDS = gettext_noop("The certificate of %(where)s is valid for %(days)s more days, until %(until)s.")
CERTIFICATE_ENDED = gettext_noop("The certificate of %(where)s ended on %(until)s: browsers and phones refuse it.")
CERTIFICATE_UNREADABLE = gettext_noop("The certificate of %(where)s cannot be read: %(reason)s")
DEAD_LETTERS = gettext_noop("%(n)s messages of the last 24 hours could not become rows. The newest: %(reason)s")
CDR_BAD = gettext_noop("%(n)s records of the switch could not be read.")

LONGEST_WAIT = gettext_noop("A caller of %(queue)s waits longer than %(limit)s.")
NOBODY_READY = gettext_noop("%(n)s callers of %(queue)s wait and nobody is ready.")
SERVICE_LEVEL = gettext_noop(
    "The service level of %(queue)s over the last 30 minutes is %(value)s %%, below %(limit)s %%."
)
ABANDON_RATE = gettext_noop(
    "Of the callers of %(queue)s over the last 30 minutes %(value)s %% gave up; %(limit)s %% are the limit."
)
LONG_PAUSE = gettext_noop("%(agent)s is paused for longer than %(limit)s.")
LONG_TALK = gettext_noop("%(agent)s talks for longer than %(limit)s.")
LONG_HOLD = gettext_noop("The caller of %(agent)s is on hold for longer than %(limit)s.")
LONG_WRAPUP = gettext_noop("The wrap-up of %(agent)s lasts longer than %(limit)s.")


class Code(NamedTuple):
    """``title`` and ``advice`` are msgids."""

    title: str
    advice: str


CODES = {
    "daemon_away": Code(
        gettext_noop("Daemon away"),
        gettext_noop(
            "Look whether python -m switchctl runs, and into its log; start it. Those who talk go on talking."
        ),
    ),
    "daemon_silent": Code(
        gettext_noop("A daemon does not answer"),
        gettext_noop("Start it, so that a standby is there when the leader falls; its log says why it ended."),
    ),
    "daemon_unwell": Code(
        gettext_noop("Daemon unwell"),
        gettext_noop("Do what its sentence says. If it is busy without an end, restart it: the standby takes over."),
    ),
    "two_leaders": Code(
        gettext_noop("Two leaders"),
        gettext_noop(
            "Compare their terms on /healthz and stop the one with the lower term. "
            "The switches obey only the one that holds their fence."
        ),
    ),
    "link_down": Code(
        gettext_noop("Switch unreachable"),
        gettext_noop("FreeSWITCH answers: look at its secret, its access list and the daemon's log."),
    ),
    "node_down": Code(
        gettext_noop("Switch down"),
        gettext_noop(
            "Start FreeSWITCH there, or look at its host and the network; calls go on over the other switches."
        ),
    ),
    "node_restarted": Code(
        gettext_noop("Switch restarted"),
        gettext_noop("If nobody did so on purpose, look into the switch's log and for a core file. It ends by itself."),
    ),
    "fence_lost": Code(
        gettext_noop("Fence lost"),
        gettext_noop(
            "Look for a second daemon with the same switches and stop it. "
            "If none is there, restart the leader: it takes the fences anew."
        ),
    ),
    "journal_growth": Code(
        gettext_noop("Journal grows"),
        gettext_noop(
            "Facts are not becoming rows: look at the recorder, Redis and the database. Never delete the journal."
        ),
    ),
    "recorder_lag": Code(
        gettext_noop("Recorder behind"),
        gettext_noop(
            "Look whether manage.py record_events runs, and into its log; it may be slow for a slow database."
        ),
    ),
    "attempts_lag": Code(
        gettext_noop("Campaigns behind"),
        gettext_noop(
            "Look whether the Celery worker and beat run, and into the worker's log. Leads wait meanwhile; "
            "nobody is called twice."
        ),
    ),
    "events_lag": Code(
        gettext_noop("Events late"),
        gettext_noop(
            "Look whether manage.py publish_events runs, and into its log. What waits is told when it runs again."
        ),
    ),
    "repairs": Code(
        gettext_noop("Many repairs"),
        gettext_noop(
            "Events of that switch are lost: look at its load and the network. The repairs are in the calls' timelines."
        ),
    ),
    "disk_low": Code(
        gettext_noop("Disk nearly full"),
        gettext_noop("Make room, but never in switchctl/journal; do not restart the daemon before."),
    ),
    "database_away": Code(
        gettext_noop("Database away"),
        gettext_noop(
            "Look whether PostgreSQL runs, at its disk and the network. Calls go on, facts wait; nothing is lost."
        ),
    ),
    "database_slow": Code(
        gettext_noop("Database slow"),
        gettext_noop(
            "Look at the load of its host, its disk, and for a statement that runs for long (pg_stat_activity)."
        ),
    ),
    "redis_away": Code(
        gettext_noop("Redis away"),
        gettext_noop("Start it, or look at the network. Calls go on; buttons do not work until it is back."),
    ),
    "certificate": Code(
        gettext_noop("Certificate ends"),
        gettext_noop(
            "Renew it, put it in place and let the web server and the switch read it anew (sofia profile … restart)."
        ),
    ),
    "dead_letters": Code(
        gettext_noop("Unreadable messages"),
        gettext_noop("Read the reason in the table of dead letters; mostly two versions run beside each other."),
    ),
    "cdr_bad": Code(
        gettext_noop("Unreadable switch records"),
        gettext_noop(
            "Read the .reason files in bad/ of CDR_DIR; move what is mended back to CDR_DIR, remove the rest."
        ),
    ),
    "longest_wait": Code(
        gettext_noop("Long wait"), gettext_noop("The floor says why the caller waits and who becomes free next.")
    ),
    "nobody_ready": Code(
        gettext_noop("Nobody ready"),
        gettext_noop("Look who is paused or in wrap-up, and make ready who can take calls."),
    ),
    "service_level": Code(
        gettext_noop("Service level low"),
        gettext_noop("More people for this queue, or fewer pauses until it is better."),
    ),
    "abandon_rate": Code(
        gettext_noop("Many give up"),
        gettext_noop("Callers wait too long: look at the longest wait, and call them back."),
    ),
    "long_pause": Code(gettext_noop("Long pause"), gettext_noop("Speak with her; make her ready if she forgot.")),
    "long_talk": Code(gettext_noop("Long talk"), gettext_noop("Ask whether she needs help.")),
    "long_hold": Code(gettext_noop("Long hold"), gettext_noop("The caller hears music: ask what she waits for.")),
    "long_wrapup": Code(
        gettext_noop("Long wrap-up"), gettext_noop("Ask whether she needs more time, or make her ready.")
    ),
    "conservation": Code(
        gettext_noop("Records do not add up"),
        gettext_noop("Look at the example's call; mend or report it, then check the day again."),
    ),
    "audit_broken": Code(
        gettext_noop("Audit trail broken"),
        gettext_noop(
            "Somebody changed the trail past the programs. Keep the database, its logs and the anchors as they are, "
            "and find out who had access; manage.py check_audit says more."
        ),
    ),
    "evidence_broken": Code(
        gettext_noop("Evidence of campaigns broken"),
        gettext_noop(
            "Somebody changed it past the programs. Keep the database and its logs as they are, and find out who had "
            "access; manage.py evidence_check says more."
        ),
    ),
}


def title(code: str) -> str:
    """The alarm's name; a code without one is shown with its underscores as spaces."""
    return _(CODES[code].title) if code in CODES else code.replace("_", " ")


def advice(code: str) -> str:
    """What to do; "" for a code of another version."""
    return _(CODES[code].advice) if code in CODES else ""


def named(params: Mapping[str, Any], people: Mapping[str, str], queues: Mapping[str, str]) -> dict[str, Any]:
    """The parameters with people and queues by their names. ``people``: login → name, ``queues``: code → label."""
    told = dict(params)
    for key, names in (("agent", people), ("queue", queues)):
        if key in told:
            told[key] = names.get(told[key], told[key])
    return told


def sentence(text: str, params: Mapping[str, Any]) -> str:
    """The text in the reader's language with the parameters filled in."""
    told = dict(params)
    if told.get("exit") in EXITS:
        told["exit"] = _(EXITS[told["exit"]])
    try:
        return _(text) % told
    except (KeyError, TypeError, ValueError):
        return _(text)  # of an older version, with other parameters
