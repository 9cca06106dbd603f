"""Draws the state diagrams and the tables of messages in architecture.md from the code, so that they cannot drift.

``python docs/draw.py`` writes the regions between ``<!-- drawn: NAME -->`` and ``<!-- /drawn -->``;
``python docs/draw.py --check`` changes nothing and exits 1 when a region is stale.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

PAGE = Path(__file__).with_name("architecture.md")
sys.path.insert(0, str(PAGE.parent.parent))

from switchctl.contract import codes, commands, facts, refusals  # noqa: E402
from switchctl.model import agent, call  # noqa: E402
from switchctl.model.machine import Table  # noqa: E402

REGION = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- /drawn -->)", re.DOTALL)


MANY = 5
"""A step that leads from so many states to the same one is written as a note: its arrows would hide the others."""


def diagram(table: Table, first: str) -> str:
    """A Mermaid state diagram. Steps between the same two states share an arrow; a state without a way out ends."""
    sources: dict[tuple[str, str], list[str]] = {}
    for (state, step), then in table.items():
        sources.setdefault((step.replace("_", " "), then), []).append(state)
    arrows: dict[tuple[str, str], list[str]] = {}
    notes = []
    for (step, then), states in sources.items():
        if len(states) >= MANY:
            notes += [f"    {then}", f"    note right of {then} : {step} (from {', '.join(states)})"]
        else:
            for state in states:
                arrows.setdefault((state, then), []).append(step)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {state} --> {then}: {', '.join(steps)}" for (state, then), steps in arrows.items()] + notes
    ends = {then for _, then in sources} - {state for state, _ in table}
    lines += [f"    {state} --> [*]" for state in sorted(ends)]
    return "\n".join([*lines, "```"])


def fields(kind: type) -> list[str]:
    """``name: type`` of each field that the class itself declares, with its docstring if it has one."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found = []
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign):
            text = f"`{ast.unparse(node.target)}: {ast.unparse(node.annotation)}`"
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text += f" {_line(after.value.value)}"
            found.append(text)
    return found


def messages(kinds: Iterable[type], envelope: type) -> str:
    """A table of messages, the envelope that each of them wears first."""
    rows = ["| message | what it says | fields |", "| --- | --- | --- |", _row(envelope, "*every message*")]
    return "\n".join([*rows, *(_row(kind, f"**{kind.__name__}**") for kind in kinds)])


def _row(kind: type, name: str) -> str:
    cells = (name, _line(inspect.getdoc(kind) or ""), "<br>".join(fields(kind)))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def sentences() -> str:
    """A table of the refusals."""
    rows = [f"| `{name}` | {text} |" for name, text in vars(refusals).items() if name.isupper()]
    return "\n".join(["| name | what the agent reads |", "| --- | --- |", *rows])


def dialled() -> str:
    """A table of the codes that are pressed on a phone."""
    rows = [f"| {code.typed} | {code.means} |" for code in (*codes.CODES, *codes.DIALLED)]
    return "\n".join(["| pressed | when, and what it does |", "| --- | --- |", *rows])


def _line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


REGIONS: dict[str, Callable[[], str]] = {
    "agent": lambda: diagram(agent.STEPS, agent.OFFLINE),
    "call": lambda: diagram(call.STEPS, call.ARRIVED),
    "offer": lambda: diagram(call.OFFER_STEPS, call.RINGING),
    "facts": lambda: messages(facts.KINDS, facts.Fact),
    "commands": lambda: messages(commands.KINDS, commands.Command),
    "refusals": sentences,
    "codes": dialled,
}


def drawn(page: str) -> str:
    """The page with every region drawn anew. KeyError on a region that nobody draws."""
    return REGION.sub(lambda found: f"{found[1]}{REGIONS[found[2]]()}\n{found[3]}", page)


def main(words: list[str]) -> int:
    old = PAGE.read_text(encoding="utf-8")
    new = drawn(old)
    if old == new:
        return 0
    if "--check" in words:
        print("docs/architecture.md is stale: run `python docs/draw.py`.", file=sys.stderr)
        return 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
