"""The edges of `with` and `try`: what lies between them stays where it is.

    with np.errstate(divide="ignore"):      context, token = enter(manager)
        y = np.log(x)                   →   y = numpy.log(x)
                                            leave(token)

They are effects, so nothing moves across them that is not free to; and they are plain
statements in one block, so what is computed inside is there for all that follows.
`handler` begins what an exception leads to, an `if` that is never taken otherwise;
`lastly` begins what follows in any case. `verbatim` is a `try` that is kept as it is, a
function's text and what it is called with; `external` calls a function of the user's
as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import BOOL, FOREIGN, Opaque, Type
from symdiff.rules.declare import constant, rule
from symdiff.rules.infer.containers import nothing, unknown
from symdiff.rules.structure import refuse

OBJECT = Opaque("object")


def passive(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Type:
    """Something that carries no derivative."""
    return OBJECT


def _entered(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> tuple[Type, Type]:
    kind = args[0].type
    return (kind if kind == FOREIGN else OBJECT), OBJECT


def _caught(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> tuple[Type, Type]:
    return BOOL, OBJECT


constant("enter(manager)", infer=_entered, effect=True, cost="never", outs=2)
constant("attempt()", infer=passive, effect=True, cost="never")
constant("handler(token, kind)", infer=_caught, effect=True, cost="never", outs=2)
constant("lastly(token)", "leave(token)", infer=nothing, effect=True, cost="never")
rule(
    "verbatim(text, *values)",
    make=refuse("a value that is differentiated goes through an exception"),
    infer=unknown,
    effect=True,
    cost="never",
)
rule(
    "external(function, *values)",
    make=refuse("it is called as it is"),
    infer=unknown,
    effect=True,
    cost="never",
)
constant(
    "numpy.errstate(*, call=None, all=None, divide=None, over=None, under=None,"
    " invalid=None)",
    infer=passive,
    cost="never",
)
