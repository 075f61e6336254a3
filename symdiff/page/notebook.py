"""Gradients in a notebook: how they are shown, and the `%%grad` cell.

What is shown is plain text, and HTML without a script, so that it looks the same in a
notebook that is not trusted.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import inspect
import linecache
import shlex
from typing import Any

from symdiff.api import grad, value_and_grad
from symdiff.derived import GradFunction
from symdiff.errors import UnsupportedError, UsageError
from symdiff.page.markup import element, wrapped

_USAGE = "%%grad [-a x,w] [--value] [--name NAME], then a cell that defines functions"


def bundle(gradient: GradFunction[...]) -> dict[str, str]:
    """What a notebook shows of a gradient: its source beside the function's.

    What cannot be differentiated is shown with the reasons.
    """
    try:
        made = gradient.source
    except UnsupportedError as error:
        return {"text/plain": f"{gradient!r}\n{error}"}
    try:
        user = inspect.getsource(gradient.root)
    except (OSError, TypeError):
        user = ""
    plain = "\n\n".join(filter(None, [repr(gradient), user.rstrip(), made.rstrip()]))
    columns = [_column(title, text) for title, text in _titled(gradient, user, made)]
    box = "display:flex;flex-wrap:wrap;gap:2em;align-items:flex-start"
    return {
        "text/plain": plain,
        "text/html": wrapped("div", "".join(columns), style=box),
    }


def _titled(gradient: GradFunction[...], user: str, made: str) -> list[tuple[str, str]]:
    pairs = [(gradient.root.__name__, user), (repr(gradient).strip("<>"), made)]
    return [(title, text) for title, text in pairs if text]


def _column(title: str, text: str) -> str:
    code = element("pre", text, style="margin:0;overflow-x:auto;text-align:left")
    return wrapped("div", element("strong", title) + code, style="max-width:100%")


def load(shell: Any) -> None:
    """Give an IPython shell the `%%grad` cell."""

    def grad_cell(line: str, cell: str) -> GradFunction[...]:
        """Define the cell's functions, and the gradient of the last as NAME_grad."""
        return differentiated(line, cell, shell.user_ns)

    shell.register_magic_function(grad_cell, magic_kind="cell", magic_name="grad")


def differentiated(line: str, cell: str, names: dict[str, Any]) -> GradFunction[...]:
    """Run a cell, and put the gradient of its last function beside that function.

    Raises `UsageError` for options that there are none of, and for a cell without a
    function.
    """
    options = _options(line)
    defined = [n.name for n in ast.parse(cell).body if isinstance(n, ast.FunctionDef)]
    if not defined:
        raise UsageError(f"the cell defines no function; write {_USAGE}")
    # The source is found again by this name, as that of any file is.
    digest = hashlib.sha256(cell.encode()).hexdigest()[:12]
    filename = f"<grad cell {digest}>"
    linecache.cache[filename] = (len(cell), None, cell.splitlines(True), filename)
    exec(compile(cell, filename, "exec"), names)
    transform = value_and_grad if options.value else grad
    chosen = tuple(filter(None, options.argnums.split(",")))
    argnums = chosen if len(chosen) > 1 else chosen[0] if chosen else 0
    made: GradFunction[...] = transform(names[defined[-1]], argnums)
    names[options.name or f"{defined[-1]}_grad"] = made
    return made


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving Python."""

    def error(self, message: str) -> Any:
        """Say what is wrong with the line."""
        raise UsageError(f"{message}; write {_USAGE}")


def _options(line: str) -> argparse.Namespace:
    parser = _Parser(prog="%%grad", add_help=False)
    parser.add_argument("-a", "--argnums", default="")
    parser.add_argument("--value", action="store_true")
    parser.add_argument("--name", default="")
    return parser.parse_args(shlex.split(line))
