"""A view lets in whom it names, and nobody when it names none."""

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path
from django.urls.resolvers import URLPattern, URLResolver

from ccsite.urls import urlpatterns as ours
from crm.access.guard import FOREIGN, needs, public, signed_in
from crm.access.permissions import BY_CODE


def answer(request):
    return HttpResponse("in")


urlpatterns = [
    *ours,
    path("try/forgotten", answer),
    path("try/public", public(answer)),
    path("try/signed-in", signed_in(answer)),
    path("try/either", needs("switches.see", "calls.see")(answer)),
    path("try/switches", needs("switches.manage")(answer)),
]

pytestmark = pytest.mark.urls("tests.crm.access.test_guard")


def status(client, where: str) -> int:
    return client.get(f"/try/{where}").status_code


def test_strangers_come_no_further_than_the_public_pages(client, db):
    assert [status(client, where) for where in ("public", "signed-in", "either", "switches")] == [200, 302, 302, 302]


def test_a_view_that_names_nobody_refuses_even_the_administrator(client, cast):
    client.force_login(cast.ada)
    assert [status(client, where) for where in ("public", "signed-in", "either", "switches")] == [200] * 4
    assert status(client, "forgotten") == 403


def test_one_of_the_permissions_is_enough(client, cast):
    client.force_login(cast.alice)
    assert [status(client, where) for where in ("signed-in", "either", "switches")] == [200, 200, 403]


@pytest.mark.urls("ccsite.urls")
def test_every_address_of_the_site_says_whom_it_lets_in():
    silent, wrong = [], []
    for pattern, namespaces in every_address():
        rule = getattr(pattern.callback, "access_rule", "")
        if not rule and not set(namespaces) & FOREIGN.keys():
            silent.append(str(pattern.pattern))
        if "." in rule and not all(code in BY_CODE for code in rule.split(" or ")):
            wrong.append((str(pattern.pattern), rule))
    assert (silent, wrong) == ([], [])


def every_address():
    """Each address of the site with the namespaces in which it lies."""
    return walked(get_resolver("ccsite.urls"))


def walked(resolver: URLResolver, namespaces: tuple[str, ...] = ()):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry, namespaces
        else:
            yield from walked(entry, (*namespaces, *filter(None, [entry.namespace])))
