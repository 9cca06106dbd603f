"""Extensions: a row for each user's, a secret that is shown once, and what the daemon gets of it."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from crm.audit.models import Entry
from crm.live.scope import floor_scope
from crm.telephony.extensions import (
    extension_add,
    extension_remove,
    has_secret,
    number_check,
    secret_end,
    secret_renew,
)
from crm.telephony.models import Extension
from crm.telephony.publish import directory_publish
from switchctl.contract import directory, secrets
from switchctl.contract.names import MAIN
from tests.cast import cast_of


@pytest.fixture
def centre(bus, transactional_db):
    return cast_of()


def told(bus) -> secrets.Secrets:
    return secrets.decode(bus.get(MAIN.secrets))


@pytest.mark.django_db(transaction=True)
class TestRows:
    def test_each_user_with_an_extension_has_a_row_and_takes_no_secret_along(self, bus, centre):
        rows = dict(Extension.objects.values_list("number", "user__username"))
        assert rows["2001"] == "alice" and rows["2002"] == "bob"
        hers = Extension.objects.get(number="2001")
        secret_renew(extension=hers)

        centre.alice.extension = "2051"
        centre.alice.save()
        left = Extension.objects.get(number="2001")
        assert left.user is None and not has_secret(left)
        assert centre.alice.phone.number == "2051"

    def test_a_phone_of_nobody_keeps_its_secret_when_it_becomes_hers(self, bus, centre):
        hall = extension_add(number="2077", name="hall")
        secret_renew(extension=hall)
        centre.bob.extension = "2077"
        centre.bob.save()
        hall.refresh_from_db()
        assert hall.user == centre.bob and has_secret(hall)
        with pytest.raises(ValidationError, match="Bob"):
            extension_remove(extension=hall)

    def test_the_secret_goes_to_the_daemon_as_a_hash_beside_the_directory(self, bus, centre, settings):
        hers = Extension.objects.get(number="2001")
        assert told(bus).phones == {}
        secret = secret_renew(extension=hers)
        a1 = hashlib.md5(f"2001:{settings.SIP_DOMAIN}:{secret}".encode()).hexdigest()
        assert told(bus).phones == {"2001": a1} and told(bus).domain == settings.SIP_DOMAIN
        hers.refresh_from_db()
        assert secret not in hers.sealed and a1 not in hers.sealed
        assert a1.encode() not in bus.get(MAIN.directory)
        out = directory.decode(bus.get(MAIN.directory))
        assert directory.Extension(number="2001", user="alice") in out.extensions
        assert out.version == told(bus).version

        another = secret_renew(extension=hers)
        assert another != secret and told(bus).phones["2001"] != a1
        secret_end(extension=hers)
        assert told(bus).phones == {}

    def test_what_was_made_for_another_domain_or_key_is_no_secret(self, bus, centre, settings):
        hers = Extension.objects.get(number="2001")
        secret_renew(extension=hers)
        hers.refresh_from_db()
        assert has_secret(hers)
        for name, other in (("SIP_DOMAIN", "elsewhere.test"), ("SECRET_KEY", "x" * 50)):
            before = getattr(settings, name)
            setattr(settings, name, other)
            assert not has_secret(hers)
            directory_publish(force=True)
            assert told(bus).phones == {}
            setattr(settings, name, before)

    def test_lost_secrets_are_published_again(self, bus, centre):
        bus.delete(MAIN.secrets)
        directory_publish()
        assert told(bus).version == directory.decode(bus.get(MAIN.directory)).version

    def test_the_command_prints_a_new_secret(self, bus, centre, capsys):
        call_command("extension_secret", "2002")
        assert len(capsys.readouterr().out.strip()) == 27
        assert has_secret(Extension.objects.get(number="2002"))


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["12", "1234567", "110", "0123", "abc", "１２３４"])
def test_numbers_that_no_extension_may_have(number):
    with pytest.raises(ValidationError):
        number_check(number)


@pytest.mark.django_db(transaction=True)
def test_private_is_said_on_its_page_and_told_with_whose_role_opens_it(bus, centre, client):
    client.force_login(centre.ada)
    form = {"name": "", "kind": "phone", "private": "on"}
    page = client.post("/extensions/2001/", form, follow=True, headers={"accept-language": "en"})
    assert Extension.objects.get(number="2001").private and "Nobody joins its calls" in page.content.decode()
    out = directory.decode(bus.get(MAIN.directory))
    assert [one.number for one in out.extensions if one.private] == ["2001"]
    assert not any(agent.opens_private for agent in out.agents if agent.id in ("alice", "bob", "sofia"))
    assert Entry.objects.filter(action="update", kind="telephony_extension", after__private=True).exists()
    assert not floor_scope(centre.sofia).people["alice"]["supervised"]
    assert floor_scope(centre.sofia).people["bob"]["supervised"]
    client.post("/extensions/2001/", {"name": "", "kind": "phone"})
    assert floor_scope(centre.sofia).people["alice"]["supervised"]
