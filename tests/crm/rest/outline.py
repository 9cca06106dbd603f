"""What programs rely on, from the API's description: addresses, parameters, fields with their types.

python -m tests.crm.rest.outline      writes released.json: what was released, which later versions only add to
"""

import json
import sys
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).with_name("released.json")
Fields = dict[str, str]
"""Path of a field → its type, with ``!`` where it must be sent."""


def outline(document: dict[str, Any]) -> dict[str, Any]:
    """Operation → ``asks`` (parameters), ``takes`` (fields of the body), ``answers`` (status → fields)."""
    found: dict[str, Any] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[f"{method.upper()} {path}"] = {
                "asks": {
                    f"{one['in']}:{one['name']}": _type(one["schema"]) + "!" * one.get("required", False)
                    for one in operation.get("parameters", ())
                },
                "takes": _content(document, operation.get("requestBody", {})),
                "answers": {
                    code: _content(document, answer) for code, answer in operation["responses"].items() if code < "300"
                },
            }
    return found


def broken(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What a program that knew ``before`` would stumble over."""
    said = [f"{name} is gone" for name in before if name not in now]
    for name in before.keys() & now.keys():
        old, new = before[name], now[name]
        for part in ("asks", "takes"):
            said += [f"{name} no longer takes {field}" for field in old[part] if field not in new[part]]
            said += [
                f"{name} now must be sent {field}"
                for field, kind in new[part].items()
                if kind.endswith("!") and not old[part].get(field, "").endswith("!")
            ]
            said += _changed(name, old[part], new[part])
        for code, fields in old["answers"].items():
            given = new["answers"].get(code)
            if given is None:
                said.append(f"{name} no longer answers {code}")
                continue
            said += [f"{name} no longer tells {field}" for field in fields if field not in given]
            said += _changed(name, fields, given)
    return sorted(said)


def _changed(name: str, old: Fields, new: Fields) -> list[str]:
    both = [(field, old[field].strip("!"), new[field].strip("!")) for field in old if field in new]
    return [f"{name}: {field} was {was} and is {now}" for field, was, now in both if was != now]


def _content(document: dict[str, Any], holder: dict[str, Any]) -> Fields:
    found: Fields = {}
    for kind in holder.get("content", {}).values():
        _walk(document, kind.get("schema", {}), "", found, False)
    return found


def _walk(document: dict[str, Any], schema: dict[str, Any], path: str, found: Fields, required: bool) -> None:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for part in schema.get("allOf", ()):
        _walk(document, part, path, found, required)
    if path:
        found[path] = _type(schema) + "!" * required
    if "items" in schema:
        _walk(document, schema["items"], f"{path}[]", found, False)
    musts = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        _walk(document, inner, f"{path}.{name}".strip("."), found, name in musts)


def _type(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "any")
    return "|".join(sorted(kind)) if isinstance(kind, list) else str(kind)


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")
    import django

    django.setup()
    from crm.rest.pages import described

    told = outline(json.loads(described()[0]))
    RELEASED.write_text(json.dumps(told, indent=0, sort_keys=True, ensure_ascii=False) + "\n")
    sys.stdout.write(f"{len(told)} operations\n")


if __name__ == "__main__":
    main()
