"""The two modes on a whole program, and what the transforms make of them."""

from __future__ import annotations

from dataclasses import replace

from symdiff.errors import UnsupportedError
from symdiff.ir.check import check
from symdiff.ir.nodes import Function, Program, Return, Var
from symdiff.ir.records import Layout
from symdiff.options import Options
from symdiff.stages import Pass, finisher, reachable
from symdiff.transform.adjoint.engine import Engine
from symdiff.transform.algebra import algebra
from symdiff.transform.algebra_settle import settle
from symdiff.transform.algebra_sums import sums
from symdiff.transform.borders import Chosen, packed, returning
from symdiff.transform.cse import cse
from symdiff.transform.dce import dce
from symdiff.transform.dce import effectful as functions_with_effects
from symdiff.transform.tangent.engine import Forward

Snapshots = dict[str, Function | Program]
Made = tuple[Program, dict[str, Layout], Snapshots]
"""A transformed program, the layouts of its entry points, its stages."""

SWEEPS = ("tangent", "reverse")


def named(program: Program, options: Options, suffix: str) -> str:
    """The name of what is made of a program's entry."""
    return options.name or f"{program.main.name}_{suffix}"


def forward_mode(program: Program, without: frozenset[str]) -> Forward:
    """Forward mode for the functions of a program, each simplified when it is made."""
    return Forward(program, tidying(program, without))


def tidying(program: Program, without: frozenset[str]) -> Pass:
    """The passes over what is already plain SSA, with derivatives in it."""
    effects = functions_with_effects(program)

    def finish(fn: Function) -> Function:
        for _ in range(2):
            fn = fn if "algebra" in without else algebra(fn, SWEEPS)
            fn = fn if "cse" in without else cse(fn, SWEEPS)
        fn = fn if "settle" in without else settle(fn, SWEEPS)
        fn = fn if "sums" in without else sums(fn, SWEEPS)
        return fn if "dce" in without else dce(fn, effects)

    return finish


def second(fn: Function) -> Function:
    """The function that returns the second item of the returned pair only."""
    before, (_, value) = packed(fn)
    doc = fn.doc.replace("Value of", "Derivative of").replace(
        ", and its derivative", ""
    )
    return replace(fn, body=(*before, Return(value, fn.body[-1].origin)), doc=doc)


def refuse(made: Forward | Engine) -> None:
    """Raise `UnsupportedError` with everything that has no derivative."""
    if made.findings:
        raise UnsupportedError(tuple(dict.fromkeys(made.findings)))


def assembled(program: Program, main: Function, made: tuple[Function, ...]) -> Program:
    """The program of `main` and of what it calls."""
    known = {f.name: f for f in (*program.functions, *made)}
    out = reachable(main, known, program)
    check(out)
    return out


def pulled_back(
    program: Program, chosen: Chosen, options: Options, flat: bool = False
) -> tuple[Function, Function, tuple[Function, ...]]:
    """The forward and the backward function, and the functions that they may call.

    The backward function returns what is asked for, or if `flat` its leaves in a row.
    """
    engine = Engine(program, finisher(program, options))
    forward, backward = engine.pullback(chosen)
    refuse(engine)
    order = [chosen.leaves.index(n) for n in sorted(chosen.leaves)]
    nest = tuple(range(len(order))) if flat and len(order) > 1 else chosen.nest
    backward = returning(backward, 0 if flat and len(order) == 1 else nest, order)
    return forward, backward, tuple(f for pair in engine.made.values() for f in pair)


def inner_name(fn: Function) -> str:
    """The name of the function that a gradient is of."""
    return fn.name.removesuffix("_grad")


def direction_doc(fn: Function, wrt: list[Var]) -> str:
    """What the derivative of a gradient in a direction is."""
    listed = ", ".join(f"{v.name}_dot" for v in wrt)
    return f"Hessian of `{inner_name(fn)}` times {listed}."
