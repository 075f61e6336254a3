"""Every transform, to any order: each maps a program to a program, so they compose.

A chain is a tuple of options, the innermost transform first: `hessian(f)` is the chain
(grad, hessian), `grad(grad(f))` is (grad, grad). The result of each is an ordinary
program, which the next one differentiates.
"""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.edit import map_origins
from symdiff.ir.nodes import Apply, Function, Program, Return, Var
from symdiff.ir.records import (
    VALUE,
    Layout,
    Leaf,
    Tree,
    leaves_of,
    sequence,
)
from symdiff.ir.types import Array, Scalar
from symdiff.jacobians import jacobian
from symdiff.modes import (
    Made,
    Snapshots,
    assembled,
    direction_doc,
    forward_mode,
    named,
    pulled_back,
    refuse,
    second,
)
from symdiff.options import Options
from symdiff.stages import differentiate, gradient_tree, reachable
from symdiff.transform.borders import Chosen, alone, choose, tangents
from symdiff.transform.checkpoint import with_steps
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.normalize import normalize
from symdiff.transform.pack import is_made_like

Chain = tuple[Options, ...]

__all__ = ["Chain", "Made", "Snapshots", "afresh", "derived", "step"]

VALUE_AND_TANGENT = "Value of `{}`, and its derivative in a direction of"


def derived(
    program: Program, layout: Layout, chain: Chain
) -> tuple[Program, dict[str, Layout]]:
    """Apply transforms to a program that another one will call: no sweeps, no marks."""
    program = normalize(program)
    layouts = {program.main.name: layout}
    for options in chain:
        layout = layouts[program.main.name]
        program, layouts, _ = step(afresh(program), layout, options)
    return afresh(program), layouts


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
            return _pullback(with_steps(program), layout, options)
    return jacobian(with_steps(program), layout, options)


def afresh(program: Program) -> Program:
    """The program as if a user had written it: no sweeps, no marks."""
    functions = tuple(
        replace(fn, body=map_origins(fn.body, lambda o: replace(o, sweep="")))
        for fn in program.functions
    )
    return replace(program, functions=functions)


def _gradient(program: Program, layout: Layout, options: Options) -> Made:
    chosen = choose(program.main, layout, options.argnums)
    name = named(program, options, "value_and_grad" if options.value else "grad")
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


def _directional(program: Program, layout: Layout, options: Options) -> Made:
    """`f_jvp(x, x_dot)`; a Hessian-vector product is that of the gradient, alone."""
    fn = program.main
    chosen = choose(fn, layout, options.argnums)
    forward = forward_mode(program, options.without)
    mask = tuple(n in chosen.leaves for n in range(len(fn.params)))
    name = named(program, options, "jvp")
    if options.transform == "hvp":
        name = options.name or f"{fn.name.removesuffix('_grad')}_hvp"
    made = forward.tangent(fn, mask, name)
    refuse(forward)
    dots = made.params[len(fn.params) :]
    pairs = zip(sorted(chosen.leaves), dots, strict=True)
    dot_of = {fn.params[n].name: dot for n, dot in pairs}
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
        made = dce(second(made), functions_with_effects(program))
        made = replace(
            made, doc=direction_doc(fn, [fn.params[n] for n in chosen.leaves])
        )
        result = layout.result
    params = (*layout.params, *tangents(layout, chosen, dot_of))
    layouts = {made.name: Layout(params, result)}
    return assembled(program, made, tuple(forward.made.values())), layouts, {}


# --- reverse mode, in two functions ---


def _pullback(program: Program, layout: Layout, options: Options) -> Made:
    """`f_fwd(x)`, the entry, and before it `f_bwd(x, saved, out_bar)`."""
    fn = program.main
    chosen = choose(fn, layout, options.argnums)
    if len(chosen.params) == 1:
        chosen = alone(chosen)
    forward, backward, made = pulled_back(program, chosen, options)
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
