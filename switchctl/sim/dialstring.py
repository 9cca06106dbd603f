"""Dial strings: `{vars}[vars]user/1001,[vars]user/1002`, with the quoting of the real switch (trace 21c)."""

import msgspec


class Target(msgspec.Struct):
    """One leg to call: `kind` is user, gateway, sibling (a phone of the switch at `gateway`) or something unknown."""

    kind: str
    number: str
    gateway: str
    variables: dict[str, str]


class BadDialString(Exception):
    """The text of the error answer, such as `-ERR CHAN_NOT_IMPLEMENTED`."""


def split_variables(text: str) -> list[str]:
    """Split at commas. A backslash saves the next comma; quotes do not, as measured."""
    parts = [""]
    saved = False
    for char in text:
        if char == "\\" and not saved:
            saved = True
            continue
        if char == "," and not saved:
            parts.append("")
        else:
            parts[-1] += char if not saved or char in ",'\"\\" else "\\" + char
        saved = False
    return parts


def variables(text: str) -> dict[str, str]:
    """`a=1,b='x y'` as a dict. A value with `${` is dropped, as measured."""
    found = {}
    for part in split_variables(text):
        name, equals, value = part.partition("=")
        if not equals or "${" in value:
            continue
        if value.startswith("'"):
            value = value[1:].removesuffix("'")
        found[name.strip()] = value
    return found


def take_block(text: str, opening: str, closing: str) -> tuple[dict[str, str], str]:
    """The variables of a leading block and the rest. An unclosed block is DESTINATION_OUT_OF_ORDER."""
    found: dict[str, str] = {}
    while text.startswith(opening):
        end = text.find(closing)
        if end < 0:
            raise BadDialString("-ERR DESTINATION_OUT_OF_ORDER\n")
        found.update(variables(text[1:end]))
        text = text[end + 1 :].lstrip()
    return found, text


def parse(text: str) -> tuple[dict[str, str], list[Target]]:
    """The variables of the whole and the legs that are called at once (`,`) or in turn (`|`: called at once
    here too, the first to answer wins)."""
    common, rest = take_block(text, "{", "}")
    targets = []
    for leg in split_legs(rest):
        own, url = take_block(leg.strip(), "[", "]")
        targets.append(_target(url, own))
    return common, targets


def split_legs(text: str) -> list[str]:
    parts = [""]
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if char in ",|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _target(url: str, own: dict[str, str]) -> Target:
    words = url.split("/")
    if words[0] == "user" and len(words) > 1:
        return Target("user", words[1].split("@")[0], "", own)
    if words[0] == "sofia" and len(words) > 3 and words[1] == "gateway":
        return Target("gateway", words[3], words[2], own)
    if words[0] == "sofia" and len(words) > 2 and words[1] == "siblings":
        phone, _, place = words[2].partition("@")
        return Target("sibling", phone, place, own)
    if words[0] == "error" and len(words) > 1:
        return Target("error", words[1].upper(), "", own)
    return Target("unknown", url, "", own)


def split_command(text: str) -> list[str]:
    """Split the arguments of `originate` at blanks; blocks and quotes hold together, a lone quote raises."""
    parts: list[str] = []
    current = ""
    depth = 0
    quoted = False
    saved = False
    for char in text:
        if saved:
            saved = False
            if char == "s":  # from the source of the switch: a blank that does not part
                current = current[:-1] + " "
                continue
        elif char == "\\":
            saved = True
        elif char == "'":
            quoted = not quoted
        elif char in "{[(" and not quoted:
            depth += 1
        elif char in "}])" and not quoted:
            depth = max(0, depth - 1)
        if char == " " and depth == 0 and not quoted:
            if current:
                parts.append(current)
            current = ""
        else:
            current += char
    if depth:
        raise BadDialString("-ERR DESTINATION_OUT_OF_ORDER\n")
    if quoted:
        raise BadDialString("-USAGE: lone quote")
    return [*parts, current] if current else parts
