"""Arguments that are containers or objects: their leaves become parameters.

    def loss(params, x): ...      with      params: {"W": f8[k, d], "b": f8[k]}

is lowered as a function of `W`, `b` and `x`, in which `params` is a dict that is known
key by key, like one that the function has made itself.
"""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

from symdiff.frontend import makers
from symdiff.frontend.classes import ClassText
from symdiff.frontend.frame import Frame
from symdiff.frontend.library import dotted, is_constant, is_dtype, is_library
from symdiff.frontend.lookup import from_object
from symdiff.frontend.records import new_list
from symdiff.frontend.session import Session
from symdiff.frontend.state import entry_name
from symdiff.frontend.values import (
    BAD,
    Bound,
    Dict,
    Items,
    Known,
    Object,
    Partial,
    Plain,
    UserClass,
    UserFunction,
    Value,
)
from symdiff.ir.nodes import Const
from symdiff.ir.records import (
    Absent,
    Again,
    Branch,
    Leaf,
    Part,
    Record,
    Static,
    Tree,
    Whole,
)
from symdiff.ir.types import FLOAT, Type
from symdiff.typespec import rename, symbols

Bind = Callable[[str, Type, str], Value]
"""Make a parameter: its name, its type and the user's parameter that it is part of."""


@dataclass(eq=False)
class Border:
    """The leaves of a function's parameters; `names` are theirs, by their paths."""

    frame: Frame
    names: Mapping[str, str]
    symbols: Mapping[str, str]
    bind: Bind

    def take(self, name: str, part: Part) -> tuple[Value, Tree]:
        """What a parameter refers to, and how its leaves make it up."""
        return self._part(part, name, (name,), ())

    def _part(
        self,
        part: Part,
        path: str,
        source: tuple[Any, ...],
        around: tuple[Value, ...],
    ) -> tuple[Value, Tree]:
        match part:
            case Record():
                return self._record(part, path, source, around)
            case Static(value=value):
                node = self.frame.scope.text.node
                return from_object(self.frame, value, path, None, node), Absent(value)
            case Again(level=level):
                return around[-level], Absent()
        whole = isinstance(part, Whole)
        kind = FLOAT if isinstance(part, Whole) else rename(part, self.symbols)
        name = self.names[path]
        return self.bind(name, kind, source[0]), Leaf(name, whole)

    def _record(
        self,
        part: Record,
        path: str,
        source: tuple[Any, ...],
        around: tuple[Value, ...],
    ) -> tuple[Value, Tree]:
        made = self._container(part)
        values: list[Value] = []
        trees: list[Tree] = []
        for key, item in zip(part.keys, part.items, strict=True):
            inner = (*source, (part.kind, key))
            around_it = (*around, made)
            value, tree = self._part(item, f"{path}.{key}", inner, around_it)
            values.append(value)
            trees.append(tree)
        cls = None if part.cls is None else self._class(part.cls)
        maker = makers.like(part.kind, cls, part.keys)
        branch = Branch(part.kind, part.keys, tuple(trees), source, maker)
        return self._filled(made, part, values, branch), branch

    def _container(self, part: Record) -> Value:
        match part.kind:
            case "dict":
                return Dict(self.frame.scope_number())
            case "object":
                return Object(self.frame.scope_number(), self._class(part.cls))
        return BAD

    def _class(self, cls: Any) -> ClassText:
        return cls if isinstance(cls, ClassText) else self.frame.session.class_of(cls)

    def _filled(
        self, made: Value, part: Record, values: list[Value], branch: Branch
    ) -> Value:
        match made:
            case Dict(number=number):
                self._enter(number, map(entry_name, part.keys), values, branch)
                return made
            case Object(number=number):
                self._enter(number, part.keys, values, branch)
                return made
        items = tuple(values)
        match part.kind:
            case "named":
                return Items(items, self._class(part.cls))
            case "list":
                listed = new_list(self.frame, items)
                self.frame.records[listed.number] = branch
                return listed
            case "method":
                return _method(*items)
            case "partial":
                return _partial(self.frame, *items)
        return Items(items)

    def _enter(
        self, number: int, names: Iterable[str], values: list[Value], branch: Branch
    ) -> None:
        """Bind the entries of a dict or an object, which are shown as their leaves."""
        self.frame.records[number] = branch
        for name, value, tree in zip(names, values, branch.items, strict=True):
            self.frame.state.names[number, name] = value
            if isinstance(tree, Leaf):
                self.frame.labels[number, name] = tree.name


def _method(function: Value, receiver: Value) -> Value:
    if isinstance(function, UserFunction):
        return Bound(function.text, receiver)
    return BAD


def _partial(frame: Frame, function: Value, args: Value, keywords: Value) -> Value:
    given = args.items if isinstance(args, Items) else ()
    named = keywords.number if isinstance(keywords, Dict) else -1
    entries = frame.state.names.items()
    pairs = [(key[2:-2], v) for (n, key), v in entries if n == named]
    return Partial(function, given, tuple(pairs))


def static_value(session: Session, value: Any, name: str) -> Value:
    """What something that is compiled in is: a constant, a function, a class."""
    if is_constant(value):
        return Plain(Const(value))
    if is_library(value) or is_dtype(value):
        return Known(value, dotted(value))
    if isinstance(value, FunctionType):
        return UserFunction(session.text_of(value))
    if isinstance(value, type):
        return UserClass(session.class_of(value))
    return Known(value, name)


# ---- names


def leaf_names(given: Mapping[str, Part]) -> dict[str, str]:
    """A name for each leaf: the shortest end of its path that is no other's.

    `params["W"]` is `W`, unless another leaf or a parameter is called so: then it is
    `params_W`.
    """
    paths = [path for name, part in given.items() for path in _paths(name, part)]
    ends = {path: list(_ends(path)) for path in paths}
    count = Counter(end for found in ends.values() for end in found)
    used = set(given)
    names: dict[str, str] = {}
    for path in paths:
        free = [e for e in ends[path] if count[e] == 1 and e not in used]
        name = free[0] if free else ends[path][-1] if ends[path] else "item"
        while name in used:
            name += "_"
        used.add(name)
        names[".".join(path)] = name
    return names


def as_floats(given: Mapping[str, Any], whole: Collection[str]) -> dict[str, Any]:
    """The parameters with the leaves of these names as ints that are real numbers."""
    parts = {n: p for n, p in given.items() if isinstance(p, Record)}
    names = leaf_names(parts)

    def change(part: Part, path: str) -> Part:
        if isinstance(part, Record):
            pairs = zip(part.keys, part.items, strict=True)
            return replace(
                part, items=tuple(change(p, f"{path}.{key}") for key, p in pairs)
            )
        return Whole() if names.get(path) in whole else part

    return {**given, **{name: change(part, name) for name, part in parts.items()}}


def _paths(name: str, part: Part) -> Iterator[tuple[str, ...]]:
    """The paths of all leaves inside a record."""
    todo: list[tuple[tuple[str, ...], Part]] = [((name,), part)]
    while todo:
        path, found = todo.pop()
        match found:
            case Record(keys=keys, items=items):
                pairs = zip(keys, items, strict=True)
                todo += reversed([((*path, str(k)), item) for k, item in pairs])
            case Static() | Again():
                continue
            case _ if len(path) > 1:
                yield path


def _ends(path: tuple[str, ...]) -> Iterator[str]:
    """The ends of a path that are names, shortest first."""
    for start in range(len(path) - 1, -1, -1):
        words = "_".join(path[start:])
        name = "".join(c if c.isalnum() else "_" for c in words).strip("_")
        if name.isidentifier() and not keyword.iskeyword(name):
            yield name


def leaf_symbols(names: Mapping[str, str], given: Mapping[str, Part]) -> dict[str, str]:
    """The lengths of leaves under their names: `params.W.0` is `W.0`."""
    found: dict[str, str] = {}
    todo = list(given.values())
    while todo:
        part = todo.pop()
        if isinstance(part, Record):
            todo += part.items
        elif not isinstance(part, Static | Again | Whole):
            for name in symbols(part):
                found[name] = _under(name, names)
    return found


def _under(length: str, names: Mapping[str, str]) -> str:
    head, tail = length, ""
    while "." in head:
        head, _, last = head.rpartition(".")
        tail = f".{last}{tail}"
        if head in names:
            return names[head] + tail
    return length
