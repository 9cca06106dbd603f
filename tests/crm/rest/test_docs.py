"""The examples of docs/api.md do what they say."""

import re
from datetime import timedelta
from pathlib import Path

import switchdesk_client
from django.utils import timezone

from crm.customers.models import Customer
from crm.events.models import Pending
from crm.webhooks.letters import encoded, letter
from tests.crm.events.story import publish

from .program import Inside, program

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
BLOCKS = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
SECRET = re.compile(r"whsec_[\w=]+")


def test_the_examples_of_the_client_run(cast, bus, monkeypatch, capsys):
    text = program(cast.ada, "customers.see", "customers.add", "customers.edit", "events.follow").text
    real = switchdesk_client.Client
    monkeypatch.setattr(
        switchdesk_client, "Client", lambda address, _text: real(address, text, transport=Inside(address))
    )
    whole, events, hook = BLOCKS.findall(PAGE.read_text())
    names: dict = {}
    exec(whole, names)
    assert Customer.objects.get(name="Li Na").note == "Call in the morning"
    said = capsys.readouterr().out
    assert "Li Na" in said and "is not a telephone number" in said and "Correct the fields" in said

    Pending.objects.update(at=timezone.now() - timedelta(minutes=5))
    publish(bus)
    exec(events, names)
    assert f"{names['last']} customer.added" in capsys.readouterr().out

    exec(hook, names)
    told = {"id": 7, "kind": "call.ended", "at": "2026-11-23T04:00:00Z", "call": "c1", "sequence": 3, "agent": None,
            "queue": None, "campaign": None, "data": {}}  # fmt: skip
    for secret in SECRET.findall(hook):
        sent = letter([(7, encoded(told))], [secret], at=timezone.now())
        assert names["hook"](sent.headers, sent.body) == 204
        assert names["hook"](sent.headers, sent.body + b" ") == 401
    assert capsys.readouterr().out == "7 call.ended\n" * 2
