"""The types of the methods of ufuncs."""

from __future__ import annotations

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import Type
from symdiff.rules.infer.common import Kwargs, promote, result, shape_in
from symdiff.rules.infer.elementwise import typed
from symdiff.rules.registry import Infer


def reduced(infer: Infer) -> Infer:
    """Inference of a reduction whose default axis is the first one."""

    def along(args: tuple[Atom, ...], kwargs: Kwargs) -> Type | tuple[Type, ...]:
        return infer(args, {"axis": Const(0), **kwargs})

    return along


def outer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The shapes of the operands one after the other."""
    types = [a.type for a in args]
    a, b = (shape_in(t) for t in types)
    dtype = promote(types)
    if a is None or b is None:
        return typed(dtype, None, types)
    return result(dtype, a + b)
