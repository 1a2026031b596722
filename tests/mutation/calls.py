"""Who calls whom in the program, by name: rough, and never too little."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path


class Calls:
    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def nodes(self) -> list[tuple[str, ast.stmt]]:
        return [
            defined
            for folder in ("cases", "csec", "district", "drills")
            for path in (self.root / folder).rglob("*.py")
            if not {"migrations", "demo", "launcher", "management"} & set(path.parts)
            for defined in _defined_in(ast.parse(path.read_text()))
        ]

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """By their names the functions, as they are written."""
        found: dict[str, list[str]] = {}
        for name, node in self.nodes:
            if isinstance(node, ast.FunctionDef):
                found.setdefault(name, []).append(ast.unparse(node))
        return found

    @cached_property
    def callers(self) -> dict[str, set[str]]:
        """By the name of a function, a class or a constant: which others name it, also within a text of SQL."""
        defined: dict[str, set[str]] = {}
        for name, node in self.nodes:
            defined.setdefault(name, set()).update(_named_in(node))
        found: dict[str, set[str]] = defaultdict(set)
        for name, named in defined.items():
            for other in named - {name}:
                found[other].add(name)
        return found


def is_form(name: str) -> bool:
    return name.endswith(("Form", "Fields", "Field", "FindsStudent"))


def _defined_in(module: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Functions, classes, constants; and what is called of a row, a query or a page, while a form is asked as one."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef) and not is_form(node.name):
            for one in node.body:
                if isinstance(one, ast.FunctionDef) and not one.name.startswith("__"):
                    yield one.name, one
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, node


def _named_in(node: ast.stmt) -> set[str]:
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute):
            found.add(one.attr)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and "SELECT" in one.value:
            found |= set(re.findall(r"\w+", one.value))
    return found - _own_names(node)


def _own_names(node: ast.stmt) -> set[str]:
    """What a function calls its arguments, and what it assigns: a word, and no function of that name."""
    own = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    return own | {
        one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
