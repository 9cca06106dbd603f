"""The pages of other programs: a token is made, shown once, used, and revoked."""

import re

import pytest

from crm.accounts.models import User
from crm.integrations.models import Integration, Token
from tests.crm.rest.program import Program


@pytest.fixture
def admin(client, cast, redis_client):
    client.force_login(cast.ada)
    return client


def made(admin, **more) -> tuple[Integration, str]:
    admin.post("/integrations/new/", {"name": "收费系统", "note": "Billing"})
    program = Integration.objects.get()
    typed = {"name": "server", "days": "90", "scope": "all", "permissions": ["customers.see"], **more}
    page = admin.post(f"/integrations/{program.pk}/tokens/", typed)
    found = re.search(r"sd_[a-z0-9]{12}_[\w-]{43}", page.content.decode())
    return program, found[0] if found else ""


def test_from_nothing_to_a_program_that_comes_in(admin):
    program, text = made(admin)
    assert Program(text).get("/me").body["permissions"] == {"customers.see": "all"}
    again = admin.get(f"/integrations/{program.pk}/").content.decode()
    assert text not in again and text[:16] in again, "the text is shown only once"
    admin.post(f"/integrations/{program.pk}/tokens/{Token.objects.get().pk}/revoke/")
    assert Program(text).get("/me").status_code == 401


def test_a_wrong_address_is_named_and_nothing_is_made(admin):
    _program, text = made(admin, allowed="192.0.2.0/24\nnowhere")
    assert not text and not Token.objects.exists()


def test_without_a_permission_no_token_is_made(admin):
    assert made(admin, permissions=[])[1] == ""


def test_a_token_that_is_ended_with_its_program(admin):
    program, text = made(admin)
    admin.post(f"/integrations/{program.pk}/end/")
    assert Program(text).get("/me").status_code == 401
    assert "ended on" in admin.get(f"/integrations/{program.pk}/", headers={"accept-language": "en"}).content.decode()


def test_no_list_of_people_names_a_program_and_it_never_logs_in(admin, cast, client):
    program, _text = made(admin)
    assert program.user not in User.objects.filter(program=False)
    assert "收费系统" not in admin.get("/staff/users/").content.decode()
    assert not client.login(username=program.user.username, password="")
