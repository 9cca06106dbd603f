"""How FreeSWITCH takes our bytes apart again, written after its behaviour, to check what we wrote.

Each function is one of the switch's own splits; the tests compare what comes out with what was meant.
"""


def commands(stream: bytes) -> list[dict[str, str]]:
    """The commands in a byte stream: the first line under `""`, the headers under their names.

    A header `Content-Length` would make the switch take a body from what follows, so it is followed here too.
    """
    found = []
    while stream:
        block, end, stream = stream.partition(b"\n\n")
        assert end, "bytes left over that are no whole command"
        first, *lines = block.decode().replace("\r", "\n").split("\n")
        headers = {name: value.lstrip(" ") for name, _, value in (line.partition(":") for line in lines if line)}
        length = {name.lower(): value for name, value in headers.items()}.get("content-length", "0")
        stream = stream[int(length) :]
        found.append({"": first, **headers})
    return found


def split(text: str, delimiter: str, most: int = 1000) -> list[str]:
    """Split at a delimiter outside quotes, then take quotes, escapes and outer blanks away."""
    if text.startswith("^^") and len(text) > 3:
        text, delimiter = text[3:], text[2]
    parts, part, quoted, i = [], "", False, 0
    while i < len(text):
        sign = text[i]
        if sign == "\\" and i + 1 < len(text):
            part, i = part + sign + text[i + 1], i + 2
            continue
        if sign == "'" and (delimiter == " " or quoted or "'" in text[i + 1 :]):
            quoted = not quoted
        if sign == delimiter and not quoted and len(parts) + 1 < most:
            parts.append(part)
            part = ""
            while delimiter == " " and text[i + 1 : i + 2] == " ":
                i += 1
        else:
            part += sign
        i += 1
    return [_clean(part, "" if delimiter == " " else delimiter) for part in [*parts, part]]


def _clean(text: str, delimiter: str) -> str:
    out, quoted, i, end = "", False, 0, 0
    text = text.lstrip(" ")
    while i < len(text):
        sign, after = text[i], text[i + 1 : i + 2]
        if sign == "\\" and after and (after in "'\"\\" + delimiter or after in "nrtsx"):
            out, i = out + after, i + 2
            end = len(out)
            continue
        if sign == "'" and (quoted or "'" in text[i + 1 :]):
            quoted = not quoted
            end = len(out) if quoted else end
        else:
            out += sign
            if sign != " " or quoted:
                end = len(out)
        i += 1
    return out[:end]


def _closing_brace(text: str) -> int:
    depth = 0
    for i, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return i
    raise AssertionError("a block that does not end")


def originate(first_line: str) -> tuple[dict[str, str], list[str], str]:
    """The variables, the endpoints and the application of an `api`/`bgapi` originate."""
    verb, name, rest = first_line.split(" ", 2)
    assert verb in ("api", "bgapi")
    assert name == "originate"
    target, app = split(rest, " ")
    assert ":_:" not in target, "an enterprise originate"
    return (*bridge(target), app)


def bridge(target: str) -> tuple[dict[str, str], list[str]]:
    """The variables and the endpoints of a dial string."""
    variables = {}
    while target.startswith("{"):
        end = _closing_brace(target)
        block, target = target[1:end], target[end + 1 :]
        for pair in split(block, ","):
            key, _, value = pair.partition("=")
            assert "${" not in value, "a value that would be expanded"
            variables[key] = value
    return variables, [leg for group in target.split("|") for leg in group.split(",")]
