"""Every door of the API with every method: without a token, with one that lacks the permission, with one that has
it."""

import json

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from crm.access.permissions import BY_CODE
from crm.integrations.services import NEVER
from crm.rest.endpoint import Endpoint
from crm.rest.pages import described
from crm.rest.permission import ANY

from .program import Program

METHODS = ("get", "post", "put", "patch", "delete")
SAMPLES = {"int": "987654321", "uuid": "00000000-0000-4000-8000-000000000000"}
OPEN = {"api_schema", "api_docs", "api_missing"}


def doors():
    """Name, address with samples in place of parameters, class of the view."""

    def walk(patterns, before):
        for one in patterns:
            at = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, at)
            elif isinstance(one, URLPattern) and at.startswith("api/v1/") and one.name not in OPEN:
                path = at
                for name, converter in one.pattern.converters.items():
                    kind = type(converter).__name__.removesuffix("Converter").lower()
                    word = "str" if kind == "string" else kind
                    path = path.replace(f"<{word}:{name}>", SAMPLES.get(word, "no-such"))
                yield one.name, "/" + path, one.callback.cls

    yield from walk(get_resolver().url_patterns, "")


def methods_of(view) -> list[str]:
    return [method for method in METHODS if hasattr(view, method)]


def test_every_door_says_what_each_of_its_methods_needs():
    found = list(doors())
    assert len(found) > 5 and all("<" not in path for _name, path, _view in found)
    for name, _path, view in found:
        assert sorted(view.needs) == sorted(method.upper() for method in methods_of(view)), name
        codes = {code for needs in view.needs.values() for code in needs.split(" or ")}
        assert codes <= BY_CODE.keys() | {ANY}, name


def test_every_post_takes_a_key():
    """``Endpoint`` does once what comes with a key: nobody goes around it, and the description says so."""
    document = json.loads(described()[0])
    posts = [path for path, methods in document["paths"].items() if "post" in methods]
    for path in posts:
        names = {one["name"] for one in document["paths"][path]["post"]["parameters"]}
        assert "Idempotency-Key" in names, path
    views = [view for _name, _path, view in doors() if hasattr(view, "post")]
    assert len(views) == len(posts)
    for view in views:
        assert issubclass(view, Endpoint) and view.setup is Endpoint.setup and view._post_once is Endpoint._post_once


def test_who_comes_in(programs):
    nobody = Program("")
    every = BY_CODE.keys() - NEVER
    keys: dict[str, tuple[Program, Program]] = {}
    wrong = []
    for name, path, view in doors():
        for method in methods_of(view):
            needs = view.needs[method.upper()]
            if nobody.send(method.upper(), path, {}).status_code != 401:
                wrong.append(f"{method} {name} lets in a stranger")
            if needs == ANY:
                continue
            if needs not in keys:
                codes = set(needs.split(" or "))
                keys[needs] = (
                    programs(*sorted(every - codes), rate=100_000),
                    programs(sorted(codes - NEVER)[0], rate=100_000),
                )
            without, holder = keys[needs]
            answer = without.send(method.upper(), path, {})
            if answer.status_code != 403 or answer.body["type"] != "urn:switchdesk:problem:not-allowed":
                wrong.append(f"{method} {name} lets in without {needs}: {answer.status_code}")
            answer = holder.send(method.upper(), path, {})
            if answer.status_code in (401, 405, 500):
                wrong.append(f"{method} {name} with {needs}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
