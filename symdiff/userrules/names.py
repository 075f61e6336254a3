"""A callable → the operation that it is, and the parameters that it takes."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from symdiff.errors import UsageError
from symdiff.frontend.library import dotted, op_of, resolve
from symdiff.rules import registry
from symdiff.rules.infer.containers import unknown
from symdiff.rules.registry import REQUIRED, Param, Rule, User
from symdiff.rules.structure import refuse


def path_of(fun: Any) -> str:
    """The dotted name under which a function can be imported.

    A function that is being defined is taken to be found under its own name. Raises
    `UsageError` if there is no such name.
    """
    if isinstance(fun, ModuleType) or not callable(fun):
        raise UsageError(f"a rule belongs to a function, not to {fun!r}")
    path = dotted(fun)
    found = resolve(path)
    new = found is None and path.rpartition(".")[0] in sys.modules
    if "<" in path or not (new or found is fun):
        raise UsageError(
            f"`{path}` cannot be imported by that name; "
            "a rule needs a function that its module holds"
        )
    return path


def module_of(path: str) -> str:
    """The longest part of a dotted name that is a module."""
    parts = path.split(".")
    heads = (".".join(parts[:cut]) for cut in range(len(parts) - 1, 0, -1))
    return next((head for head in heads if head in sys.modules), parts[0])


def parameters(fun: Callable[..., Any], path: str) -> tuple[Param, ...]:
    """The parameters of a function; `**keywords` are not among them.

    Raises `UsageError` if Python does not know them.
    """
    if isinstance(fun, np.ufunc):
        names = ("x",) if fun.nin == 1 else tuple(f"x{n + 1}" for n in range(fun.nin))
        return tuple(map(Param, names))
    try:
        found = inspect.signature(fun).parameters.values()
    except (TypeError, ValueError) as error:
        raise UsageError(f"the parameters of `{path}` are not known: {error}") from None
    return tuple(_param(p) for p in found if p.kind != p.VAR_KEYWORD)


def _param(p: inspect.Parameter) -> Param:
    default = REQUIRED if p.default is p.empty else p.default
    star, keyword = p.kind == p.VAR_POSITIONAL, p.kind == p.KEYWORD_ONLY
    return Param(p.name, default, star=star, keyword=keyword)


def operation(fun: Any) -> Rule:
    """The record of a function that a rule calls.

    A function of the user's without a rule gets one that only says how to call it: what
    a rule calls has no derivative of its own unless one is declared.
    """
    path = path_of(fun)
    known = registry.find(op_of(fun, path))
    if known is not None:
        return known
    entry = Rule(
        path,
        parameters(fun, path),
        infer=unknown,
        make=refuse(f"{path} is called by a rule, and has none itself"),
        user=User(module_of(path), helper=True),
    )
    return registry.register(entry)


def meaning(path: str, space: Any) -> Any:
    """The object that a dotted name means among the globals `space`; None if none."""
    root, *rest = path.split(".")
    found = space.get(root)
    for part in rest:
        found = getattr(found, part, None)
    return found
