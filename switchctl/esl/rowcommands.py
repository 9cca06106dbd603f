"""Event-socket text about what the switch reads over HTTP: it is made to forget a phone, and to ask anew."""

from switchctl.esl.values import CONTEXT, EXTENSION, check, line


def forget_phones() -> bytes:
    """Every user that it keeps."""
    return line("api xml_flush_cache")


def forget_phone(extension: str, domain: str) -> bytes:
    """One user; `-ERR` where it keeps none."""
    return line(f"api xml_flush_cache id {_user(extension, ' ', domain)}")


def unregister(extension: str, domain: str) -> bytes:
    """Its registrations end, whatever phone they are of; calls that are up go on."""
    return line(f"api sofia profile internal flush_inbound_reg {_user(extension, '@', domain)}")


def know_phone(extension: str, domain: str) -> bytes:
    """Have the switch ask for a user, whom it keeps then: `true`, or `false` for one that nobody knows."""
    return line(f"api user_exists id {_user(extension, ' ', domain)}")


def _user(extension: str, between: str, domain: str) -> str:
    return f"{check(EXTENSION, extension, 'extension')}{between}{check(CONTEXT, domain, 'domain')}"
