"""Jacobians and Hessians: in which mode, and all directions at once or one by one."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from symdiff.analysis.builder import Names
from symdiff.ir.nodes import Function, Program, Var
from symdiff.ir.records import Layout, map_leaves
from symdiff.ir.types import Tuple, Type, shape_of
from symdiff.modes import (
    Made,
    assembled,
    direction_doc,
    forward_mode,
    inner_name,
    named,
    pulled_back,
    refuse,
    second,
    tidying,
)
from symdiff.options import Options
from symdiff.transform.batch.scope import NotBatched
from symdiff.transform.borders import Chosen, choose
from symdiff.transform.colouring import Colouring, colouring, with_parameters
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.directions import (
    by_blocks,
    by_columns,
    by_rows,
    check_arguments,
)
from symdiff.transform.vectorised import all_columns, all_rows


def jacobian(program: Program, layout: Layout, options: Options) -> Made:
    """The Jacobian of a program's entry; the forward one of a gradient is a Hessian."""
    fn = program.main
    chosen = choose(fn, layout, options.argnums)
    wrt = [fn.params[n] for n in chosen.leaves]
    check_arguments(fn, wrt)
    name = named(program, options, "jacobian")
    if options.transform == "hessian":
        name = options.name or f"{inner_name(fn)}_hessian"
    result = map_leaves(layout.result, lambda _: chosen.tree)
    layouts = {name: replace(layout, result=result)}
    program = program.with_main(replace(fn, captured=()))
    rows = options.transform == "jacrev"
    if options.transform == "jacobian":
        rows = _rows_are_fewer(fn, wrt)
    found = colouring(fn, options.colours, wrt) if options.colours else None
    make = _in_rows if rows else _in_columns
    main, *made = make(program, chosen, wrt, options, name, found)
    main = replace(main, captured=fn.captured)
    if options.transform == "hessian":
        main = replace(main, doc=f"Hessian of `{inner_name(fn)}`.")
    if found is not None:
        main = with_parameters(main, found)
    return assembled(program, main, tuple(made)), layouts, {}


def _in_rows(
    program: Program,
    chosen: Chosen,
    wrt: list[Var],
    options: Options,
    name: str,
    found: Colouring | None,
) -> tuple[Function, ...]:
    """The entry in reverse mode, and what it calls."""
    fn = program.main
    forward, backward, made = pulled_back(program, chosen, options, flat=True)
    pair = forward, backward
    if "batch" not in options.without:
        try:
            main = all_rows(fn, pair, wrt, chosen.nest, name, found)
            return tidying(program, options.without)(main), *made
        except NotBatched:
            pass  # then one direction after the other
    main = by_rows(fn, pair, wrt, chosen.nest, name, found)
    return main, *made, *pair


def _in_columns(
    program: Program,
    chosen: Chosen,
    wrt: list[Var],
    options: Options,
    name: str,
    found: Colouring | None,
) -> tuple[Function, ...]:
    """The entry in forward mode, and what it calls."""
    fn = program.main
    dots, made = _derivatives(program, chosen, wrt, options)
    if "batch" not in options.without:
        try:
            if len(wrt) == 1 and chosen.nest == 0:
                main = all_columns(dots[0], wrt[0], fn, name, found)
                return tidying(program, options.without)(main), *made
            return *_all_columns(program, dots, wrt, chosen, options, name), *made
        except NotBatched:
            pass  # then one direction after the other
    return by_columns(fn, dots, wrt, chosen.nest, name, found), *made, *dots


def _all_columns(
    program: Program,
    dots: list[Function],
    wrt: list[Var],
    chosen: Chosen,
    options: Options,
    name: str,
) -> tuple[Function, ...]:
    """The entry with all directions at once, a function for each of the arguments."""
    fn, finish = program.main, tidying(program, options.without)
    names = Names(f.name for f in program.functions)
    blocks = [
        finish(all_columns(dot, var, fn, names.take(f"{name}_{var.name}")))
        for dot, var in zip(dots, wrt, strict=True)
    ]
    return by_blocks(fn, blocks, wrt, chosen.nest, name), *blocks


def _derivatives(
    program: Program, chosen: Chosen, wrt: list[Var], options: Options
) -> tuple[list[Function], tuple[Function, ...]]:
    """The derivative in a direction of each argument, without the value; callees."""
    fn, forward = program.main, forward_mode(program, options.without)
    base = f"{fn.name}_dot"
    if options.transform == "hessian":
        base = f"{inner_name(fn)}_hvp"
    both = []
    for n, var in zip(chosen.leaves, wrt, strict=True):
        mask = tuple(n == k for k in range(len(fn.params)))
        suffix = "jvp" if len(wrt) == 1 else f"jvp_{var.name}"
        both.append(forward.tangent(fn, mask, f"{fn.name}_{suffix}"))
    refuse(forward)
    made = tuple(forward.made.values())
    names = Names(f.name for f in (*program.functions, *made))
    effects = functions_with_effects(program)
    dots = []
    for one, var in zip(both, wrt, strict=True):
        own = names.take(base if len(wrt) == 1 else f"{base}_{var.name}")
        dot = replace(dce(second(one), effects), name=own)
        if options.transform == "hessian":
            dot = replace(dot, doc=direction_doc(fn, [var]))
        dots.append(dot)
    return dots, made


def _rows_are_fewer(fn: Function, wrt: list[Var]) -> bool:
    """Whether the result is known to have fewer numbers than the arguments."""
    if isinstance(fn.result.type, Tuple):
        return False
    out = _count(fn.result.type)
    counts = [_count(v.type) for v in wrt]
    known = [n for n in counts if n is not None]
    return out is not None and len(known) == len(counts) and out < sum(known)


def _count(kind: Type) -> int | None:
    shape = shape_of(kind)
    if shape is None or not all(isinstance(n, int) for n in shape):
        return None
    return prod(n for n in shape if isinstance(n, int))
