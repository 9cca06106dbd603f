"""What the switch says to a command, judged good or bad."""

import re

import msgspec

# By what the switch really answers: -ERR, -USAGE, -ERROR, `false` of uuid_exists, `Invalid Profile!`, `!err!`,
# `error/user_not_registered`. No output at all is `-ERR no reply`. What is not of this list is an answer.
_BAD = re.compile(r"-(?:ERR|USAGE)|false\b|error/|Invalid |!err!")


class Reply(msgspec.Struct, frozen=True):
    """One answer: `ok`, and its text without the blanks around it. A dead link answers too, with ok False.

    +OK is no proof that something happened: uuid_hold says it for an unknown uuid, sendmsg for a wrong
    message, uuid_bridge for a phone that still rings. Only the events are.
    """

    ok: bool
    text: str


def reply_of(text: str) -> Reply:
    """The reply of a command/reply, an api/response or the body of a background job."""
    text = text.strip()
    return Reply(ok=not _BAD.match(text), text=text)
