"""What is differentiated by, where parameters may be containers: leaves and structure.

A parameter that is a container is differentiated by all of its leaves that can carry
a derivative; what comes out has the container's structure, with None for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from symdiff.analysis.activity import differentiable
from symdiff.analysis.builder import Builder, Names
from symdiff.errors import UsageError
from symdiff.ir.edit import reads
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    Origin,
    Return,
    Var,
    bound,
    walk,
)
from symdiff.ir.records import (
    Absent,
    Branch,
    Layout,
    Leaf,
    Tree,
    leaves_of,
    map_leaves,
    sequence,
)
from symdiff.options import Argnums

Nest = int | tuple["Nest", ...]
"""A structure of values: positions in a list of them, in tuples."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a function is differentiated by.

    `params` are the positions of the user's parameters, `leaves` those of the flat
    function's; `nest` is the structure of the results, by position in `leaves`, and
    `tree` says how that makes up the user's containers. `listed` names them in words.
    """

    params: tuple[int, ...]
    leaves: tuple[int, ...]
    nest: Nest
    tree: Tree
    listed: str


def choose(fn: Function, layout: Layout, argnums: Argnums) -> Chosen:
    """Find what `argnums` means; raises `UsageError` if there is no such parameter."""
    params, single = positions(fn, layout, argnums)
    where = {p.name: n for n, p in enumerate(fn.params)}
    types = {p.name: p.type for p in fn.params}
    order: list[int] = []

    def pick(leaf: Leaf) -> Tree:
        if not differentiable(types[leaf.name]):
            return Absent()
        order.append(where[leaf.name])
        return Leaf(leaf.name)

    trees: list[Tree] = []
    for n in params:
        name, tree = layout.params[n]
        found = map_leaves(tree, pick)
        if not any(leaves_of(found)):
            _refuse(fn, name, tree, types)
        trees.append(found)
    tree = trees[0] if single else sequence(*trees)
    listed = ", ".join(layout.params[n][0] for n in params)
    return Chosen(params, tuple(order), nest_of(tree), tree, listed)


def _refuse(fn: Function, name: str, tree: Tree, types: Mapping[str, object]) -> None:
    what = (
        f"of type {types[tree.name]}" if isinstance(tree, Leaf) else "without a number"
    )
    raise UsageError(
        f"`{name}` of `{fn.name}` is {what}, which has no derivative; pass floats, "
        "float arrays, or tuples and lists of them"
    )


def alone(chosen: Chosen) -> Chosen:
    """One parameter that was given in a tuple, as if it had been given by itself."""
    if isinstance(chosen.tree, Branch) and chosen.tree.source == ():
        (tree,) = chosen.tree.items
        return replace(chosen, tree=tree, nest=nest_of(tree))
    return chosen


def plain_layout(fn: Function) -> Layout:
    """The layout of a function that has no containers."""
    names = (p.name for p in fn.params if p.name not in fn.captured)
    return Layout(tuple((name, Leaf(name)) for name in names))


def positions(
    fn: Function, layout: Layout, argnums: Argnums
) -> tuple[tuple[int, ...], bool]:
    """The positions that `argnums` names, and whether it is a single one."""
    single = not isinstance(argnums, tuple)
    keys = argnums if isinstance(argnums, tuple) else (argnums,)
    names = [name for name, _ in layout.params]
    out = []
    for key in keys:
        if isinstance(key, str) and key not in names:
            raise UsageError(
                f"argnums names {key!r}, but `{fn.name}` takes {', '.join(names)}"
            )
        at = names.index(key) if isinstance(key, str) else key
        if not -len(names) <= at < len(names):
            raise UsageError(
                f"argnums is {at}, but `{fn.name}` has {len(names)} parameters"
            )
        out.append(at % len(names))
    return tuple(out), single


def nest_of(tree: Tree) -> Nest:
    """The structure of a tree, its leaves numbered from left to right."""
    count = 0

    def nest(part: Tree) -> Nest:
        nonlocal count
        if isinstance(part, Branch):
            return tuple(nest(p) for p in part.items if not isinstance(p, Absent))
        count += 1
        return count - 1

    return nest(tree)


def nested(
    build: Builder, nest: Nest, values: Sequence[Atom], origin: Origin | None = None
) -> Atom:
    """Values as nested tuples."""
    if isinstance(nest, int):
        return values[nest]
    items = [nested(build, part, values, origin) for part in nest]
    return build.apply("tuple", *items, origin=origin)


def packed(fn: Function) -> tuple[Block, tuple[Atom, ...]]:
    """The body without its last tuple and the return of that, and the tuple's items.

    A tuple of numbers that do not depend on anything is a constant.
    """
    *before, last = fn.body
    assert isinstance(last, Return)
    value = last.value
    if isinstance(value, Const):
        return tuple(before), tuple(map(Const, value.value))
    (display,) = (s for s in before if isinstance(s, Apply) and s.outs == (value,))
    return tuple(s for s in before if s is not display), display.args


def returning(fn: Function, nest: Nest, order: Sequence[int]) -> Function:
    """A backward function that returns its cotangents in a structure.

    So far it returns them in a tuple, or the only one; `order` has their numbers.
    """
    last = fn.body[-1]
    one = (fn.body[:-1], (fn.result,))
    before, values = packed(fn) if len(order) > 1 else one
    build = Builder(_names(fn), last.origin)
    sorted_values = [values[order.index(n)] for n in range(len(order))]
    result = nested(build, nest, sorted_values, last.origin)
    return replace(fn, body=(*before, *build.stmts, Return(result, last.origin)))


def _names(fn: Function) -> Names:
    bindings = {v.name for s in walk(fn.body) for v in bound(s)}
    return Names(bindings | {p.name for p in fn.params})


def trimmed(
    fn: Function, layout: Layout, kept: Iterable[int]
) -> tuple[Function, Layout]:
    """A function without the leaves of containers that it does not read.

    Those of the user's parameters at the positions `kept` stay.
    """
    used = {v.name for v in reads(fn.body)}
    for n in kept:
        used |= {leaf.name for leaf in leaves_of(layout.params[n][1])}
    inside = {
        leaf.name
        for _, tree in layout.params
        if isinstance(tree, Branch)
        for leaf in leaves_of(tree)
    }
    gone = inside - used
    if not gone:
        return fn, layout

    def keep(leaf: Leaf) -> Tree:
        return Absent() if leaf.name in gone else leaf

    params = tuple((name, map_leaves(tree, keep)) for name, tree in layout.params)
    left = tuple(p for p in fn.params if p.name not in gone)
    return replace(fn, params=left), replace(layout, params=params)


def tangents(
    layout: Layout, chosen: Chosen, dots: Mapping[str, Var]
) -> tuple[tuple[str, Tree], ...]:
    """The parameters for the directions, after the user's: `params_dot`.

    `dots` are the tangents of the leaves by their names.
    """
    taken = {name for name, _ in layout.params}
    found: list[tuple[str, Tree]] = []
    for n in chosen.params:
        name, tree = layout.params[n]
        root = f"{name}_dot"
        while root in taken:
            root += "_"
        taken.add(root)

        def dot(leaf: Leaf) -> Tree:
            var = dots.get(leaf.name)
            return Absent() if var is None else Leaf(var.name)

        found.append((root, map_leaves(tree, dot, root)))
    return tuple(found)
