"""The last step: the leaves of a flat function back into the user's containers.

    def loss_grad(W, b, x):                    def loss_grad(params, x):
        ...                              →         W = params["W"]
        return W_bar, b_bar                        ...
                                                   return {"W": W_bar, "b": b_bar}

Only what is read is taken out of a container, where it is read; a container is never
written to. A leaf that the user has given a name is read by that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.edit import reads, substitute
from symdiff.ir.nodes import (
    NOWHERE,
    Apply,
    Atom,
    Block,
    Const,
    Function,
    Program,
    Return,
    Stmt,
    Var,
    bound,
    walk,
)
from symdiff.ir.records import Absent, Branch, Layout, Leaf, Tree, leaf_paths
from symdiff.ir.types import ANY, FLOAT, Opaque, Tuple, Type

_LIKE = ("like", "dataclasses.replace", "builtins.tuple._replace")
RECORD = Opaque("record")
"""The type of a container that is a parameter: nothing is ever stored into it."""


def pack(program: Program, layouts: Mapping[str, Layout]) -> Program:
    """Give the functions that have a layout the user's parameters and results."""
    functions = tuple(
        _packed(fn, layouts[fn.name]) if fn.name in layouts else fn
        for fn in program.functions
    )
    return replace(program, functions=functions)


def _packed(fn: Function, layout: Layout) -> Function:
    plain = all(isinstance(tree, Leaf) for _, tree in layout.params)
    if plain and _is_flat(layout.result):
        return fn
    names = Names({p.name for p in fn.params} | {v.name for v in _variables(fn)})
    packing = _Packing(fn, names)
    ending = Builder(names, fn.body[-1].origin)
    value = packing.rebuilt(ending, layout.result, fn.result)
    body = _aliased((*fn.body[:-1], *ending.stmts), packing.leaves(layout))
    body = _without_tuples((*body, Return(value, fn.body[-1].origin)))
    opening = packing.opening(layout, {v.name for v in reads(body)})
    params = packing.parameters(layout)
    return replace(fn, params=params, body=(*opening, *body))


def _is_flat(tree: Tree) -> bool:
    """Whether a flat result is what the user gets."""
    if isinstance(tree, Branch):
        return tree.kind == "tuple" and all(map(_is_flat, tree.items))
    return isinstance(tree, Leaf)


def is_made_like(tree: Tree) -> bool:
    """Whether a result of this form is made from an object that is passed."""
    match tree:
        case Branch(items=items, maker=maker):
            return maker in _LIKE or any(map(is_made_like, items))
    return False


def _variables(fn: Function) -> Iterator[Var]:
    for stmt in walk(fn.body):
        yield from bound(stmt)


@dataclass(eq=False)
class _Packing:
    """One function; `owners` are the containers that are parameters, by name."""

    fn: Function
    names: Names
    owners: dict[str, Var] = field(default_factory=dict)
    made: dict[str, Apply] = field(init=False)

    def __post_init__(self) -> None:
        applied = (s for s in self.fn.body if isinstance(s, Apply) and len(s.outs) == 1)
        self.made = {s.out.name: s for s in applied}

    # ---- what comes in

    def owner(self, name: str) -> Var:
        """The parameter of a container, or of a class."""
        for param in self.fn.params:
            if param.name == name and name in self.fn.captured:
                return param
        if name not in self.owners:
            self.owners[name] = Var(self.names.take(name), RECORD, name)
        return self.owners[name]

    def leaves(self, layout: Layout) -> set[str]:
        """The flat parameters that are inside of containers."""
        found: set[str] = set()
        for _, tree in layout.params:
            if isinstance(tree, Branch):
                found |= {leaf.name for leaf in _named(tree)}
        return found

    def parameters(self, layout: Layout) -> tuple[Var, ...]:
        """The user's parameters, then what is captured."""
        flat = {p.name: p for p in self.fn.params}
        found: list[Var] = []
        for name, tree in layout.params:
            match tree:
                case Leaf(name=leaf):
                    found.append(flat[leaf])
                case _:
                    found.append(self.owner(name))
        return (*found, *(flat[name] for name in self.fn.captured))

    def opening(self, layout: Layout, used: set[str]) -> list[Stmt]:
        """Take the leaves that are read out of their containers."""
        build = Builder(self.names, NOWHERE)
        flat = {p.name: p for p in self.fn.params}
        for _, tree in layout.params:
            if not isinstance(tree, Branch):
                continue
            for path, leaf in leaf_paths(tree):
                if leaf.name in used:
                    self._take(build, path, flat[leaf.name], leaf.whole)
        return build.stmts

    def _take(
        self, build: Builder, path: tuple[Any, ...], out: Var, whole: bool
    ) -> None:
        *before, (kind, key) = path
        container = self._container(build, tuple(before))
        if not whole:
            build.emit(_read(container, kind, key, replace(out, temp=True)))
            return
        number = build.fresh("", ANY, True)
        build.emit(_read(container, kind, key, number))
        real = replace(out, type=FLOAT, temp=True)
        build.emit(Apply((real,), "builtins.float", (number,), (), build.origin))

    def _container(self, build: Builder, path: tuple[Any, ...]) -> Var:
        """The container at the end of a path, read step by step."""
        found = self.owner(path[0])
        for kind, key in path[1:]:
            inner = build.fresh(_word(key), RECORD, True)
            build.emit(_read(found, kind, key, inner))
            found = inner
        return found

    # ---- what goes out

    def rebuilt(self, build: Builder, tree: Tree, atom: Atom) -> Atom:
        """A result in the user's containers, from the flat one."""
        match tree:
            case Leaf():
                return atom
            case Absent():
                return Const(None)
        present = [item for item in tree.items if not isinstance(item, Absent)]
        given = iter(self._items(build, atom, len(present)))
        items = [
            Const(None)
            if isinstance(item, Absent)
            else self.rebuilt(build, item, next(given))
            for item in tree.items
        ]
        return self._display(build, tree, items)

    def _items(self, build: Builder, atom: Atom, count: int) -> list[Atom]:
        """The items of a flat tuple, as they were put into it where that is seen."""
        if isinstance(atom, Const):
            return [Const(value) for value in atom.value]
        stmt = self.made.get(atom.name)
        match stmt:
            case Apply(op="tuple", args=args) if len(args) == count:
                return list(args)
            case Apply(op="getitem", args=(Var() as whole, Const(value=int(at)))):
                outer = self.made.get(whole.name)
                if outer is not None and outer.op == "tuple":
                    return self._items(build, outer.args[at], count)
        kinds = atom.type.items if isinstance(atom.type, Tuple) else (ANY,) * count
        found: list[Atom] = []
        for at, kind in zip(range(count), kinds, strict=True):
            out = build.fresh("", kind, True)
            build.emit(Apply((out,), "getitem", (atom, Const(at)), (), build.origin))
            found.append(out)
        return found

    def _display(self, build: Builder, tree: Branch, items: list[Atom]) -> Atom:
        kwargs = tuple(zip(map(str, tree.keys), items, strict=True))
        match tree.kind:
            case "dict":
                args = [
                    a
                    for k, v in zip(tree.keys, items, strict=True)
                    for a in (Const(k), v)
                ]
                return _emit(build, "dict", args, Opaque("dict"))
            case "list" | "tuple":
                kind = Tuple(tuple(a.type for a in items))
                return _emit(
                    build, tree.kind, items, kind if tree.kind == "tuple" else ANY
                )
            case "method" | "partial":
                return Const(None)
        if not tree.source or tree.maker == "types.SimpleNamespace":
            return _emit(build, tree.maker, [], RECORD, kwargs)
        source = self._container(build, tree.source)
        return _emit(build, tree.maker, [source], RECORD, kwargs)


def _emit(
    build: Builder,
    op: str,
    args: list[Any],
    kind: Type,
    kwargs: tuple[tuple[str, Atom], ...] = (),
) -> Var:
    out = build.fresh("", kind, True)
    build.emit(Apply((out,), op, tuple(args), kwargs, build.origin))
    return out


def _read(container: Var, kind: str, key: Any, out: Var) -> Apply:
    op = "getitem" if kind in ("dict", "list", "tuple") else "attribute"
    return Apply((out,), op, (container, Const(key)))


def _word(key: Any) -> str:
    return key if isinstance(key, str) and key.isidentifier() else ""


def _named(tree: Branch) -> Iterator[Leaf]:
    yield from (leaf for _, leaf in leaf_paths(tree))


# ---- the names that the user gave


def _aliased(body: Block, leaves: set[str]) -> Block:
    """Read a leaf by the name that the user has given it, after that.

    W_1 = same(W)                       W_1 = same(W)
    z = matmul(W, x)            →       z = matmul(W_1, x)
    """
    out: list[Stmt] = []
    known: dict[Var, Atom] = {}
    for stmt in body:
        (changed,) = substitute((stmt,), known)
        out.append(changed)
        match stmt:
            case Apply(op="same", outs=(name,), args=(Var() as leaf,)):
                if leaf.name in leaves and not name.temp:
                    known.setdefault(leaf, name)
    return tuple(out)


def _without_tuples(body: Block) -> Block:
    """Drop the flat results that nobody reads any more."""
    while True:
        used = {v.name for v in reads(body)}
        kept = tuple(stmt for stmt in body if not _is_unread(stmt, used))
        if len(kept) == len(body):
            return body
        body = kept


def _is_unread(stmt: Stmt, used: set[str]) -> bool:
    match stmt:
        case Apply(op="tuple" | "getitem", outs=(out,)):
            return out.temp and out.name not in used
    return False
