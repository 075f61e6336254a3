"""What a name outside refers to: live by identity, in a text by its imports.

Nothing of the user's is executed. In a text, the libraries that it imports are looked
up themselves (NumPy, SciPy, the standard library), the user's own modules are not.
"""

from __future__ import annotations

import builtins
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CellType, FunctionType
from typing import Any

import libcst as cst

from symdiff.frontend.classes import ClassText
from symdiff.frontend.constants import Unresolved, fold
from symdiff.frontend.library import TRANSFORMS, dotted, is_constant, is_library
from symdiff.frontend.scope import bound_names
from symdiff.frontend.source import FunctionText, Global, Resolver, Text, function_text

_EMPTY = object()


@dataclass(frozen=True, eq=False)
class LiveNames:
    """The globals and the closure of a live function."""

    globals: Mapping[str, Any] = field(repr=False)
    closure: Mapping[str, CellType] = field(repr=False)

    def find(self, name: str) -> Global | None:
        """What the name is at this moment."""
        if name in self.closure:
            cell = self.closure[name]
            try:
                return Global(name, cell.cell_contents, lambda: cell.cell_contents)
            except ValueError:
                return Global(name, Unresolved("it has no value yet"))
        if name in self.globals:
            space = self.globals
            return Global(name, space[name], lambda: space[name])
        found = getattr(builtins, name, _EMPTY)
        return None if found is _EMPTY else Global(name, found)


def live_names(fun: FunctionType) -> LiveNames:
    """The names around a live function."""
    cells = fun.__closure__ or ()
    closure = dict(zip(fun.__code__.co_freevars, cells, strict=True))
    return LiveNames(fun.__globals__, closure)


@dataclass(frozen=True, eq=False)
class MadeText:
    """What transforms make of a function, by the text: `dg = symdiff.grad(g)`.

    Each of `expressions` is the body of a lambda: what makes it, or if there is a
    `function` the decorators of that, the outermost first.
    """

    expressions: tuple[FunctionText, ...]
    function: FunctionText | None = None


@dataclass(eq=False)
class TextNames:
    """The module-level names of a text that is not executed."""

    text: Text = field(repr=False)
    bindings: dict[str, cst.CSTNode] = field(default_factory=dict, repr=False)
    cache: dict[str, Global] = field(default_factory=dict, repr=False)
    ruled: set[str] = field(default_factory=set, repr=False)

    def find(self, name: str) -> Global | None:
        """What the module's own text binds the name to."""
        if name not in self.cache:
            # What is found out of `n = n + 1` is that it is not known.
            why = "it is bound more than once, by what it was before"
            self.cache[name] = Global(name, Unresolved(why))
            found = self._find(name)
            if found is _EMPTY:
                del self.cache[name]
                return None
            self.cache[name] = Global(name, found)
        return self.cache[name]

    def _find(self, name: str) -> Any:
        if name not in self.bindings:
            return getattr(builtins, name, _EMPTY)
        if name in self.ruled:
            return Unresolved("its rule is declared when the module runs")
        match self.bindings[name]:
            case cst.FunctionDef() as node:
                return self._function(node)
            case cst.ClassDef(name=cst.Name(value=own)) as node:
                return ClassText(own, None, node, self.text, self)
            case cst.ImportAlias() as node:
                return _import(node)
            case cst.ImportFrom() as node:
                return _import_from(node, name)
            case cst.Call() as node if is_transform(self, node):
                return MadeText((self._expression(node),))
            case cst.BaseExpression() as node:
                return self._constant(node)
        return Unresolved("it is not bound by an import, a definition or a number")

    def _function(self, node: cst.FunctionDef) -> FunctionText | MadeText:
        found = function_text(node, self.text, self)
        ours = [d.decorator for d in node.decorators if is_transform(self, d.decorator)]
        made = tuple(map(self._expression, ours))
        return MadeText(made, found) if made else found

    def _expression(self, node: cst.BaseExpression) -> FunctionText:
        return function_text(cst.Lambda(cst.Parameters(), node), self.text, self)

    def _constant(self, node: cst.BaseExpression) -> Any:
        """A number written as literals, arithmetic and other such constants."""
        value = fold(node, lambda leaf: _referred(self, leaf))
        known = is_constant(value) or is_library(value)
        return value if known else Unresolved("its value is not a constant in the text")


def _referred(names: Resolver, node: cst.BaseExpression) -> Any:
    """What a name, or an attribute of a library, refers to."""
    if isinstance(node, cst.Name):
        found = names.find(node.value)
        return Unresolved("") if found is None else found.object
    if isinstance(node, cst.Attribute):
        owner = _referred(names, node.value)
        if is_library(owner):
            return getattr(owner, node.attr.value, Unresolved(""))
    return Unresolved("")


def is_transform(names: Resolver, node: cst.BaseExpression) -> bool:
    """Whether an expression, or what it calls, is one of symdiff's transforms."""
    found = _referred(names, node.func if isinstance(node, cst.Call) else node)
    module = getattr(found, "__module__", None) or ""
    return module.startswith("symdiff.") and dotted(found) in TRANSFORMS


def text_names(text: Text) -> TextNames:
    """The names that a module's statements bind, the last binding of each."""
    names = TextNames(text)
    for node in text.module.body:
        inner = node.body if isinstance(node, cst.SimpleStatementLine) else (node,)
        for statement in inner:
            _bind(names, statement)
    return names


def _note_rule(names: TextNames, call: cst.CSTNode, own: str = "") -> None:
    """Note the function that `symdiff.rule(f)` is about, `own` if none is named."""
    match call:
        case cst.Call(func=func, args=args) if _is_rule(names, path_of(func)):
            plain = [a.value for a in args if a.keyword is None]
            names.ruled.add(path_of(plain[0]) if plain else own)


def _is_rule(names: TextNames, path: str) -> bool:
    """Whether a name may be that of `symdiff.rule`, however it is imported."""
    if path.rpartition(".")[2] == "rule":
        return True
    match names.bindings.get(path):
        case cst.ImportFrom(module=module, names=list() | tuple() as aliases):
            own = [path_of(a.name) for a in aliases if _bound(a) == path]
            return path_of(module) == "symdiff" and own == ["rule"]
    return False


def _bind(names: TextNames, node: cst.CSTNode) -> None:
    """Note what one statement of a module binds."""
    match node:
        case cst.Expr(value=cst.Call() as call):
            _note_rule(names, call)
        case cst.FunctionDef(decorators=decorators):
            for decorator in decorators:
                _note_rule(names, decorator.decorator, node.name.value)
    match node:
        case cst.FunctionDef() | cst.ClassDef():
            names.bindings[node.name.value] = node
        case cst.Import(names=aliases):
            names.bindings.update((_bound(alias), alias) for alias in aliases)
        case cst.ImportFrom(names=list() | tuple() as aliases):
            names.bindings.update((_bound(alias), node) for alias in aliases)
        case cst.Assign(targets=targets, value=value):
            for target in targets:
                _assign(names, target.target, value)
        case cst.AnnAssign(target=target, value=value) if value is not None:
            _assign(names, target, value)
        case _:
            names.bindings.update(dict.fromkeys(bound_names(node), node))


def _assign(names: TextNames, target: cst.CSTNode, value: cst.CSTNode) -> None:
    if isinstance(target, cst.Name):
        names.bindings[target.value] = value
    elif isinstance(target, cst.Tuple):
        parts = value.elements if isinstance(value, cst.Tuple) else ()
        both = (*target.elements, *parts)
        starred = any(isinstance(e, cst.StarredElement) for e in both)
        paired = not starred and len(parts) == len(target.elements)
        for at, element in enumerate(target.elements):
            _assign(names, element.value, parts[at].value if paired else element)


def _bound(alias: cst.ImportAlias) -> str:
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    return path_of(alias.name).split(".")[0]


def path_of(node: cst.CSTNode | None) -> str:
    """The dotted path of a name or attribute chain."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _import(alias: cst.ImportAlias) -> Any:
    path = path_of(alias.name)
    whole = import_library(path)
    if alias.asname is not None or isinstance(whole, Unresolved):
        return whole
    return import_library(path.split(".")[0])


def _import_from(node: cst.ImportFrom, name: str) -> Any:
    path = path_of(node.module)
    if node.relative or not path:
        return Unresolved("it is imported from a module of yours, which is not read")
    aliases = node.names if not isinstance(node.names, cst.ImportStar) else ()
    source = next(path_of(a.name) for a in aliases if _bound(a) == name)
    owner = import_library(path)
    if isinstance(owner, Unresolved):
        return owner
    found = getattr(owner, source, _EMPTY)
    return import_library(f"{path}.{source}") if found is _EMPTY else found


def import_library(path: str) -> Any:
    """A library module by name; the user's own modules are not imported."""
    root = path.split(".")[0]
    probe = type("probe", (), {"__module__": root})
    if not is_library(probe):
        return Unresolved(f"`{root}` is not a library that symdiff knows")
    try:
        return importlib.import_module(path)
    except ImportError:
        return Unresolved(f"`{path}` cannot be imported here")
