"""Loops over a generator: each iteration begins with the computation of its item.

    for x in (f(y) for y in ys if c(y)):     →     for y in ys:
        body                                           if c(y):
                                                           x = f(y)
                                                           body

That is when Python computes it, so that the generator may read what the body changes.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from symdiff.frontend.assign import assign
from symdiff.frontend.branches import decide, fork
from symdiff.frontend.frame import Frame
from symdiff.frontend.iterators import library_object
from symdiff.frontend.scope import Scope, has_exit, target_names

_OUTSIDE = (cst.NamedExpr, cst.Await)
"""What reaches out of the scope of a generator."""


@dataclass(frozen=True, slots=True)
class Production:
    """What a generator does for each item: `elt for target in iter if tests`."""

    target: cst.BaseExpression
    iter: cst.BaseExpression
    tests: Sequence[cst.BaseExpression]
    elt: cst.BaseExpression

    def scope(self, frame: Frame) -> Scope:
        """A scope for the generator's own names."""
        around, names = frame.scope, frozenset(target_names(self.target))
        number = frame.scope_number()
        return replace(around, number=number, locals=names, parent=around)


def production(frame: Frame, node: cst.BaseExpression) -> Production | None:
    """The production of a generator, or a `map` or `filter` of a lambda, else None."""
    if has_exit(node, _OUTSIDE):
        return None
    match node:
        case cst.GeneratorExp(
            elt=elt,
            for_in=cst.CompFor(
                target=target, iter=over, ifs=ifs, inner_for_in=None, asynchronous=None
            ),
        ):
            return Production(target, over, tuple(i.test for i in ifs), elt)
        case cst.Call(
            func=func,
            args=[
                cst.Arg(value=cst.Lambda(params=params, body=body), star=""),
                cst.Arg(value=over, star=""),
            ],
        ) if (item := _only(params)) is not None:
            made = library_object(frame, func)
            if has_exit(body, _OUTSIDE):
                return None
            if made is builtins.map:
                return Production(item, over, (), body)
            if made is builtins.filter:
                return Production(item, over, (body,), item)
    return None


def _only(params: cst.Parameters) -> cst.Name | None:
    """The only parameter of a lambda, if it has no default."""
    match params:
        case cst.Parameters(
            params=[cst.Param(name=name, default=None)],
            star_arg=cst.MaybeSentinel(),
            kwonly_params=[],
            star_kwarg=None,
            posonly_params=[],
        ):
            return name
    return None


def produce(
    frame: Frame, node: cst.For, made: Production, scope: Scope, at: int = 0
) -> None:
    """Lower an iteration from the condition number `at` on."""
    if at == len(made.tests):
        with frame.inside(scope):
            value = frame.engine.evaluate(frame, made.elt)
        assign(frame, node.target, value, node.target)
        frame.engine.suite(frame, node.body)
        return
    place = made.tests[at]
    with frame.inside(scope):
        test = decide(frame, frame.engine.evaluate(frame, place), place)
    fork(
        frame,
        test,
        lambda: produce(frame, node, made, scope, at + 1),
        lambda: None,
        (place, node),
        (),
    )
