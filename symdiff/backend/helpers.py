"""The helper functions that a printed module calls: their plain source."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from symdiff.backend.calls import Imports
from symdiff.backend.layout import header
from symdiff.errors import InternalError


def helper_texts(imports: Imports) -> list[str]:
    """The helpers that are called and those that these call, in alphabetical order."""
    if not imports.helpers:
        return []
    # Late and by name, so that only what needs a helper loads them.
    module = importlib.import_module("symdiff.rules.helpers")
    known: dict[str, Callable[..., Any]] = module.HELPERS
    texts: dict[str, str] = {}
    todo = sorted(imports.helpers, reverse=True)
    while todo:
        name = todo.pop()
        if name in texts:
            continue
        if name not in known:
            raise InternalError(f"no operation is called {name!r}")
        texts[name] = _plain(known[name])
        words = _names(texts[name])
        todo += sorted(words & known.keys(), reverse=True)
        imports.modules |= {m for n, m in _MODULES.items() if n in words}
    return [texts[name] for name in sorted(texts)]


_MODULES = {"np": "numpy", "math": "math"}


def _names(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}


def _plain(function: Callable[..., Any]) -> str:
    """The source of a function as a user would write it, with bare parameters."""
    text = textwrap.dedent(inspect.getsource(function)).rstrip()
    (tree,) = ast.parse(text).body
    assert isinstance(tree, ast.FunctionDef)
    for arg in ast.walk(tree.args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    params = ast.unparse(tree.args).split(", ")
    body = text.split("\n")[tree.body[0].lineno - 1 :]
    return "\n".join([*header(tree.name, params), *body])
