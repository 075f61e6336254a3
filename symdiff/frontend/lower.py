"""The front door: a target and the types of its parameters → a program."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdiff.errors import UnsupportedError
from symdiff.frontend.arguments import as_floats
from symdiff.frontend.engine import Lowering
from symdiff.frontend.entry import entry_parameters, header_place
from symdiff.frontend.finish import finish
from symdiff.frontend.read import Target
from symdiff.frontend.recursion import ATTEMPTS, Recursion
from symdiff.frontend.session import Derive, Guard, Restart, Session, TypeGuard
from symdiff.frontend.source import signature
from symdiff.frontend.summary import NotFirstOrder, literal_default
from symdiff.ir.nodes import Program
from symdiff.ir.records import PLAIN, Layout, Part

Capture = tuple[str, Callable[[], Any]]


@dataclass(frozen=True)
class Lowered:
    """A program, and what of the user's module has gone into it.

    `captures` are the arrays and containers that are passed as the trailing
    keyword-only parameters, each with what asks for it; `guards` must hold at every
    call. The `layout` says how parameters and result make up the user's containers.
    """

    program: Program = field(repr=False)
    captures: tuple[Capture, ...]
    guards: tuple[Guard | TypeGuard, ...]
    signature: inspect.Signature
    layout: Layout = PLAIN


def lower(
    target: Target,
    types: Mapping[str, Part],
    statics: Mapping[str, Any] | None = None,
    whole: Collection[str] = (),
    follow: Collection[str] = (),
    derive: Derive | None = None,
) -> Lowered:
    """Lower a function for parameters of the given types.

    A parameter without one has the type of its annotation; the values of `statics` are
    compiled in. The leaves `whole` of containers are ints that are taken as floats.
    The library functions named in `follow` are lowered by their text. What `derive`
    makes of programs is called where functions ask for derivatives.
    Raises `UnsupportedError` with every place that is not supported.
    """
    session = Session(frozenset(follow), derive=derive)
    session.keep(target.function)
    known: dict[Hashable, Recursion] = {}
    for _ in range(ATTEMPTS):
        engine = Lowering(session, known)
        try:
            return _attempt(engine, target, types, statics or {}, whole)
        except Restart:
            session = session.again()
    text = target.function
    message = f"`{text.name}` calls itself with arguments of ever new types"
    session.findings.report(
        "SD110", message, header_place(text), help="write it as a loop"
    )
    session.findings.raise_any()
    raise UnsupportedError(())


def _attempt(
    engine: Lowering,
    target: Target,
    types: Mapping[str, Part],
    statics: Mapping[str, Any],
    whole: Collection[str],
) -> Lowered:
    """Lower a function with what is known so far of those that call themselves."""
    session, text = engine.session, target.function
    given = entry_parameters(session, target, types, statics)
    given = as_floats(given, whole) if whole else given
    try:
        found = engine.function(text, given, entry=True)
    except NotFirstOrder:
        message = f"`{text.name}` returns a function"
        session.findings.report("SD130", message, header_place(text))
        session.findings.raise_any()
        raise UnsupportedError(()) from None
    session.findings.raise_any()
    known = {f.function.name: f.function for f in session.functions.values()}
    known |= session.outlined
    program = finish(found.function, known, session.constants)
    captures = tuple((c.name, c.getter) for c in found.captures)
    guards = tuple(session.guards.values())
    return Lowered(program, captures, guards, _signature(target), found.layout)


def _signature(target: Target) -> inspect.Signature:
    """The target's signature, with the constant defaults of a text."""
    text = target.function
    found = signature(text, 0 if target.receiver is None else 1)
    params = []
    for param in found.parameters.values():
        const = literal_default(text, param.name) if param.default is ... else None
        params.append(param if const is None else param.replace(default=const.value))
    return found.replace(parameters=params)
