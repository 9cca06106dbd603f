"""Looks through the switch's configuration without a switch: `make freeswitch-check`.

    python freeswitch-conf/check.py [--conf /another/folder]

Prints what is wrong, a line each, and ends with 1 if anything is.
"""

# ruff: noqa: T201 - a command: what it prints is its answer

import argparse
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as xml

HERE = Path(__file__).resolve().parent
MODULES = {
    "mod_logfile", "mod_console", "mod_json_cdr", "mod_xml_curl", "mod_commands", "mod_dptools", "mod_dialplan_xml",
    "mod_hash", "mod_sndfile", "mod_local_stream", "mod_tone_stream", "mod_opus", "mod_callcenter", "mod_conference",
    "mod_event_socket", "mod_sofia",
}  # fmt: skip
"""All that docs/freeswitch.md names."""
KNOWN = ("ClueCon", "1234", "password", "changeme", "works")
"""Secrets that the whole world knows."""
RUNS = "system|bgsystem|bg_system|spawn|spawn_stream|bg_spawn|lua|luarun|python|pyrun|perl|js"
PROGRAM, CALLED = re.compile(rf"({RUNS})\Z"), re.compile(rf"\{{({RUNS})\(")
"""What would run a program of the machine: as an application, and inside of any value."""
SECRET = re.compile(r"password|secret|credentials", re.IGNORECASE)
NEEDED = dict.fromkeys(
    ("disable_system_api_commands", "disable_system_app_commands", "outbound_redirect_fatal",
     "intercept_unbridged_only", "intercept_unanswered_only", "deny_refer_requests"),
    "true",
) | {"force_transfer_context": "referred", "force_transfer_dialplan": "XML"}  # fmt: skip
"""Lines of vars.xml without which the switch does for strangers what docs/freeswitch.md says it does not."""
PROFILES = {"enable-chat": "false", "disable-transfer": "true"}
"""The same of each SIP profile. Phones may transfer, where the lines above say where to."""


def check(conf: Path) -> list[str]:
    """Sentences of what is wrong."""
    trees, wrong = {}, []
    for path in sorted(conf.rglob("*.xml")):
        try:
            trees[path.relative_to(conf).as_posix()] = xml.parse(path).getroot()
        except xml.ParseError as error:
            wrong.append(f"{path.relative_to(conf)}: no XML: {error}")
    names = _set(trees, "set")
    known = names | _set(trees, "env-set")
    for name, tree in trees.items():
        wrong += [f"{name}: {sentence}" for sentence in (*_includes(conf, name, tree, trees), *_values(tree, known))]
    wrong += [*_modules(trees), *_ports(names), *_contexts(trees), *_sounds(conf, trees), *_contained(trees, names)]
    return wrong


def _set(trees: dict[str, xml.Element], kind: str) -> dict[str, str]:
    """Variables as they are set without any environment (``set``), or from it (``env-set``)."""
    every = trees.get("vars.xml", xml.Element("none")).iter("X-PRE-PROCESS")
    lines = [one.get("data", "") for one in every if one.get("cmd") == kind]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _includes(conf: Path, name: str, tree: xml.Element, trees: dict[str, xml.Element]) -> Iterator[str]:
    for one in tree.iter("X-PRE-PROCESS"):
        kind, data = one.get("cmd"), one.get("data", "")
        if kind not in ("set", "env-set", "include"):
            yield f"a line of {kind}: only set, env-set and include are known"
        if kind == "include" and not list((conf / name).parent.glob(data)):
            yield f"includes {data}, which is not there"


def _values(tree: xml.Element, known: dict[str, str]) -> Iterator[str]:
    for one in tree.iter():
        data = one.get("data", "")
        for value in one.attrib.values():
            for name in re.findall(r"\$\$\{([a-z_0-9]+)\}", value):
                if name not in known and name not in OF_THE_SWITCH:
                    yield f"$${{{name}}} is set nowhere"
            if found := CALLED.search(value):
                yield f"{found[1]} would run a program"
        if found := PROGRAM.match(one.get("application", "")):
            yield f"{found[1]} would run a program"
        secret = one.get("value") if SECRET.search(one.get("name", "")) else None
        if one.tag == "X-PRE-PROCESS" and one.get("cmd") == "set" and SECRET.search(data.partition("=")[0]):
            secret = data.partition("=")[2]
        if secret is not None and (not secret or secret in KNOWN):
            yield f"a secret that everybody knows, or none: {one.get('name') or data.partition('=')[0]}"


OF_THE_SWITCH = {"local_ip_v4", "db_dir", "storage_dir", "sounds_dir", "certs_dir", "log_dir", "base_dir", "core_uuid"}
"""Variables that it has from the start."""


def _modules(trees: dict[str, xml.Element]) -> Iterator[str]:
    given = {"$${console_module}": "mod_console", "$${esl_module}": "mod_event_socket"}
    for one in trees.get("configuration/modules.conf.xml", xml.Element("none")).iter("load"):
        module = one.get("module", "")
        if given.get(module, module) not in MODULES:
            yield f"configuration/modules.conf.xml: {module} is no module that this configuration uses"


def _ports(names: dict[str, str]) -> Iterator[str]:
    taken: dict[str, str] = {}
    for name, value in names.items():
        port = value.rpartition(":")[2]
        if (name.endswith("_port") or name in ("lease", "standby_lease", "directory", "standby_directory")) and port:
            if port in taken:
                yield f"vars.xml: {name} and {taken[port]} are the same port {port}"
            taken[port] = name


def _contexts(trees: dict[str, xml.Element]) -> Iterator[str]:
    plans = [tree for name, tree in trees.items() if name.startswith("dialplan/")]
    there = {one.get("name") for tree in plans for one in tree.iter("context")}
    for name, tree in trees.items():
        for one in tree.iter("param"):
            if one.get("name") == "context" and one.get("value") not in there:
                yield f"{name}: the context {one.get('value')} is not in the dialplan"
        for one in tree.iter("action"):
            words = one.get("data", "").split()
            reached = [words[2]] if one.get("application") == "transfer" and len(words) > 2 else []
            reached += re.findall(r"[:\s]XML[:\s]([a-z-]+)", one.get("data", ""))
            for context in reached:
                if context not in there:
                    yield f"{name}: the context {context} is not in the dialplan"


def _sounds(conf: Path, trees: dict[str, xml.Element]) -> Iterator[str]:
    made = set(runpy.run_path(str(HERE / "prompts.py"))["PROMPTS"])
    for name, tree in trees.items():
        for one in tree.iter():
            for value in (one.get("data", ""), one.get("value", "")):
                for sound in re.findall(r"[a-z]+/[a-z0-9-]+\.wav", value):
                    if sound not in made:
                        yield f"{name}: {sound} is not made by prompts.py"


def _contained(trees: dict[str, xml.Element], names: dict[str, str]) -> Iterator[str]:
    for name, value in NEEDED.items():
        if names.get(name) != value:
            yield f"vars.xml: {name} must be {value}"
    for profile in trees.get("configuration/sofia.conf.xml", xml.Element("none")).iter("profile"):
        says = {one.get("name"): one.get("value") for one in profile.iter("param")}
        phones = {"disable-transfer": "false"} if profile.get("name") == "internal" else {}
        for name, value in (PROFILES | phones).items():
            if says.get(name) != value:
                yield f"configuration/sofia.conf.xml: the profile {profile.get('name')} must say {name}={value}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--conf", type=Path, default=HERE, help="the folder (this one)")
    wrong = check(parser.parse_args(argv).conf)
    for sentence in wrong:
        print(sentence)
    print(f"{len(wrong)} faults" if wrong else "nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
