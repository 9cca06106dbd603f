"""Writes the directory of agents' phones: one SIP user per extension, each with a password of its own.

    FREESWITCH_PHONES_SECRET=... python freeswitch-conf/agents.py --out /etc/switchdesk/agents.xml
    FREESWITCH_PHONES_SECRET=... python freeswitch-conf/agents.py --show 1001

The passwords are derived from one secret, so the same file comes out again on the next node and nothing but
the secret has to be kept. Knowing one phone's password tells nothing about another's.
"""

# ruff: noqa: T201 - a command: what it prints is its answer

import argparse
import base64
import hashlib
import hmac
import os
import sys
from pathlib import Path

SHORTEST_SECRET = 16


def phone_password(secret: str, extension: str) -> str:
    """24 characters of base32 (120 bits), safe in XML and easy to type into a handset."""
    digest = hmac.new(secret.encode(), f"phone:{extension}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:15]).decode().lower()


def directory_xml(secret: str, extensions: range) -> str:
    """The file that freeswitch.xml includes below <users>."""
    users = "\n".join(
        f'  <user id="{extension}" cacheable="true">\n'
        f'    <params><param name="password" value="{phone_password(secret, str(extension))}"/></params>\n'
        f'    <variables><variable name="user_context" value="phones"/></variables>\n'
        f"  </user>"
        for extension in extensions
    )
    return f"<include>\n{users}\n</include>\n"


def write_private(path: Path, text: str) -> None:
    """Readable by the owner only, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    part.replace(path)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, help="write the directory to this file (mode 0600)")
    what.add_argument("--show", metavar="EXTENSION", help="print the password of one phone")
    parser.add_argument("--first", type=int, default=1001, help="first extension (1001)")
    parser.add_argument("--last", type=int, default=1030, help="last extension (1030)")
    options = parser.parse_args(argv)

    secret = os.environ.get("FREESWITCH_PHONES_SECRET", "")
    if len(secret) < SHORTEST_SECRET:
        print(f"FREESWITCH_PHONES_SECRET must be set, {SHORTEST_SECRET} characters or more", file=sys.stderr)
        return 2
    if options.show:
        print(phone_password(secret, options.show))
    else:
        write_private(options.out, directory_xml(secret, range(options.first, options.last + 1)))
        print(f"{options.out}: extensions {options.first} to {options.last}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
