"""The derivative of one operation, as numbers: its cotangent in, its operands' out.

The compiler differentiates a function of that operation alone, for the types at hand,
and the reference interpreter runs it. So a trace shows what the rules say, and there
is no second table of derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from symdiff.errors import InternalError, UnsupportedError
from symdiff.explain.record import Event, Slot, kind_of
from symdiff.ir.meaning import meaning
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Call,
    Function,
    Program,
    Return,
    Stmt,
    Var,
    walk,
)
from symdiff.ir.run import run
from symdiff.ir.types import INT, Tuple, Type
from symdiff.modes import forward_mode, refuse
from symdiff.options import Options
from symdiff.rules import registry
from symdiff.stages import OPTIONAL, finisher
from symdiff.transform.adjoint.engine import Engine

_PLAIN = Options(without=frozenset(OPTIONAL) - {"dce"})
"""Nothing is simplified: this is run, and not read."""

Key = tuple[object, ...]


@dataclass(slots=True)
class Locals:
    """The derivatives of operations, each compiled once for its types."""

    made: dict[Key, Function] = field(default_factory=dict)

    def cotangents(self, event: Event, bars: list[Any]) -> dict[int, Any]:
        """What the cotangents of the results add to those of the arguments.

        `bars` has one for each result, None for zero. Keys are positions of arguments.
        Raises `UnsupportedError` if the operation has no derivative in this form.
        """
        filled = [
            meaning("zeros")(out.value) if bar is None else bar
            for out, bar in zip(event.outs, bars, strict=True)
        ]
        seed = filled[0] if len(filled) == 1 else tuple(filled)
        fn = self._adjoint(event)
        given = [arg.value for n, arg in enumerate(event.args) if _is_var(event, n)]
        found = run(Program((fn,)), *given, seed)
        parts = (found,) if len(event.reached) == 1 else found
        return dict(zip(event.reached, parts, strict=True))

    def local(self, event: Event, at: int) -> Any:
        """The number or array that the upstream is multiplied by, entry by entry.

        None where a product of that kind is not what the derivative is: for a matrix
        product, a sum along an axis, an operand that was broadcast.
        """
        if len(event.outs) != 1:
            return None
        out, operand = event.outs[0].value, event.args[at].value
        if not (_is_number(out) and _is_number(operand)):
            return None
        entry = registry.find(event.stmt.op)
        alike = np.shape(out) == np.shape(operand)
        if np.shape(out) != () and not (alike and entry and entry.elementwise):
            return None
        one = np.ones_like(out) if isinstance(out, np.ndarray) else type(out)(1)
        return self.cotangents(event, [one])[at]

    def tangent(self, event: Event, dots: list[Any]) -> list[Any]:
        """The derivative of the results in a direction of the arguments reached.

        Raises `UnsupportedError` if the operation has none in forward mode.
        """
        atoms, results = _types(event)
        fn, mask = _alone(event, atoms, results)
        program = Program((fn,))
        forward = forward_mode(program, _PLAIN.without)
        made = forward.tangent(fn, mask, "local_jvp")
        refuse(forward)
        given = [arg.value for n, arg in enumerate(event.args) if _is_var(event, n)]
        found = run(Program((made,)), *given, *dots)[1]
        return [found] if len(results) == 1 else list(found)

    def _adjoint(self, event: Event) -> Function:
        stmt = event.stmt
        atoms, results = _types(event)
        kinds = tuple(a.type if isinstance(a, Var) else a for a in atoms)
        names = tuple(name for name, _ in stmt.kwargs)
        key: Key = (stmt.op, kinds, names, results, event.reached)
        if key not in self.made:
            self.made[key] = _compile(event, atoms, results)
        return self.made[key]


def _types(event: Event) -> tuple[list[Atom], tuple[Type, ...]]:
    """The arguments of an operation as parameters `a0`, `a1`, its results' types."""
    stmt = event.stmt
    every = [*stmt.args, *(a for _, a in stmt.kwargs)]
    atoms: list[Atom] = [
        Var(f"a{n}", _kind(arg, atom), f"a{n}") if isinstance(atom, Var) else atom
        for n, (arg, atom) in enumerate(zip(event.args, every, strict=True))
    ]
    pairs = zip(event.outs, stmt.outs, strict=True)
    return atoms, tuple(kind_of(out.value, var.type) for out, var in pairs)


def _alone(
    event: Event, atoms: list[Atom], results: tuple[Type, ...]
) -> tuple[Function, tuple[bool, ...]]:
    """The function that is this one operation, and what a derivative goes to in it."""
    stmt, count = event.stmt, len(event.stmt.args)
    outs = tuple(Var(f"y{n}", kind, f"y{n}") for n, kind in enumerate(results))
    names = (name for name, _ in stmt.kwargs)
    kwargs = tuple(zip(names, atoms[count:], strict=True))
    body: list[Stmt] = [Apply(outs, stmt.op, tuple(atoms[:count]), kwargs, stmt.origin)]
    result = outs[0]
    if len(outs) > 1:
        result = Var("y", Tuple(results), "y")
        body.append(Apply((result,), "tuple", outs, (), stmt.origin))
    params = [atom for atom in atoms if isinstance(atom, Var)]
    fn = Function("local", tuple(params), (*body, Return(result, stmt.origin)))
    return fn, tuple(int(p.name[1:]) in event.reached for p in params)


def _compile(event: Event, atoms: list[Atom], results: tuple[Type, ...]) -> Function:
    """The joint adjoint of a function that is this one operation."""
    stmt = event.stmt
    fn, mask = _alone(event, atoms, results)
    program = Program((fn,))
    engine = Engine(program, finisher(program, _PLAIN))
    engine.derive(fn.name, mask)
    if engine.findings:
        raise UnsupportedError(tuple(dict.fromkeys(engine.findings)))
    ((made,),) = engine.made.values()
    if any(isinstance(s, Call) for s in walk(made.body)):
        raise InternalError(f"the derivative of `{stmt.op}` calls a function")
    return made


def _is_var(event: Event, at: int) -> bool:
    stmt = event.stmt
    every = (*stmt.args, *(a for _, a in stmt.kwargs))
    return isinstance(every[at], Var)


def _kind(arg: Slot, atom: Var) -> Type:
    """The type of an argument; an int's value is no part of it."""
    return INT if type(arg.value) is int else kind_of(arg.value, atom.type)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex | np.generic | np.ndarray)
