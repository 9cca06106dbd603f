"""Event-socket text about gateways: they are looked at, thrown away, and asked for anew."""

from switchctl.esl.values import NAME, check, line


def list_gateways() -> bytes:
    """All of them as XML, of every profile."""
    return line("api sofia xmlstatus gateway")


def forget_gateway(name: str) -> bytes:
    """Its registration ends; calls over it go on."""
    return line(f"api sofia profile external killgw {check(NAME, name, 'gateway')}")


def ask_for_gateways() -> bytes:
    """The profile asks for its gateways and takes those that it does not have. The switch reads its configuration
    again for it, and with that every global variable that is set there."""
    return line("api sofia profile external rescan")


def ask_for_networks() -> bytes:
    """The lists of networks are read anew."""
    return line("api reloadacl")
