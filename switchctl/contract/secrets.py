"""What phones and trunks prove themselves by, beside the directory.

A key of its own in Redis and a file of its own in the daemon's folder, so that the directory can be shown, logged and
backed up, and these are not.
"""

import msgspec


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """Written together with the directory of the same version. Kept out of every repr."""

    version: int = 0
    domain: str = ""
    """For which realm the phones' hashes were made; a switch of another domain is told of no phone."""
    phones: dict[str, str] = {}
    """Extension → md5 of ``extension:domain:password``, as digest authentication computes it: enough to register, so a
    secret, but not what a person types into a phone."""
    trunks: dict[str, str] = {}
    """Gateway → password at the carrier: the switch knows no other way to answer one who asks for it."""

    def __repr__(self) -> str:
        return f"<secrets of {len(self.phones)} phones, {len(self.trunks)} trunks, version {self.version}>"


def encode(secrets: Secrets) -> bytes:
    """JSON."""
    return msgspec.json.encode(secrets)


def decode(raw: bytes) -> Secrets:
    """Raises msgspec.ValidationError on what does not fit."""
    return msgspec.json.decode(raw, type=Secrets)
