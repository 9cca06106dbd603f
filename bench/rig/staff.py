"""Makes the centre of the rig through the CRM's own services: a script for `python bench/rig/staff.py COUNT`.

Agents ``a1101`` and up serve one queue; 4100 leads to it at once, 4101 after a greeting that outlasts the round.
``probe`` serves none: her coming and going shows that an order still goes all the way round.
"""

import os
import secrets
import sys
from pathlib import Path

FIRST = 1101
PROBE, PROBE_EXTENSION = "probe", "1999"
AT_ONCE, AFTER_A_GREETING = "4100", "4101"


def login(number: int) -> str:
    """The login of the agent with so many before her."""
    return f"a{FIRST + number}"


def main(count: int) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")
    import django
    from django.conf import settings

    # Nobody logs in with these: no second is spent on making each password slow to guess.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    from crm.accounts.services import user_create
    from crm.telephony.numbers import route_set
    from crm.telephony.services import agent_set, queue_members_set, queue_set

    def agent(name: str, extension: str):
        user = user_create(username=name, password=secrets.token_urlsafe(16), extension=extension)
        agent_set(user=user, wrap_up_s=1, ring_s=60, max_misses=3)
        return user

    users = [agent(login(number), str(FIRST + number)) for number in range(count)]
    agent(PROBE, PROBE_EXTENSION)
    queue = queue_set(code="rig", name="Rig")
    queue_members_set(queue=queue, tiers=dict.fromkeys(users, 1))
    route_set(number=AT_ONCE, queue=queue, greeting="ivr/short.wav")
    route_set(number=AFTER_A_GREETING, queue=queue, greeting="ivr/long.wav")


if __name__ == "__main__":
    main(int(sys.argv[1]))
