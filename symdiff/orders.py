"""Every transform, to any order: each maps a program to a program, so they compose.

A chain is a tuple of options, the innermost transform first: `hessian(f)` is the chain
(grad, hessian), `grad(grad(f))` is (grad, grad). The result of each is an ordinary
program, which the next one differentiates.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from symdiff.analysis.builder import Names
from symdiff.errors import UnsupportedError
from symdiff.ir.check import check
from symdiff.ir.edit import map_origins
from symdiff.ir.nodes import Apply, Function, Program, Return, Var
from symdiff.ir.records import (
    VALUE,
    Layout,
    Leaf,
    Tree,
    leaves_of,
    map_leaves,
    sequence,
)
from symdiff.ir.types import Array, Scalar, Tuple, Type, shape_of
from symdiff.options import Options
from symdiff.stages import differentiate, finisher, gradient_tree, reachable
from symdiff.transform.adjoint.engine import Engine
from symdiff.transform.algebra import algebra
from symdiff.transform.algebra_settle import settle
from symdiff.transform.algebra_sums import sums
from symdiff.transform.borders import Chosen, alone, choose, returning, tangents
from symdiff.transform.cse import cse
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.directions import by_columns, by_rows, check_arguments
from symdiff.transform.pack import is_made_like
from symdiff.transform.tangent.engine import Forward

Chain = tuple[Options, ...]
Snapshots = dict[str, Function | Program]
Made = tuple[Program, dict[str, Layout], Snapshots]
"""A transformed program, the layouts of its entry points, its stages."""

VALUE_AND_TANGENT = "Value of `{}`, and its derivative in a direction of"
SWEEPS = ("tangent", "reverse")


def step(program: Program, layout: Layout, options: Options) -> Made:
    """Apply one transform to a program."""
    match options.transform:
        case "grad":
            return _gradient(program, layout, options)
        case "elementwise":
            summed = program.with_main(_summed(program.main))
            return _gradient(summed, layout, replace(options, transform="grad"))
        case "jvp" | "hvp":
            return _directional(program, layout, options)
        case "vjp":
            return _pullback(program, layout, options)
    return _jacobian(program, layout, options)


def afresh(program: Program) -> Program:
    """The program as if a user had written it: no sweeps, no marks."""
    functions = tuple(
        replace(fn, body=map_origins(fn.body, lambda o: replace(o, sweep="")))
        for fn in program.functions
    )
    return replace(program, functions=functions)


def _name(program: Program, options: Options, suffix: str) -> str:
    return options.name or f"{program.main.name}_{suffix}"


def _gradient(program: Program, layout: Layout, options: Options) -> Made:
    chosen = choose(program.main, layout, options.argnums)
    name = _name(program, options, "value_and_grad" if options.value else "grad")
    made, stages = differentiate(program, chosen, name=name, options=options)
    tree = gradient_tree(layout, chosen, options)
    return made, {name: replace(layout, result=tree)}, stages


def _summed(fn: Function) -> Function:
    """The function that returns the sum of the result."""
    value = fn.result
    if isinstance(value.type, Scalar) or not isinstance(value, Var):
        return fn
    last = fn.body[-1]
    total = Var(
        "total",
        Scalar(value.type.dtype or "f8")
        if isinstance(value.type, Array)
        else value.type,
        "total",
        True,
    )
    add = Apply((total,), "numpy.sum", (value,), (), last.origin)
    return replace(fn, body=(*fn.body[:-1], add, Return(total, last.origin)))


# --- forward mode ---


def _forward(program: Program, without: frozenset[str]) -> Forward:
    effects = functions_with_effects(program)

    def finish(fn: Function) -> Function:
        for _ in range(2):
            fn = fn if "algebra" in without else algebra(fn, SWEEPS)
            fn = fn if "cse" in without else cse(fn, SWEEPS)
        fn = fn if "settle" in without else settle(fn, SWEEPS)
        fn = fn if "sums" in without else sums(fn, SWEEPS)
        return fn if "dce" in without else dce(fn, effects)

    return Forward(program, finish)


def _directional(program: Program, layout: Layout, options: Options) -> Made:
    """`f_jvp(x, x_dot)`; a Hessian-vector product is that of the gradient, alone."""
    fn = program.main
    chosen = choose(fn, layout, options.argnums)
    forward = _forward(program, options.without)
    mask = tuple(n in chosen.leaves for n in range(len(fn.params)))
    name = _name(program, options, "jvp")
    if options.transform == "hvp":
        name = options.name or f"{fn.name.removesuffix('_grad')}_hvp"
    made = forward.tangent(fn, mask, name)
    _raise(forward)
    dots = made.params[len(fn.params) :]
    pairs = zip(sorted(chosen.leaves), dots, strict=True)
    named = {fn.params[n].name: dot for n, dot in pairs}
    plain = [p for p in fn.params if p.name not in fn.captured]
    captured = [p for p in fn.params if p.name in fn.captured]
    made = replace(
        made,
        params=(*plain, *dots, *captured),
        captured=fn.captured,
        doc=f"{VALUE_AND_TANGENT.format(fn.name)} {chosen.listed}.",
    )
    result: Tree = sequence(layout.result, layout.result)
    if options.transform == "hvp":
        made = dce(_second(made), functions_with_effects(program))
        made = replace(made, doc=_product(fn, [fn.params[n] for n in chosen.leaves]))
        result = layout.result
    params = (*layout.params, *tangents(layout, chosen, named))
    layouts = {made.name: Layout(params, result)}
    return _assemble(program, made, tuple(forward.made.values())), layouts, {}


def _second(fn: Function) -> Function:
    """The function that returns the second item of the returned pair only."""
    *before, last = fn.body
    pack = before.pop()
    assert isinstance(pack, Apply)
    doc = fn.doc.replace("Value of", "Derivative of").replace(
        ", and its derivative", ""
    )
    body = (*before, Return(pack.args[1], last.origin))
    return replace(fn, body=body, doc=doc)


def _raise(made: Forward | Engine) -> None:
    if made.findings:
        raise UnsupportedError(tuple(dict.fromkeys(made.findings)))


def _assemble(program: Program, main: Function, made: tuple[Function, ...]) -> Program:
    known = {f.name: f for f in (*program.functions, *made)}
    out = reachable(main, known, program)
    check(out)
    return out


# --- reverse mode, in two functions ---


def _pullback(program: Program, layout: Layout, options: Options) -> Made:
    """`f_fwd(x)`, the entry, and before it `f_bwd(x, saved, out_bar)`."""
    fn = program.main
    chosen = choose(fn, layout, options.argnums)
    if len(chosen.params) == 1:
        chosen = alone(chosen)
    forward, backward, made = _pair(program, chosen, options)
    kept = tuple(n for n in fn.captured if n in {p.name for p in backward.params})
    inner = [p for p in backward.params if p.name not in kept]
    last = [p for p in backward.params if p.name in kept]
    plural = "s" if len(chosen.params) > 1 else ""
    backward = replace(
        backward,
        params=(*inner, *last),
        captured=kept,
        doc=f"Adjoint of `{fn.name}`: the cotangent{plural} of {chosen.listed}.",
    )
    forward = replace(forward, captured=fn.captured)
    known = {f.name: f for f in (*program.functions, *made, forward, backward)}
    first = reachable(backward, known, program)
    second = reachable(forward, known, program)
    both = dict.fromkeys((*first.functions, *second.functions))
    rest = [f for f in both if f not in (forward, backward)]
    layouts = {
        forward.name: replace(layout, result=sequence(layout.result, VALUE)),
        backward.name: _backward_layout(fn, layout, backward, chosen),
    }
    return replace(program, functions=(*rest, backward, forward)), layouts, {}


def _backward_layout(
    fn: Function, layout: Layout, backward: Function, chosen: Chosen
) -> Layout:
    """What the backward function takes: what it reads, what was saved, `out_bar`."""
    there = {p.name for p in backward.params}
    params: list[tuple[str, Tree]] = []
    for n, (name, tree) in enumerate(layout.params):
        reads = any(leaf.name in there for leaf in leaves_of(tree))
        like = n in chosen.params and is_made_like(tree)
        if reads or like:
            params.append((name, tree))
    own = {p.name for p in fn.params}
    rest = [p.name for p in backward.params if p.name not in own]
    return Layout((*params, *((name, Leaf(name)) for name in rest)), chosen.tree)


def _pair(
    program: Program, chosen: Chosen, options: Options, flat: bool = False
) -> tuple[Function, Function, tuple[Function, ...]]:
    """The forward and the backward function, and the functions that they may call.

    The backward function returns what is asked for, or if `flat` its leaves in a row.
    """
    engine = Engine(program, finisher(program, options))
    forward, backward = engine.pullback(chosen)
    _raise(engine)
    order = [chosen.leaves.index(n) for n in sorted(chosen.leaves)]
    nest = tuple(range(len(order))) if flat and len(order) > 1 else chosen.nest
    backward = returning(backward, 0 if flat and len(order) == 1 else nest, order)
    return forward, backward, tuple(f for pair in engine.made.values() for f in pair)


# --- Jacobians ---


def _jacobian(program: Program, layout: Layout, options: Options) -> Made:
    fn = program.main
    chosen = choose(fn, layout, options.argnums)
    wrt = [fn.params[n] for n in chosen.leaves]
    check_arguments(fn, wrt)
    if options.transform == "hessian":
        name = options.name or f"{fn.name.removesuffix('_grad')}_hessian"
    else:
        name = _name(program, options, "jacobian")
    result = map_leaves(layout.result, lambda _: chosen.tree)
    layouts = {name: replace(layout, result=result)}
    program = program.with_main(replace(fn, captured=()))
    rows = options.transform == "jacrev"
    if options.transform == "jacobian":
        rows = _rows_are_fewer(fn, wrt)
    if rows:
        forward, backward, made = _pair(program, chosen, options, flat=True)
        main = by_rows(fn, (forward, backward), wrt, chosen.nest, name)
        made = (*made, forward, backward)
        return _assemble(program, main, made), layouts, {}
    dots, made = _derivatives(program, chosen, wrt, options)
    main = by_columns(fn, dots, wrt, chosen.nest, name)
    if options.transform == "hessian":
        main = replace(main, doc=f"Hessian of `{fn.name.removesuffix('_grad')}`.")
    return _assemble(program, main, (*made, *dots)), layouts, {}


def _derivatives(
    program: Program, chosen: Chosen, wrt: list[Var], options: Options
) -> tuple[list[Function], tuple[Function, ...]]:
    """The derivative in a direction of each argument, without the value; callees."""
    fn, forward = program.main, _forward(program, options.without)
    base = f"{fn.name}_dot"
    if options.transform == "hessian":
        base = f"{fn.name.removesuffix('_grad')}_hvp"
    both = []
    for n, var in zip(chosen.leaves, wrt, strict=True):
        mask = tuple(n == k for k in range(len(fn.params)))
        suffix = "jvp" if len(wrt) == 1 else f"jvp_{var.name}"
        both.append(forward.tangent(fn, mask, f"{fn.name}_{suffix}"))
    _raise(forward)
    made = tuple(forward.made.values())
    names = Names(f.name for f in (*program.functions, *made))
    effects = functions_with_effects(program)
    dots = []
    for one, var in zip(both, wrt, strict=True):
        own = names.take(base if len(wrt) == 1 else f"{base}_{var.name}")
        dot = replace(dce(_second(one), effects), name=own)
        if options.transform == "hessian":
            dot = replace(dot, doc=_product(fn, [var]))
        dots.append(dot)
    return dots, made


def _product(fn: Function, wrt: list[Var]) -> str:
    """What the derivative of a gradient in a direction is."""
    listed = ", ".join(f"{v.name}_dot" for v in wrt)
    return f"Hessian of `{fn.name.removesuffix('_grad')}` times {listed}."


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
