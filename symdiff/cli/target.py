"""TARGET: where the function is, how to read it, and how to load it.

Reading never runs the user's code; loading does, and only `check` and targets
written as a module (`pkg.mod:func`) load.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import linecache
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from symdiff.cli.failures import MISSING, USAGE, Failure

FORMS = "pkg.mod:func, file.py:func, file.py::func, file.py or -"


@dataclass(frozen=True, slots=True)
class Target:
    """A file (`path`), a module (`module`) or stdin (neither), and a function name."""

    path: str = ""
    module: str = ""
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The text that holds a function; `filename` is as the user wrote it."""

    text: str
    filename: str
    name: str


def parse_target(spec: str) -> Target:
    """Read the forms of TARGET."""
    place, mark, name = spec.partition("::")
    if not mark:
        place, mark, name = spec.rpartition(":")
    if not mark:
        place, name = spec, ""
    if place == "-":
        return Target(name=name or None)
    if place.endswith(".py") or "/" in place:
        return Target(path=place, name=name or None)
    if place and name:
        return Target(module=place, name=name)
    raise Failure(USAGE, f"{spec!r} is not a target", f"write {FORMS}")


def read_target(target: Target) -> Text:
    """Read the text of a file or of stdin, without running it."""
    text = _read_file(target.path) if target.path else sys.stdin.read()
    filename = target.path or "<stdin>"
    try:
        found = functions(text)
    except SyntaxError as error:
        place = f"{filename}:{error.lineno}:{error.offset}"
        raise Failure(MISSING, f"{place}: not valid Python: {error.msg}") from error
    return Text(text, filename, _choose(target.name, found, filename))


def load_target(target: Target) -> Callable[..., Any]:
    """Import the function; this runs the module's top level."""
    if target.module:
        module = _import_module(target.module)
        name = target.name or ""
    else:
        text = read_target(target)
        module = _run(text)
        name = text.name
    found = getattr(module, name, None)
    if found is None:
        names = [n for n, v in vars(module).items() if callable(v) and n[0] != "_"]
        _unknown(name, names, target.module)
    if not callable(found):
        raise Failure(
            MISSING, f"{name!r} in {target.module or target.path} is no function"
        )
    return found  # type: ignore[no-any-return]


def functions(text: str) -> list[str]:
    """List the functions that a text defines at its top level."""
    tree = ast.parse(text)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def _read_file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        near = _nearest(
            Path(path).name, [p.name for p in Path(path).parent.glob("*.py")]
        )
        help = f"did you mean {', '.join(near)}?" if near else ""
        raise Failure(MISSING, f"there is no file {path}", help) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(MISSING, f"cannot read {path}: {error}") from error


def _choose(name: str | None, found: Sequence[str], filename: str) -> str:
    if name is not None:
        if name not in found:
            _unknown(name, found, filename)
        return name
    if not found:
        raise Failure(MISSING, f"{filename} defines no function")
    if len(found) > 1:
        few = ", ".join(found)
        help = f"name one: {filename}:{found[-1]}"
        raise Failure(USAGE, f"{filename} defines {len(found)} functions: {few}", help)
    return found[0]


def _unknown(name: str, names: Sequence[str], place: str) -> None:
    near = _nearest(name, names)
    rest = [n for n in names if n not in near]
    listed = ", ".join([*near, *rest][:12])
    help = f"it has {listed}" if listed else "it defines no function"
    raise Failure(MISSING, f"there is no function {name!r} in {place}", help)


def _nearest(name: str, names: Sequence[str]) -> list[str]:
    return difflib.get_close_matches(name, names, n=5, cutoff=0.5)


def _import_module(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        help = f"the current folder, {here}, is searched first"
        raise Failure(MISSING, f"could not import {name}: {error}", help) from error
    except Exception as error:
        raise Failure(MISSING, f"importing {name} failed: {error!r}") from error


def _run(text: Text) -> ModuleType:
    """Run a text as a module that `inspect` can find the source of."""
    stem = Path(text.filename).stem if text.filename != "<stdin>" else "stdin_target"
    spec = importlib.util.spec_from_loader(stem, loader=None)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    filename = text.filename
    if filename == "<stdin>":
        lines = text.text.splitlines(keepends=True)
        linecache.cache[filename] = (len(text.text), None, lines, filename)
    else:
        sys.path.insert(0, str(Path(filename).parent.resolve()))
        filename = str(Path(filename).resolve())
        module.__file__ = filename
    sys.modules.setdefault(stem, module)
    try:
        exec(compile(text.text, filename, "exec"), vars(module))
    except Exception as error:
        message = f"running {text.filename} failed: {error!r}"
        raise Failure(MISSING, message) from error
    return module
