"""A target and the types of its parameters → the flat program to be differentiated.

What a program is made of depends on what it is differentiated by: an int that is
differentiated by is a real number, and a library function that has no rule is read
like one of the user's own where a derivative flows through it. So a function may be
lowered more than once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symdiff import frontend
from symdiff.analysis.activity import active
from symdiff.analysis.wholes import is_real
from symdiff.errors import SourceError, UnsupportedError
from symdiff.ir.check import check
from symdiff.ir.nodes import Apply, Function, Program, Var, walk
from symdiff.ir.records import Layout, Leaf, Part, leaves_of
from symdiff.ir.types import FLOAT, Scalar
from symdiff.options import Argnums
from symdiff.orders import derived
from symdiff.rules import registry
from symdiff.transform.borders import positions, trimmed
from symdiff.transform.normalize import normalize

Prepared = tuple[frontend.Lowered, Program, Layout]


def prepared(
    target: frontend.Target, every: tuple[Argnums, ...], types: Mapping[str, Part]
) -> Prepared:
    """The flat program that is differentiated, for all of the `argnums` of a chain.

    Raises `UnsupportedError` with every place that is not supported.
    """
    first = _prepare(target, every, types, frozenset())
    known = _unruled(first, every)
    found, follow, refused = first, frozenset[str](), set[str]()
    while True:
        new = sorted(_unruled(found, every) - follow - refused)
        if not new:
            break
        for name in new:
            try:
                found = _prepare(target, every, types, follow | {name})
                follow |= {name}
            except (UnsupportedError, SourceError):
                refused.add(name)
    # What is missing deep inside of a library says less than the call of it.
    return found if _unruled(found, every) <= known else first


def _prepare(
    target: frontend.Target,
    every: tuple[Argnums, ...],
    types: Mapping[str, Part],
    follow: frozenset[str],
) -> Prepared:
    """Lower a target, its ints as real numbers where they are differentiated by.

    A Python int inside of a container is one only if it is used as one.
    """
    lowered = frontend.lower(target, types, follow=follow, derive=derived)
    primal = normalize(lowered.program)
    check(primal)
    main, layout = primal.main, lowered.layout
    wrt = _chosen(main, layout, every)
    chosen = {leaf.name for n in wrt for leaf in leaves_of(layout.params[n][1])}
    ints = [p for p in main.params if p.name in chosen and _is_int(p)]
    top = {name for name, tree in layout.params if isinstance(tree, Leaf)}
    real = {p.name: FLOAT for p in ints if p.name in top}
    inside = {p.name for p in ints if p.name not in top and is_real(main, p)}
    if real or inside:
        lowered = frontend.lower(
            target, {**types, **real}, whole=inside, follow=follow, derive=derived
        )
        primal = normalize(lowered.program)
        check(primal)
    main, layout = trimmed(primal.main, lowered.layout, wrt)
    return lowered, primal.with_main(main), layout


def _chosen(main: Function, layout: Layout, every: Iterable[Argnums]) -> set[int]:
    """The positions of the function's own parameters that are differentiated by.

    The first transform can name no others; later ones may name tangents too.
    """
    first, *later = every
    found = set(positions(main, layout, first)[0])
    names = [name for name, _ in layout.params]
    count = len(names)
    for argnums in later:
        keys = argnums if isinstance(argnums, tuple) else (argnums,)
        own = (k for k in keys if (k in names if isinstance(k, str) else k < count))
        found |= set(positions(main, layout, tuple(own))[0])
    return found


def _is_int(param: Var) -> bool:
    return isinstance(param.type, Scalar) and param.type.dtype[0] in "iu"


def _unruled(found: Prepared, every: Iterable[Argnums]) -> frozenset[str]:
    """The library functions without a rule that a derivative may flow through.

    Of a function that is called, all parameters are taken to be differentiated by.
    """
    _, program, layout = found
    main = program.main
    wrt = _chosen(main, layout, every)
    chosen = {leaf.name for n in wrt for leaf in leaves_of(layout.params[n][1])}
    names: set[str] = set()
    for fn in program.functions:
        live = active(fn, [p for p in fn.params if fn is not main or p.name in chosen])
        ops = (s for s in walk(fn.body) if isinstance(s, Apply) and "." in s.op)
        names |= {s.op for s in ops if not live.isdisjoint(s.outs)}
    return frozenset(name for name in names if registry.find(name) is None)
