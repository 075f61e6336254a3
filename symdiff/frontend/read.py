"""Where a function's text comes from: a live function, or a file, never executed."""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import linecache
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import CodeType, FunctionType, MethodType
from typing import Any

import libcst as cst

from symdiff.checkpoints import Checkpointed
from symdiff.errors import SourceError, UsageError
from symdiff.frontend.library import ruled, text_function
from symdiff.frontend.resolve import MadeText, live_names, text_names
from symdiff.frontend.source import FunctionText, function_text, parse, split
from symdiff.rules.registry import Rule


@dataclass(frozen=True)
class Target:
    """The function to be lowered; `receiver` is the object of a bound method."""

    function: FunctionText = field(repr=False)
    receiver: Any = None

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.function.name

    @property
    def filename(self) -> str:
        """The file that it is in."""
        return self.function.text.filename


def read_live(fun: Any) -> Target:
    """Find the text of a live function, lambda or bound method.

    Raises `SourceError` if the text cannot be found, `UsageError` if `fun` has none.
    """
    receiver = None
    entry = ruled(fun)
    if entry is not None:
        return Target(read_function(_calling(fun, entry)))
    fun = _inside(fun)
    if isinstance(fun, MethodType):
        fun, receiver = fun.__func__, fun.__self__
    found = text_function(fun)
    if found is None:
        kind = type(fun).__name__
        raise UsageError(f"a Python function is needed, not {fun!r} of type {kind}")
    return Target(read_function(found), receiver)


def _calling(fun: Any, entry: Rule) -> FunctionType:
    """A function that calls one with a rule, which is not looked into."""
    name = getattr(fun, "__name__", entry.op.rpartition(".")[2])
    names = ", ".join(p.name for p in entry.params if not p.star)
    text = f"def {name}({names}):\n    return {name}({names})\n"
    filename = f"<rule of {entry.op}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    space: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), space)
    made: FunctionType = space[name]
    space[name] = fun
    return made


def _inside(fun: Any) -> Any:
    """The function inside of what compiles it, or keeps its results."""
    compiled = getattr(fun, "py_func", None)
    if isinstance(compiled, FunctionType):
        return compiled
    if isinstance(fun, Checkpointed):
        return fun.function
    if isinstance(fun, functools._lru_cache_wrapper):
        return fun.__wrapped__
    return fun


def read_text(text: str, filename: str, name: str | None = None) -> Target:
    """Find a function in a text: the one called `name`, or the only one."""
    lines = split(text)
    module = parse(text, filename, lines)
    found = [node for node in module.module.body if isinstance(node, cst.FunctionDef)]
    names = [node.name.value for node in found]
    if name is None and len(found) != 1:
        listed = f"it defines {', '.join(names)}: name one" if names else "it has none"
        raise UsageError(f"{filename}: exactly one function is needed, {listed}")
    matching = [node for node in found if name in (None, node.name.value)]
    if not matching:
        near = difflib.get_close_matches(str(name), names, n=len(names), cutoff=0.0)
        listed = f"it defines {', '.join(near)}" if near else "it defines none"
        raise UsageError(f"{filename}: there is no function `{name}`, {listed}")
    resolver = text_names(module)
    found_text = resolver.find(matching[-1].name.value)
    function = None if found_text is None else found_text.object
    if isinstance(function, MadeText):
        function = function.function
    if not isinstance(function, FunctionText):
        why = getattr(function, "why", "it is not there")
        raise UsageError(f"{filename}: `{name}` cannot be read: {why}")
    return Target(function)


def read_function(fun: FunctionType) -> FunctionText:
    """The text of a live function, its names resolved by identity."""
    code = fun.__code__
    linecache.checkcache(code.co_filename)
    rows = linecache.getlines(code.co_filename, fun.__globals__)
    if not 0 < code.co_firstlineno <= len(rows):
        raise SourceError(
            f"the source of {fun.__qualname__} cannot be found in {code.co_filename}; "
            "define it in a file or a notebook cell"
        )
    lines = tuple(row.rstrip("\r\n") for row in rows)
    if code.co_name == "<lambda>":
        return _read_lambda(fun, code, rows, lines)
    start = code.co_firstlineno - 1
    block = inspect.getblock(rows[start:])
    # Under a header of its own, the block keeps its columns and its strings.
    text = parse(
        "if 1:\n" * (rows[start][:1] in " \t") + "".join(block),
        *(code.co_filename, lines, start - (rows[start][:1] in " \t")),
    )
    node = _named(text.module, code.co_name)
    if node is None:
        raise SourceError(
            f"{code.co_filename}:{code.co_firstlineno}: {fun.__qualname__} is not "
            "there: the file has changed since it was loaded"
        )
    return function_text(node, text, live_names(fun), _defaults(fun), fun)


def _named(module: cst.Module, name: str) -> cst.FunctionDef | None:
    """The first definition of a block, which is the whole block."""
    todo: list[cst.CSTNode] = list(module.body)
    for node in todo:
        if isinstance(node, cst.If) and isinstance(node.body, cst.IndentedBlock):
            todo.extend(node.body.body)
        if isinstance(node, cst.FunctionDef) and node.name.value == name:
            return node
    return None


def _defaults(fun: FunctionType) -> dict[str, Any]:
    """The defaults of a live function by parameter name."""
    code = fun.__code__
    plain = code.co_varnames[: code.co_argcount]
    values = fun.__defaults__ or ()
    first = len(plain) - len(values)
    return {
        **dict(zip(plain[first:], values, strict=True)),
        **(fun.__kwdefaults__ or {}),
    }


def _read_lambda(
    fun: FunctionType, code: CodeType, rows: list[str], lines: tuple[str, ...]
) -> FunctionText:
    source = "".join(rows)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise SourceError(
            f"{code.co_filename}: not valid Python: {error.msg}"
        ) from error
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno
    ]
    same = [node for node in found if len(found) == 1 or _compiles_to(node, code)]
    if not same or len({ast.dump(node) for node in same}) > 1:
        raise SourceError(
            f"{code.co_filename}:{code.co_firstlineno}: cannot tell which lambda of "
            "this line is meant; put each on a line of its own"
        )
    segment = ast.get_source_segment(source, same[0])
    assert segment is not None
    column = len(lines[same[0].lineno - 1].encode()[: same[0].col_offset].decode())
    padded = f"(\n{' ' * column}{segment}\n)"
    text = parse(padded, code.co_filename, lines, code.co_firstlineno - 2)
    (statement,) = text.module.body
    node = _lambda(statement)
    return function_text(node, text, live_names(fun), _defaults(fun), fun)


def _lambda(statement: cst.CSTNode) -> cst.Lambda:
    todo: list[cst.CSTNode] = [statement]
    while not isinstance(todo[-1], cst.Lambda):
        todo.extend(reversed(todo.pop().children))
    return todo[-1]


def _compiles_to(node: ast.Lambda, code: CodeType) -> bool:
    """Whether a lambda's text has the code of a live one, its closure apart."""
    text = f"({ast.unparse(node)})"
    (inner,) = _codes(compile(text, "<lambda>", "eval").co_consts)
    same_names = {*inner.co_names} <= {*code.co_names, *code.co_freevars}
    return (
        same_names
        and inner.co_varnames == code.co_varnames
        and (len(inner.co_code) == len(code.co_code) or bool(code.co_freevars))
        and _plain(inner.co_consts) == _plain(code.co_consts)
    )


def _codes(values: Iterable[Any]) -> list[CodeType]:
    return [value for value in values if isinstance(value, CodeType)]


def _plain(values: Iterable[Any]) -> list[Any]:
    return [(type(v), v) for v in values if not isinstance(v, CodeType)]
