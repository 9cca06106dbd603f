"""The pages on which pop-ups, lookups and hosts are set up."""

import re
import time

import pytest

from crm.popups.models import Host, Lookup, Popup


@pytest.fixture
def admin(client, cast, redis_client):
    client.force_login(cast.ada)
    return client


def page(admin, path: str, typed: dict | None = None) -> str:
    english = {"accept-language": "en"}
    answer = (
        admin.get(path, headers=english) if typed is None else admin.post(path, typed, follow=True, headers=english)
    )
    assert answer.status_code == 200
    return answer.content.decode()


HOME = "/integrations/popups/"
TYPED = {"name": "Bills", "direction": "any", "moment": "offer", "opens": "click", "active": "on"}
ASKED = {"name": "Account", "direction": "any", "answer": "Sum = sum", "limit_ms": 500, "kept_s": 60, "active": "on"}


def test_from_a_host_to_a_signed_pop_up(admin, billing):
    host = billing.address.removeprefix("http://")
    typed = TYPED | {"url": f"{billing.address}/customer?number={{number}}", "queues": ["support"]}
    assert "is not among the hosts that are allowed" in page(admin, f"{HOME}new/", typed)
    assert "may name" in page(admin, f"{HOME}hosts/", {"name": host, "plain": "on"})
    shown = page(admin, f"{HOME}new/", typed)
    popup = Popup.objects.get()
    assert popup.queues == ["support"] and "/customer?number=15401400001" in shown
    shown = page(admin, f"{HOME}{popup.pk}/secret/", {})
    secret = re.search(r"sdpop_[\w-]{43}", shown)[0]
    shown = page(admin, f"{HOME}{popup.pk}/")
    assert secret not in shown and "&amp;sig=" in shown and secret not in Popup.objects.get().sealed
    billing.popup_secret = secret
    example = admin.get(f"{HOME}{popup.pk}/example/").headers["Location"]
    billing.check_address(example.removeprefix(billing.address), time.time())
    assert "is used by Bills" in page(admin, f"{HOME}hosts/{Host.objects.get().pk}/remove/", {})
    assert "Bills" in page(admin, HOME)
    page(admin, f"{HOME}{popup.pk}/unsign/", {})
    assert "sig=" not in page(admin, f"{HOME}{popup.pk}/")
    assert "was removed" in page(admin, f"{HOME}{popup.pk}/remove/", {})
    page(admin, f"{HOME}hosts/{Host.objects.get().pk}/remove/", {})
    assert not Host.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"url": "https://shop.example.com/{nobody}"}, "no placeholder {nobody}"),
        ({"url": "https://{number}.example.com/"}, "only behind the host"),
        ({"url": "http://shop.example.com/"}, "by https only"),
        ({"moment": "done"}, "no card to click on"),
        ({"name": ""}, "field-error"),
    ],
)
def test_what_is_wrong_is_said(admin, cast, wrong, sentence):
    Host.objects.create(name="shop.example.com")
    assert sentence in page(admin, f"{HOME}new/", TYPED | {"url": "https://shop.example.com/"} | wrong)
    assert not Popup.objects.exists()


@pytest.mark.parametrize(
    "name", ["", "two words", "https://a.example.com", "a.example.com/x", "a@b.example.com", "a:b", "*"]
)
def test_what_is_no_host_is_refused(admin, name):
    assert "field-error" in page(admin, f"{HOME}hosts/", {"name": name})
    assert not Host.objects.exists()


def test_a_lookup_is_added_tried_and_changed_and_its_header_stays_sealed(admin, billing, allowed):
    billing.key = "very-secret"
    typed = ASKED | {"url": f"{billing.address}/api/subscriber?number={{number}}", "answer": "User = name",
                     "header": "Authorization", "value": "Bearer very-secret"}  # fmt: skip
    assert "very-secret" not in page(admin, f"{HOME}lookups/new/", typed)
    lookup = Lookup.objects.get()
    at = f"{HOME}lookups/{lookup.pk}/"
    assert "Account" in page(admin, HOME)
    assert "梅 &lt;b&gt;" in page(admin, f"{at}try/", {"number": "15401400001"})
    assert "does not know her" in page(admin, f"{at}try/", {"number": "15409990000"})
    assert "was saved" in page(admin, at, typed | {"value": "", "limit_ms": 300})
    changed = Lookup.objects.get()
    assert changed.limit_ms == 300 and changed.sealed == lookup.sealed and "very-secret" not in changed.sealed
    assert "Type the value of this header" in page(admin, at, typed | {"value": "", "header": "X-Key"})
    assert "no header that a lookup can send" in page(admin, at, typed | {"header": "Host"})
    assert "not of the form" in page(admin, at, typed | {"answer": "Sum"})
    billing.key = "other"
    assert "HTTP 403" in page(admin, f"{at}try/", {"number": "15401400001"})
    page(admin, f"{at}remove/", {})
    assert not Lookup.objects.exists()
