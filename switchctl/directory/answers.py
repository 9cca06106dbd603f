"""The form of mod_xml_curl in, XML out. What is not known is answered too: the switch then asks the next one.

A user is cacheable without end: a phone that has registered once stays reachable while no daemon answers. Whoever
changes a secret has the switch forget it (``engine.phonebook``).
"""

from collections.abc import Mapping
from xml.etree import ElementTree as xml

from switchctl.contract.directory import Directory
from switchctl.contract.secrets import Secrets
from switchctl.directory import gateways

DIAL_STRING = (
    "{^^:sip_invite_domain=${dialed_domain}:presence_id=${dialed_user}@${dialed_domain}}"
    "${sofia_contact(internal/${dialed_user}@${dialed_domain})}"
)
"""How the switch finds a phone: where it is registered."""
CONTEXT = "phones"


class Answers:
    """All that may be asked of one directory. Built anew with each version; asking costs no I/O."""

    def __init__(self, directory: Directory, secrets: Secrets) -> None:
        self.domain = secrets.domain
        self.phones = {
            one.number: secrets.phones[one.number] for one in directory.extensions if one.number in secrets.phones
        }
        """Extension → a1-hash of those who may register."""
        self.gateways = gateways.gateways(directory.trunks, secrets.trunks)
        self.foreign = {one.gateway for one in directory.trunks if not one.proxy}
        """Gateways that the switch's own configuration has."""

    def answer(self, asked: Mapping[str, str]) -> bytes:
        """``asked``: the posted fields."""
        if asked.get("section") != "directory" or not self.domain:
            return NOT_FOUND
        purpose = asked.get("purpose", "")
        if purpose in ("gateways", "network-list"):
            mine = purpose == "network-list" or asked.get("profile") == gateways.PROFILE
            mine = mine and self.domain in (asked.get("key_value"), asked.get("domain"))
            return _document(self._trunks()) if mine and self.gateways else NOT_FOUND
        if asked.get("domain") == self.domain:
            user = asked.get("user", "")
            if user in self.phones:
                return _document(self._user(user))
        return NOT_FOUND

    def _trunks(self) -> xml.Element:
        domain = xml.Element("domain", name=self.domain)
        domain.append(gateways.group(self.gateways.values()))
        return domain

    def _user(self, extension: str) -> xml.Element:
        domain = xml.Element("domain", name=self.domain)
        _values(domain, "param", {"dial-string": DIAL_STRING})
        group = xml.SubElement(xml.SubElement(domain, "groups"), "group", name="phones")
        user = xml.SubElement(xml.SubElement(group, "users"), "user", id=extension, cacheable="true")
        _values(user, "param", {"a1-hash": self.phones[extension]})
        _values(user, "variable", {"user_context": CONTEXT})
        return domain


def _values(above: xml.Element, kind: str, values: Mapping[str, str]) -> None:
    within = xml.SubElement(above, f"{kind}s")
    for name, value in values.items():
        xml.SubElement(within, kind, name=name, value=value)


def _document(*parts: xml.Element, section: str = "directory") -> bytes:
    document = xml.Element("document", type="freeswitch/xml")
    xml.SubElement(document, "section", name=section).extend(parts)
    return xml.tostring(document, encoding="utf-8", xml_declaration=True)


NOT_FOUND = _document(xml.Element("result", status="not found"), section="result")
"""Never a 404: the switch would write an error into its log for each stranger who tries a name."""
