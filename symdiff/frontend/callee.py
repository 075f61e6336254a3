"""What a derivative is taken of: a text, and which arguments it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.instances import object_attribute
from symdiff.frontend.source import FunctionText
from symdiff.frontend.values import (
    Bad,
    Bound,
    Closure,
    Object,
    Partial,
    UserFunction,
    Value,
)
from symdiff.frontend.words import describe
from symdiff.options import Options


@dataclass(frozen=True, slots=True)
class Callee:
    """A function by its text: the `closure` if it is one, and arguments it has.

    `first` are its first arguments, as the object of a method; `named` others.
    """

    text: FunctionText
    closure: Closure | None = None
    first: tuple[Value, ...] = ()
    named: Mapping[str, Value] = field(default_factory=dict)

    @property
    def shown(self) -> list[str]:
        """The names of the parameters that it is called with."""
        return [p.name for p in self.text.parameters[len(self.first) :]]


def callee_of(frame: Frame, function: Value, node: cst.CSTNode) -> Callee | None:
    """What a derivative is taken of; None, with a finding, if its text is not known."""
    match function:
        case Bad():
            return None
        case UserFunction(text=text):
            return Callee(text)
        case Closure(text=text):
            return Callee(text, function)
        case Bound(text=text, receiver=receiver):
            return Callee(text, None, (receiver,))
        case Partial(function=inner, args=args, kwargs=kwargs):
            found = callee_of(frame, inner, node)
            if found is None:
                return None
            named = {**found.named, **dict(kwargs)}
            return replace(found, first=(*found.first, *args), named=named)
        case Object():
            method = object_attribute(frame, function, "__call__", node)
            return callee_of(frame, method, node)
    frame.report(
        "SD204",
        f"the derivative of {describe(function)} is asked for",
        node,
        help="define a function that calls it, and take the derivative of that",
    )
    return None


def tangent_names(
    shown: Sequence[str], chain: tuple[Options, ...]
) -> tuple[tuple[str, ...], set[str]] | str:
    """The tangents that transforms add to parameters, and what is differentiated by.

    What is wrong with the `argnums`, if something is.
    """
    names, wrt = list(shown), set[str]()
    for options in chain:
        keys = options.argnums
        chosen: list[str] = []
        for key in keys if isinstance(keys, tuple) else (keys,):
            if isinstance(key, str) and key in names:
                chosen.append(key)
            elif isinstance(key, int) and -len(names) <= key < len(names):
                chosen.append(names[key])
            else:
                return f"has no parameter {key!r}"
        wrt |= set(chosen)
        for name in chosen if options.transform in ("jvp", "hvp") else ():
            dot = f"{name}_dot"
            while dot in names:
                dot += "_"
            names.append(dot)
    return tuple(names[len(shown) :]), wrt & set(shown)


def split(
    args: list[Value],
    kwargs: dict[str, Value],
    dots: Sequence[str],
    tangents: list[Value],
) -> tuple[list[Value], dict[str, Value], list[Value]] | None:
    """Arguments and tangents apart; None if a tangent is missing."""
    if not dots or len(tangents) == len(dots):
        return args, kwargs, tangents
    if all(dot in kwargs for dot in dots):
        ways = [kwargs.pop(dot) for dot in dots]
        return args, kwargs, ways
    if tangents or len(args) < len(dots):
        return None
    return args[: -len(dots)], kwargs, args[-len(dots) :]
