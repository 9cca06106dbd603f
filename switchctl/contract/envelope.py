"""What every fact wears. Facts themselves are read and written by ``contract.facts``."""

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True, gc=False):
    """The envelope that every fact wears."""

    id: str = ""
    """``<journal>:<seq>``, given by the journal."""
    seq: int = 0
    """Rises by one for each fact of a journal."""
    at: int = 0
    node: str = ""
    call_id: str = ""
    """The UUID of the customer's leg; of a dialled call that leg may never come to be."""
    epoch: int = 0
    """Which term of leadership said so."""
    command_id: str = ""
    """The command that brought it about, if one did."""
    tenant: str = "main"
    site: str = "main"
    application: str = "callcentre"
    contact_kind: str = "call"
