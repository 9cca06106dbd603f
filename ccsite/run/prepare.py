"""Migrations and, once, the demo centre: in one process, because starting Django twice takes twice as long.

``SWITCHDESK_DEMO=no``: none, for a centre with people of its own.
"""

import os

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if os.environ.get("SWITCHDESK_DEMO") != "no":
        call_command("seed_demo", once=True)


if __name__ == "__main__":
    main()
