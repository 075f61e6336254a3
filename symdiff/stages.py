"""The stages of a differentiated function, in their order.

`STAGES` is the list of passes that finish it; each maps a function of the IR to
another. An observer sees the program after every stage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from symdiff.errors import UnsupportedError, UsageError
from symdiff.ir.check import check
from symdiff.ir.nodes import Function, Program
from symdiff.ir.records import (
    VALUE,
    Branch,
    Layout,
    Tree,
    sequence,
)
from symdiff.ir.references import called
from symdiff.ir.types import Array, Length, Scalar, Tuple
from symdiff.options import Options
from symdiff.transform.adjoint.engine import Engine
from symdiff.transform.algebra import algebra
from symdiff.transform.algebra_settle import settle
from symdiff.transform.algebra_sums import sums
from symdiff.transform.borders import Chosen
from symdiff.transform.checkpoint import with_steps
from symdiff.transform.cse import cse, cse_unrecorded
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.powers import powers
from symdiff.transform.record.recorder import record
from symdiff.transform.record.shapes import borrow_shapes
from symdiff.transform.repeats import repeats
from symdiff.transform.slots import slots
from symdiff.transform.stops import inserted
from symdiff.transform.symbolic import symbolic

Pass = Callable[[Function], Function]
Observer = Callable[[str, Program], None]

STAGES: tuple[tuple[str, Pass], ...] = (
    ("algebra", algebra),
    ("cse", cse_unrecorded),
    ("symbolic", symbolic),
    ("algebra", algebra),
    ("repeats", repeats),
    ("cse", cse_unrecorded),
    ("dce", dce),
    ("shapes", borrow_shapes),
    ("record", record),
    ("algebra", algebra),
    ("cse", cse),
    ("powers", powers),
    ("slots", slots),
    ("settle", settle),
    ("sums", sums),
    ("dce", dce),
)
"""The passes over a differentiated function; all but `record` can be left out."""

OPTIONAL = (*dict.fromkeys(n for n, _ in STAGES if n != "record"), "fuse", "batch")
"""What can be left out by name.

`fuse` is the part of `record` that joins loops; `batch` puts all directions of a
Jacobian into one sweep.
"""


def gradient_tree(layout: Layout, chosen: Chosen, options: Options) -> Tree:
    """How the results of a gradient make up the user's containers."""
    if options.value:
        return sequence(layout.result, chosen.tree)
    if options.aux:
        pair = layout.result
        more = pair.items[1] if isinstance(pair, Branch) else VALUE
        return sequence(chosen.tree, more)
    return chosen.tree


def differentiate(
    primal: Program, chosen: Chosen, *, name: str, options: Options
) -> tuple[Program, dict[str, Function | Program]]:
    """The program of the gradient, and its entry after every stage."""
    primal = with_steps(primal)
    stages: dict[str, Function | Program] = {"ssa": primal}
    _require_scalar(primal.main, aux=options.aux)
    engine = Engine(primal, finisher(primal, options, name, stages))
    main = engine.gradient(chosen, value=options.value, name=name, aux=options.aux)
    if engine.findings:
        raise UnsupportedError(tuple(dict.fromkeys(engine.findings)))
    made = {f.name: f for pair in engine.made.values() for f in pair}
    program = reachable(main, {f.name: f for f in primal.functions} | made, primal)
    check(program)
    return program, stages


def finisher(
    primal: Program,
    options: Options,
    name: str = "",
    stages: dict[str, Function | Program] | None = None,
) -> Pass:
    """All stages after the sweeps; the forms of function `name` go into `stages`."""
    effects = functions_with_effects(primal)

    def finish(fn: Function) -> Function:
        seen = {} if stages is None or fn.name != name else stages
        seen["adjoint"] = fn = inserted(fn)
        for stage, change in STAGES:
            if stage in options.without:
                continue
            if stage == "dce":
                fn = dce(fn, effects)
            elif stage == "record":
                fn = record(fn, fused="fuse" not in options.without)
            else:
                fn = change(fn)
            seen[stage] = fn
        return fn

    return finish


def _require_scalar(fn: Function, *, aux: bool = False) -> None:
    kind = fn.result.type
    if aux:
        if not isinstance(kind, Tuple) or len(kind.items) != 2:
            raise UsageError(
                f"`{fn.name}` returns {kind}; with has_aux it must return a tuple "
                "`(value, aux)`"
            )
        kind = kind.items[0]
    match kind:
        case Scalar(dtype=dtype) if dtype[0] != "c":
            return
        case Array(shape=shape) if shape:
            raise UsageError(
                f"`{fn.name}` returns an array of shape {_shown(shape)}; "
                "grad needs a number: use jacobian or vjp, or sum the result"
            )
        case t if str(t).startswith(("tuple", "list", "str", "none", "c16")):
            raise UsageError(f"`{fn.name}` returns {t}, but grad needs a real number")


def _shown(shape: tuple[Length, ...]) -> str:
    return f"({', '.join(map(str, shape))})"


def reachable(
    main: Function, known: Mapping[str, Function], primal: Program
) -> Program:
    """The program of `main` and of what it calls, callees first."""
    order: dict[str, Function] = {}
    seen: set[str] = set()
    todo: list[tuple[Function, bool]] = [(main, False)]
    while todo:
        fn, done = todo.pop()
        if done:
            order[fn.name] = fn
        elif fn.name not in seen:
            seen.add(fn.name)
            todo.append((fn, True))
            calls = called(fn.body)
            todo += [(known[c], False) for c in reversed(calls) if c not in seen]
    return replace(primal, functions=tuple(order.values()))
