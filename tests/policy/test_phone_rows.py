"""A phone of nobody's seat: that it is registered is told, and nothing else comes of it."""

import msgspec

from switchctl.contract import facts as f
from switchctl.contract.directory import Extension
from tests.policy.centre import Centre, directory


def test_a_phone_without_an_agent_is_told_of_once_it_has_a_row():
    known = directory(support=(("amy", 1),))
    centre = Centre(msgspec.structs.replace(known, extensions=(Extension(number="1077", name="hall"),)))
    for extension in ("1077", "1078"):  # nobody knows 1078
        centre.exchange.register(extension)
    centre.drain()
    centre.exchange.unregister("1077")
    centre.drain()
    told = [(fact.extension, fact.registered) for fact in centre.facts(f.DeviceChanged)]
    assert [one for one in told if one[0] in ("1077", "1078")] == [("1077", True), ("1077", False)]
    assert centre.view.devices["1077"] is False
    assert not centre.facts(f.CommandRefused)
