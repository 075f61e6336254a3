"""From a function to the source of its gradient: the stages in their order.

`STAGES` is the list of passes that finish a differentiated function; each maps a
function of the IR to another. An observer sees the program after every stage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from symdiff import frontend
from symdiff.analysis.activity import differentiable
from symdiff.backend import emit
from symdiff.backend.bare import without_comments
from symdiff.errors import UnsupportedError, UsageError
from symdiff.ir.check import check
from symdiff.ir.nodes import Call, Function, Program, Var, walk
from symdiff.ir.text import dump
from symdiff.ir.types import FLOAT, Array, Length, Scalar, Tuple, Type
from symdiff.options import Argnums, Options
from symdiff.transform.adjoint.engine import Engine
from symdiff.transform.algebra import algebra
from symdiff.transform.algebra_settle import settle
from symdiff.transform.cse import cse
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.normalize import normalize
from symdiff.transform.record.recorder import record
from symdiff.transform.record.shapes import borrow_shapes
from symdiff.transform.stops import without_stops
from symdiff.transform.symbolic import symbolic

Pass = Callable[[Function], Function]
Observer = Callable[[str, Program], None]

STAGES: tuple[tuple[str, Pass], ...] = (
    ("algebra", algebra),
    ("cse", cse),
    ("symbolic", symbolic),
    ("algebra", algebra),
    ("cse", cse),
    ("dce", dce),
    ("shapes", borrow_shapes),
    ("record", record),
    ("algebra", algebra),
    ("cse", cse),
    ("settle", settle),
    ("dce", dce),
)
"""The passes over a differentiated function; all but `record` can be left out."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A gradient's source, and what it was made from.

    `snapshots` are the entry's forms after each stage, made text when asked for.
    """

    name: str
    source: str
    primal: Program
    program: Program
    lowered: frontend.Lowered
    snapshots: Mapping[str, Function | Program] = field(
        default_factory=dict, repr=False
    )

    @property
    def stages(self) -> dict[str, str]:
        """The text of every stage, by its name."""
        return {name: dump(form) for name, form in self.snapshots.items()}

    @property
    def primal_ir(self) -> str:
        """The SSA form before differentiation, as text."""
        return dump(self.primal)

    @property
    def adjoint_ir(self) -> str:
        """The SSA form after differentiation, as text."""
        return dump(self.program)


def compile_text(
    text: str,
    filename: str,
    name: str | None,
    options: Options,
    types: Mapping[str, Type],
) -> Compiled:
    """Compile a function of a piece of text, without executing any of it."""
    return compile_target(frontend.read_text(text, filename, name), options, types)


def compile_live(
    fun: Callable[..., Any], options: Options, types: Mapping[str, Type]
) -> Compiled:
    """Compile a live function."""
    return compile_target(frontend.read_live(fun), options, types)


def compile_target(
    target: frontend.Target, options: Options, types: Mapping[str, Type]
) -> Compiled:
    """Compile a function that has been read."""
    lowered = frontend.lower(target, types)
    primal = normalize(lowered.program)
    check(primal)
    wrt, single = positions(primal.main, options.argnums)
    whole = {p.name: FLOAT for p in (primal.main.params[n] for n in wrt) if is_int(p)}
    if whole:
        # A Python int is differentiated as the real number that it is.
        return compile_target(target, options, {**types, **whole})
    require_differentiable(primal.main, wrt)
    suffix = "value_and_grad" if options.value else "grad"
    name = options.name or f"{primal.main.name}_{suffix}"
    program, stages = differentiate(
        primal, wrt, single=single, name=name, options=options
    )
    return Compiled(name, printed(program, options), primal, program, lowered, stages)


def printed(program: Program, options: Options) -> str:
    """The source of a finished program."""
    source = emit(without_stops(program))
    return without_comments(source) if options.comments == "none" else source


def positions(fn: Function, argnums: Argnums) -> tuple[tuple[int, ...], bool]:
    """The positions that `argnums` names, and whether it is a single one."""
    single = not isinstance(argnums, tuple)
    keys = argnums if isinstance(argnums, tuple) else (argnums,)
    names = [p.name for p in fn.params if p.name not in fn.captured]
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


def differentiate(
    primal: Program, wrt: tuple[int, ...], *, single: bool, name: str, options: Options
) -> tuple[Program, dict[str, Function | Program]]:
    """The program of the gradient, and its entry after every stage."""
    stages: dict[str, Function | Program] = {"ssa": primal}
    _require_scalar(primal.main, aux=options.aux)
    engine = Engine(primal, finisher(primal, options, name, stages))
    main = engine.gradient(
        wrt, value=options.value, single=single, name=name, aux=options.aux
    )
    if engine.findings:
        raise UnsupportedError(tuple(dict.fromkeys(engine.findings)))
    made = {f.name: f for pair in engine.made.values() for f in pair}
    program = reachable(main, {f.name: f for f in primal.functions} | made, primal)
    check(program)
    stages["final"] = program
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
        seen["adjoint"] = fn
        for stage, change in STAGES:
            if stage in options.without:
                continue
            fn = dce(fn, effects) if stage == "dce" else change(fn)
            seen[stage] = fn
        return fn

    return finish


def is_int(param: Var) -> bool:
    """Whether a parameter is an int, which is differentiated as the real number."""
    return isinstance(param.type, Scalar) and param.type.dtype[0] in "iu"


def require_differentiable(fn: Function, wrt: tuple[int, ...]) -> None:
    """Refuse parameters that cannot carry a derivative."""
    for param in (fn.params[n] for n in wrt):
        if not differentiable(param.type):
            raise UsageError(
                f"`{param.name}` of `{fn.name}` is of type {param.type}, which has no "
                "derivative; pass floats, float arrays, or tuples and lists of them"
            )


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
    todo: list[tuple[Function, bool]] = [(main, False)]
    while todo:
        fn, done = todo.pop()
        if done:
            order[fn.name] = fn
        elif fn.name not in order:
            todo.append((fn, True))
            calls = dict.fromkeys(
                s.function for s in walk(fn.body) if isinstance(s, Call)
            )
            todo += [(known[c], False) for c in reversed(calls) if c not in order]
    return replace(primal, functions=tuple(order.values()))
