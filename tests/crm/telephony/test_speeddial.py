"""Speed dials: the page, who may set which, what the daemon is told, and what is dialled by them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from crm.audit.models import Entry
from crm.numberlists.dialling import dial_refusal
from crm.telephony.models import SpeedDial
from crm.telephony.selectors import directory_snapshot
from crm.telephony.speeddial import speed_dial_set, speed_dials_erase
from switchctl.contract.directory import SpeedDial as Told

NUMBER = "13800001111"


def says(whose: str = "own", code: str = "12", name: str = "Courier", number: str = "") -> dict[str, str]:
    return {"whose": whose, "code": code, "name": name, "number": number}


def page(client, url: str, **form: str) -> str:
    return client.post(url, form, follow=True).content.decode()


@pytest.mark.django_db
def test_an_agent_sets_changes_and_removes_her_own(cast, client):
    client.force_login(cast.alice)
    other, url = cast.bob.extension, reverse("speed_dials")
    assert 'role="status"' in page(client, url, **says(number=other))
    row = SpeedDial.objects.get()
    assert directory_snapshot(1).speed_dials == (Told(code="12", number=other, owner="alice"),)
    assert 'name="code" value="12"' in client.get(reverse("speed_dial", args=[row.pk])).content.decode()
    page(client, reverse("speed_dial", args=[row.pk]), **says(code="*013", name="Bob", number=other))
    assert [(one.code, one.name) for one in SpeedDial.objects.all()] == [("13", "Bob")]
    client.force_login(cast.bob)
    for door in ("speed_dial", "speed_dial_remove"):
        assert client.post(reverse(door, args=[row.pk]), says(number=other)).status_code == 404
    client.force_login(cast.alice)
    client.post(reverse("speed_dial_remove", args=[row.pk]))
    assert directory_snapshot(1).speed_dials == ()
    assert Entry.objects.filter(kind="telephony_speeddial").count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("field, value", [
    ("number", "own"), ("number", "110"), ("number", "x"), ("number", "+12025550123"), ("number", "*012"),
    ("code", "1"), ("code", "1a"), ("code", "20"), ("name", " "),
])  # fmt: skip
def test_a_refusal_says_at_which_field_and_loses_nothing(cast, client, field: str, value: str):
    client.force_login(cast.alice)
    other = cast.bob.extension
    speed_dial_set(actor=cast.alice, owner=cast.alice, code="20", name="Taken", number=other)
    form = says(name="Half a name", number=other) | {field: cast.alice.extension if value == "own" else value}
    shown = page(client, reverse("speed_dials"), **form)
    assert f'id="own-{field}-wrong"' in shown and SpeedDial.objects.count() == 1
    for name in ({"code", "name", "number"} - {field}):
        assert f'value="{form[name]}"' in shown
    row = SpeedDial.objects.get()
    shown = page(client, reverse("speed_dial", args=[row.pk]), **(form | ({"code": "7"} if value == "20" else {})))
    assert 'id="change-' in shown and SpeedDial.objects.get().name == "Taken"


@pytest.mark.django_db
def test_the_centres_by_who_manages_extensions_and_dialled_by_all(cast, client):
    client.force_login(cast.alice)
    assert client.post(reverse("speed_dials"), says("centre", number=NUMBER)).status_code == 403
    with pytest.raises(PermissionDenied):
        speed_dial_set(actor=cast.alice, owner=cast.bob, code="12", name="", number="2001")
    client.force_login(cast.ada)
    page(client, reverse("speed_dials"), **says("centre", number="138 0000 1111"))
    assert [row.number for row in directory_snapshot(1).speed_dials] == [f"+86{NUMBER}"]
    client.force_login(cast.alice)
    shown = client.get(reverse("speed_dials")).content.decode()
    assert "Courier" in shown and NUMBER not in shown.replace(" ", "") and "telephony" not in shown
    assert dial_refusal(cast.alice, "*012") == dial_refusal(cast.alice, NUMBER)
    assert "*013" in dial_refusal(cast.alice, "*013")
    speed_dial_set(actor=cast.alice, owner=cast.alice, code="12", name="Bob", number=cast.bob.extension)
    assert dial_refusal(cast.alice, "*012") == ""
    listed = client.get(reverse("desk_speed")).content.decode()
    assert "Bob" in listed and "Courier" not in listed and 'data-number="*012"' in listed


@pytest.mark.django_db
def test_a_person_who_is_erased_is_in_no_list(cast):
    for owner in (None, cast.ada):
        SpeedDial.objects.create(owner=owner, code="12", name="Mrs Wang", number=f"+86{NUMBER}")
    SpeedDial.objects.create(code="13", name="Hall", number="2009")
    speed_dials_erase(numbers=[f"+86{NUMBER}"])
    assert [row.code for row in SpeedDial.objects.all()] == ["13"]
