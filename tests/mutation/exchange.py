"""Whether a mutant is the body or the decorator of one function and nothing else: a running Python can be given it."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import CO_OPTIMIZED
from types import CellType, CodeType, FrameType
from typing import Any


@dataclass(frozen=True)
class Function:
    """The outermost function in which the mutant is, by its name in its module, and what it does now."""

    name: str
    code: CodeType


def exchanged(path: str, where: str, before: str, after: str) -> Function | None:
    """
    The function that differs between the two texts of the module at `path`.

    None when anything else does: a decorator, a default, what a class or a module says, which is done at import.
    """
    old, new = compile(before, path, "exec"), compile(after, path, "exec")
    function = _outermost(new, where.split("."))
    if function is None or _shape(old, function.co_qualname) != _shape(new, function.co_qualname):
        return None
    was = _outermost(old, where.split("."))
    # A function keeps the variables that it closes over, and Python takes no code that has others.
    if was is None or was.co_freevars != function.co_freevars:
        return None
    return Function(function.co_qualname, function)


def decorated(where: str, before: str, after: str) -> ast.FunctionDef | None:
    """
    The function of a module that the two texts decorate differently, as `after` does.

    None when anything else differs, and for a function in a class.
    """
    one, other = ast.parse(before), ast.parse(after)
    was, found = _defined(one, where), _defined(other, where)
    if was is None or found is None or ast.dump(was) == ast.dump(found):
        return None
    decorators = found.decorator_list
    was.decorator_list = found.decorator_list = []
    if ast.dump(one) != ast.dump(other):
        return None
    found.decorator_list = decorators
    return found


def redecorate(path: str, node: ast.FunctionDef, module: dict[str, object]) -> Callable[[], None]:
    """
    Define it once more in its `module`, and give whoever has the function from before the new one.

    Returns what takes it back.
    """
    was = module[node.name]
    exec(compile(ast.Module([node], []), path, "exec"), module)  # noqa: S102 - it is what is tried
    new = module[node.name]
    _give(was, new)
    return partial(_give, new, was)


def _give(was: object, new: object) -> None:
    # What is frozen is not looked through.
    gc.unfreeze()
    for holder in gc.get_referrers(was):
        if isinstance(holder, CellType):
            holder.cell_contents = new
        elif not isinstance(holder, FrameType):
            _replace(holder if isinstance(holder, dict) else getattr(holder, "__dict__", {}), was, new)


def _replace(held: dict[Any, object], was: object, new: object) -> None:
    for name, value in list(held.items()):
        if value is was:
            held[name] = new


def _defined(module: ast.Module, name: str) -> ast.FunctionDef | None:
    found = [one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == name]
    return found[0] if len(found) == 1 else None


def _outermost(code: CodeType, names: list[str]) -> CodeType | None:
    """Down through the classes to the first function; None when there are two of that name."""
    found = [one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == names[0]]
    if len(found) != 1:
        return None
    if found[0].co_flags & CO_OPTIMIZED:
        return found[0]
    return _outermost(found[0], names[1:]) if names[1:] else None


def _shape(code: CodeType, but: str) -> object:
    """What the code does, without its lines and without the function `but`."""
    inside = tuple(
        (one.co_qualname if one.co_qualname == but else _shape(one, but))
        if isinstance(one, CodeType)
        else (type(one), one)
        for one in code.co_consts
    )
    return (code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, inside)
