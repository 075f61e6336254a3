"""Every transform, to any order: each maps a program to a program, so they compose.

A chain is a tuple of options, the innermost transform first: `hessian(f)` is the chain
(grad, hessian), `grad(grad(f))` is (grad, grad). The result of each is an ordinary
program, which the next one differentiates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

from symdiff import frontend, pipeline
from symdiff.errors import UnsupportedError
from symdiff.ir.check import check
from symdiff.ir.edit import map_origins
from symdiff.ir.nodes import Apply, Function, Program, Return, Var
from symdiff.ir.types import FLOAT, Array, Scalar, Tuple, Type, shape_of
from symdiff.options import Options
from symdiff.pipeline import (
    Compiled,
    is_int,
    positions,
    reachable,
    require_differentiable,
)
from symdiff.transform.adjoint.engine import Engine
from symdiff.transform.algebra import algebra
from symdiff.transform.algebra_settle import settle
from symdiff.transform.cse import cse
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.directions import by_columns, by_rows, check_arguments
from symdiff.transform.normalize import normalize
from symdiff.transform.tangent.engine import Forward

Chain = tuple[Options, ...]
Snapshots = dict[str, Function | Program]
SWEEPS = ("tangent", "reverse")


def compile_chain(
    fun: Callable[..., Any], chain: Chain, types: Mapping[str, Type]
) -> Compiled:
    """Compile a chain of transforms of a live function."""
    if len(chain) == 1 and chain[0].transform == "grad":
        return pipeline.compile_live(fun, chain[0], types)
    target = frontend.read_live(fun)
    lowered = frontend.lower(target, types)
    whole = _whole(lowered.program.main, chain)
    if whole:
        lowered = frontend.lower(target, {**types, **whole})
    primal = normalize(lowered.program)
    check(primal)
    program = primal
    stages: Snapshots = {}
    for options in chain:
        program, stages = step(afresh(program), options)
    check(program)
    stages["final"] = program
    source = pipeline.printed(program, chain[-1])
    return Compiled(program.main.name, source, primal, program, lowered, stages)


def _whole(fn: Function, chain: Chain) -> dict[str, Type]:
    """The ints that are differentiated by: they are the real numbers that they are."""
    wrt = {n for options in chain for n in positions(fn, options.argnums)[0]}
    return {p.name: FLOAT for n, p in enumerate(fn.params) if n in wrt and is_int(p)}


def step(program: Program, options: Options) -> tuple[Program, Snapshots]:
    """Apply one transform to a program."""
    fn = program.main
    require_differentiable(fn, positions(fn, options.argnums)[0])
    match options.transform:
        case "grad":
            return _gradient(program, options)
        case "elementwise":
            summed = program.with_main(_summed(program.main))
            return _gradient(summed, replace(options, transform="grad"))
        case "jvp" | "hvp":
            return _directional(program, options)
        case "vjp":
            return _pullback(program, options)
    return _jacobian(program, options)


def afresh(program: Program) -> Program:
    """The program as if a user had written it: no sweeps, no marks."""
    functions = tuple(
        replace(fn, body=map_origins(fn.body, lambda o: replace(o, sweep="")))
        for fn in program.functions
    )
    return replace(program, functions=functions)


def _name(program: Program, options: Options, suffix: str) -> str:
    return options.name or f"{program.main.name}_{suffix}"


def _gradient(program: Program, options: Options) -> tuple[Program, Snapshots]:
    wrt, single = positions(program.main, options.argnums)
    name = _name(program, options, "value_and_grad" if options.value else "grad")
    return pipeline.differentiate(
        program, wrt, single=single, name=name, options=options
    )


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
        return fn if "dce" in without else dce(fn, effects)

    return Forward(program, finish)


def _directional(program: Program, options: Options) -> tuple[Program, Snapshots]:
    """`f_jvp(x, x_dot)`; a Hessian-vector product is that of the gradient, alone."""
    wrt, _ = positions(program.main, options.argnums)
    forward = _forward(program, options.without)
    fn = program.main
    mask = tuple(n in wrt for n in range(len(fn.params)))
    name = _name(program, options, "jvp")
    if options.transform == "hvp":
        name = options.name or f"{fn.name.removesuffix('_grad')}_hvp"
    made = forward.tangent(fn, mask, name)
    _raise(forward)
    dots = made.params[len(fn.params) :]
    plain = [p for p in fn.params if p.name not in fn.captured]
    captured = [p for p in fn.params if p.name in fn.captured]
    made = replace(made, params=(*plain, *dots, *captured), captured=fn.captured)
    if options.transform == "hvp":
        made = dce(_second(made), functions_with_effects(program))
    return _assemble(program, made, tuple(forward.made.values())), {}


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


def _pullback(program: Program, options: Options) -> tuple[Program, Snapshots]:
    """`f_fwd(x)`, the entry, and before it `f_bwd(x, saved, out_bar)`."""
    wrt, _ = positions(program.main, options.argnums)
    forward, backward, made = _pair(program, wrt, options)
    fn = program.main
    kept = tuple(n for n in fn.captured if n in {p.name for p in backward.params})
    inner = [p for p in backward.params if p.name not in kept]
    last = [p for p in backward.params if p.name in kept]
    backward = replace(backward, params=(*inner, *last), captured=kept)
    forward = replace(forward, captured=fn.captured)
    known = {f.name: f for f in (*program.functions, *made, forward, backward)}
    first = reachable(backward, known, program)
    second = reachable(forward, known, program)
    both = dict.fromkeys((*first.functions, *second.functions))
    rest = [f for f in both if f not in (forward, backward)]
    return replace(program, functions=(*rest, backward, forward)), {}


def _pair(
    program: Program, wrt: tuple[int, ...], options: Options
) -> tuple[Function, Function, tuple[Function, ...]]:
    """The forward and the backward function, and the functions that they may call."""
    engine = Engine(program, pipeline.finisher(program, options))
    forward, backward = engine.pullback(wrt)
    _raise(engine)
    return forward, backward, tuple(f for pair in engine.made.values() for f in pair)


# --- Jacobians ---


def _jacobian(program: Program, options: Options) -> tuple[Program, Snapshots]:
    fn = program.main
    wrt, single = positions(fn, options.argnums)
    chosen = [fn.params[n] for n in wrt]
    check_arguments(fn, chosen)
    if options.transform == "hessian":
        name = options.name or f"{fn.name.removesuffix('_grad')}_hessian"
    else:
        name = _name(program, options, "jacobian")
    program = program.with_main(replace(fn, captured=()))
    rows = options.transform == "jacrev"
    if options.transform == "jacobian":
        rows = _rows_are_fewer(fn, chosen)
    if rows:
        forward, backward, made = _pair(program, wrt, options)
        main = by_rows(fn, (forward, backward), chosen, single, name)
        return _assemble(program, main, (*made, forward, backward)), {}
    tangents = _forward(program, options.without)
    jvps = []
    for n, var in zip(wrt, chosen, strict=True):
        mask = tuple(n == k for k in range(len(fn.params)))
        suffix = "jvp" if len(wrt) == 1 else f"jvp_{var.name}"
        jvps.append(tangents.tangent(program.main, mask, f"{fn.name}_{suffix}"))
    _raise(tangents)
    main = by_columns(fn, jvps, chosen, single, name)
    return _assemble(program, main, tuple(tangents.made.values())), {}


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
