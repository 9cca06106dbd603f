"""Reads which modules a source file imports, wherever in the file it does so, without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def modules(*packages: str) -> Iterator[tuple[str, Path]]:
    """Name and path of each module at or below dotted package names, e.g. ``switchctl.esl.frames``."""
    for package in packages:
        path = ROOT.joinpath(*package.split("."))
        if path.with_suffix(".py").exists():
            yield package, path.with_suffix(".py")
        for file in sorted(path.rglob("*.py")):
            words = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(words[:-1] if words[-1] == "__init__" else words), file


def imported(source: str, module: str, *, is_package: bool = False) -> set[str]:
    """Full names of what ``module`` imports. ``from a import b`` gives ``a.b``: b may be a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                words = module.split(".")
                home = words[: len(words) - node.level + is_package]
                base = ".".join([*home, *([base] if base else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def imports_of(module: str, path: Path) -> set[str]:
    return imported(path.read_text(), module, is_package=path.name == "__init__.py")


def within(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of the packages or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
