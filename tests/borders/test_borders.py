"""Who may import whom (the table of docs/architecture.md). A broken line is named with its file."""

import ast
import sys

import pytest

from .imports import ROOT, imported, imports_of, modules, within

STANDARD = tuple(sys.stdlib_module_names)
OUTSIDE = ("socket", "ssl", "select", "selectors", "asyncio", "threading", "subprocess", "multiprocessing", "os")
CLOCKS = ("time", "secrets")
PURE_ESL = [
    f"switchctl.esl.{path.stem}"
    for path in sorted((ROOT / "switchctl/esl").glob("*.py"))
    if path.stem not in ("__init__", "link", "lease", "node", "backoff")
]
LIBRARIES = ("gevent", "greenswitch", "redis", "structlog", "prometheus_client")

# package → the only things that it may import
ONLY = {
    "switchctl.contract": (*STANDARD, "msgspec", "switchctl.contract"),
    "switchctl.model": (*STANDARD, "msgspec", "switchctl.contract", "switchctl.model"),
    "switchctl.policy": (*STANDARD, "msgspec", "switchctl.contract", "switchctl.model", "switchctl.policy"),
    **dict.fromkeys(PURE_ESL, (*STANDARD, "msgspec", "switchctl.contract", *PURE_ESL)),
    "switchctl.directory.answers": (*STANDARD, "switchctl.contract", "switchctl.directory.gateways"),
    "switchctl.directory.gateways": (*STANDARD, "switchctl.contract"),
    "switchctl": (*STANDARD, "msgspec", *LIBRARIES, "switchctl"),
}

# package → what it never imports
NEVER = {
    "switchctl.contract": OUTSIDE,
    "switchctl.model": (*OUTSIDE, *CLOCKS),
    "switchctl.policy": (*OUTSIDE, *CLOCKS),
    **dict.fromkeys(PURE_ESL, OUTSIDE),
    "switchctl.directory.answers": (*OUTSIDE, *CLOCKS),
    "switchctl.directory.gateways": (*OUTSIDE, *CLOCKS),
    "switchctl.esl": ("switchctl.policy", "switchctl.model", "switchctl.engine", "switchctl.sim"),
    "switchctl.bus": ("switchctl.policy",),
    "switchctl.engine.perform": ("switchctl.policy",),
    "switchctl.sim": ("switchctl.policy", "switchctl.model", "switchctl.engine"),
    "switchctl": ("django", "crm", "ccsite", "channels", "celery"),
    "crm": ("gevent", "greenswitch", "tests"),
}
PAGES = ("views", "api", "urls", "consumers", "routing", "forms")


@pytest.mark.parametrize("package", ONLY)
def test_it_imports_only_what_it_may(package):
    assert not [
        f"{module} imports {name}"
        for module, path in modules(package)
        for name in imports_of(module, path)
        if not within(name, *ONLY[package])
    ]


@pytest.mark.parametrize("package", NEVER)
def test_it_never_sees(package):
    assert not [
        f"{module} imports {name}"
        for module, path in modules(package)
        for name in imports_of(module, path)
        if within(name, *NEVER[package])
    ]


def test_the_crm_knows_of_the_daemon_only_the_contract():
    assert not [
        f"{module} imports {name}"
        for module, path in modules("crm", "ccsite")
        for name in imports_of(module, path)
        if within(name, "switchctl") and not within(name, "switchctl.contract")
    ]


def test_an_app_does_not_reach_into_the_pages_of_another():
    assert not [
        f"{module} imports {name}"
        for module, path in modules("crm")
        for name in imports_of(module, path)
        if within(name, "crm") and name.split(".")[1:2] != module.split(".")[1:2]
        for part in name.split(".")[2:3]
        if part in PAGES
    ]


def test_the_daemons_package_imports_nothing_by_itself():
    """So that Django can import the contract without gevent."""
    assert not imports_of("switchctl", ROOT / "switchctl/__init__.py")


@pytest.mark.parametrize("package", ["switchctl.model", "switchctl.policy"])
def test_the_core_reads_no_clock_and_throws_no_dice(package):
    """``now`` and the random generator are arguments: the same input gives the same effects."""
    hidden = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom"}
    for module, path in modules(package):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used = f"{node.value.id}.{node.attr}"
                assert node.attr not in hidden or node.value.id not in ("datetime", "date", "uuid"), (module, used)
                assert node.value.id != "random" or node.attr == "Random", (module, used)


def test_no_room_is_too_long_to_see_across():
    assert not {
        str(path.relative_to(ROOT)): lines
        for _, path in modules("switchctl", "crm", "ccsite", "tests", "bench")
        if "migrations" not in path.parts and (lines := path.read_text().count("\n")) > 400
    }


@pytest.mark.parametrize(
    ("source", "module", "is_package", "names"),
    [
        ("import os.path", "a.b", False, {"os.path"}),
        ("from a import b as c", "x", False, {"a.b"}),
        ("from .c import d", "a.b", False, {"a.c.d"}),
        ("from . import c", "a.b", False, {"a.c"}),
        ("from . import c", "a.b", True, {"a.b.c"}),
        ("from ..c import d", "a.b.e", False, {"a.c.d"}),
        ("def f():\n    import gevent", "a", False, {"gevent"}),
    ],
)
def test_the_walk_sees_every_form_of_import(source, module, is_package, names):
    assert imported(source, module, is_package=is_package) == names
