"""Scopes: which names a function binds itself, found in its text."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from symdiff.frontend.findings import Place
from symdiff.frontend.source import FunctionText
from symdiff.ir.nodes import Origin


@dataclass(frozen=True, eq=False)
class Scope:
    """One activation of a function's text while it is lowered.

    `origin` is the call that the text was inlined at: it stands for all places inside.
    `place` is the same for findings, if the text is not the user's own. `parent` is the
    scope that a lambda or a nested function was defined in.
    """

    number: int
    text: FunctionText = field(repr=False)
    locals: frozenset[str]
    parent: Scope | None = None
    origin: Origin | None = None
    place: Place | None = None


def local_names(node: cst.FunctionDef | cst.Lambda) -> frozenset[str]:
    """The names that a function binds: parameters and whatever its body assigns."""
    params = node.params
    every = (*params.posonly_params, *params.params, *params.kwonly_params)
    found = {p.name.value for p in every}
    for star in (params.star_arg, params.star_kwarg):
        if isinstance(star, cst.Param):
            found.add(star.name.value)
    return frozenset(found | bound_names(node.body)) - declared_names(node)


def declared_names(node: cst.FunctionDef | cst.Lambda) -> set[str]:
    """The names that a function takes from outside by `global` or `nonlocal`."""
    found: set[str] = set()
    todo: list[cst.CSTNode] = [node.body]
    while todo:
        head = todo.pop()
        if isinstance(head, cst.Global | cst.Nonlocal):
            found |= {item.name.value for item in head.names}
        if not isinstance(head, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            todo.extend(head.children)
    return found


def bound_names(*nodes: cst.CSTNode, augmented: bool = True) -> set[str]:
    """The names that statements assign, without those of scopes of their own.

    `x += e` counts only if `augmented`: it may be a store into what `x` refers to.
    """
    found: set[str] = set()
    todo: list[cst.CSTNode] = list(reversed(nodes))
    while todo:
        node = todo.pop()
        match node:
            case cst.FunctionDef() | cst.ClassDef():
                found.add(node.name.value)
                continue
            case cst.Lambda() | cst.ListComp() | cst.SetComp() | cst.DictComp():
                found |= _walrus(node)
                continue
            case cst.GeneratorExp():
                found |= _walrus(node)
                continue
            case cst.AugAssign(target=target) if augmented:
                found |= target_names(target)
        found |= _bound_by(node)
        todo.extend(reversed(node.children))
    return found


def _bound_by(node: cst.CSTNode) -> set[str]:
    """The names that a part of a statement binds by itself."""
    match node:
        case cst.AssignTarget() | cst.AnnAssign() | cst.For() | cst.NamedExpr():
            return target_names(node.target)
        case cst.ImportAlias():
            return {_imported(node)}
        case cst.AsName(name=name):
            return target_names(name)
        case cst.MatchAs(name=name) | cst.MatchStar(name=name):
            return set() if name is None else {name.value}
        case cst.MatchMapping(rest=cst.Name(value=rest)):
            return {rest}
    return set()


def _walrus(node: cst.CSTNode) -> set[str]:
    """The names that `:=` inside of a comprehension binds outside of it."""
    if isinstance(node, cst.Lambda):
        return set()
    found: set[str] = set()
    todo = list(node.children)
    while todo:
        inner = todo.pop()
        if isinstance(inner, cst.NamedExpr):
            found |= target_names(inner.target)
        if not isinstance(inner, cst.Lambda):
            todo.extend(inner.children)
    return found


def _imported(node: cst.ImportAlias) -> str:
    if node.asname is not None and isinstance(node.asname.name, cst.Name):
        return node.asname.name.value
    head: cst.BaseExpression = node.name
    while isinstance(head, cst.Attribute):
        head = head.value
    return head.value if isinstance(head, cst.Name) else ""


def target_names(target: cst.CSTNode) -> set[str]:
    """The names that a target binds; stores into items and attributes bind none."""
    found: set[str] = set()
    todo: list[cst.CSTNode] = [target]
    while todo:
        node = todo.pop()
        match node:
            case cst.Name(value=name):
                found.add(name)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                todo.extend(element.value for element in elements)
            case cst.StarredElement(value=value):
                todo.append(value)
    return found


def stored_names(*nodes: cst.CSTNode) -> set[str]:
    """The names that may be written into: `a[i] = v`, `a += v`, `a.f(v)`."""
    found: set[str] = set()
    todo: list[cst.CSTNode] = list(nodes)
    while todo:
        node = todo.pop()
        match node:
            case cst.AssignTarget() | cst.AnnAssign():
                found |= _owners(node.target)
            case cst.AugAssign(target=target):
                found |= _owners(target) | target_names(target)
            case cst.Call(func=cst.Attribute(value=owner)):
                found |= _owners(owner, itself=True)
        todo.extend(node.children)
    return found


def _owners(target: cst.CSTNode, itself: bool = False) -> set[str]:
    found: set[str] = set()
    todo: list[tuple[cst.CSTNode, bool]] = [(target, itself)]
    while todo:
        node, whole = todo.pop()
        match node:
            case cst.Name(value=name) if whole:
                found.add(name)
            case cst.Subscript(value=value) | cst.Attribute(value=value):
                todo.append((value, True))
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                todo.extend((element.value, whole) for element in elements)
            case cst.StarredElement(value=value):
                todo.append((value, whole))
    return found


def has_exit(node: cst.CSTNode, kinds: tuple[type[cst.CSTNode], ...]) -> bool:
    """Whether a statement of one of the kinds is inside, nested functions apart."""
    todo = [node]
    while todo:
        head = todo.pop()
        if isinstance(head, kinds):
            return True
        if not isinstance(head, cst.FunctionDef | cst.Lambda | cst.ClassDef):
            todo.extend(head.children)
    return False
