"""Functions whose result surely is a view: a store through it is seen in the array.

v = a.reshape(-1)      →      a step of `v`'s path; `v[0] = 1.0` puts it back
v[0] = 1.0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import SHAPED, atom_of, view
from symdiff.frontend.values import Bad, Items, Plain, Ref, Step, Value
from symdiff.ir.nodes import UNDEF, Atom, Const
from symdiff.ir.types import Array, rank

_AXES = frozenset({"numpy.transpose", "numpy.swapaxes", "numpy.moveaxis"})
_SAME = frozenset({"numpy.asarray", "numpy.asanyarray", "numpy.atleast_1d"})


def exact_view(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """A view of the first argument; None if the result may be a copy, or surely is."""
    if not args or not isinstance(args[0], Ref):
        return None
    owner = args[0]
    if any(isinstance(v, Bad) for v in (*args, *kwargs.values())):
        return None
    if (op not in _AXES and op not in SHAPED and op not in _SAME) or "order" in kwargs:
        return None
    whole = atom_of(frame, owner, node)
    if whole == UNDEF or not rank(type_of(whole)):
        return None
    rest = tuple(_fixed(frame, value, node) for value in args[1:])
    named = {name: _fixed(frame, value, node) for name, value in kwargs.items()}
    if op in _SAME:
        return None if rest or named else owner
    if op in ("numpy.reshape", "numpy.ravel") and not _in_a_row(frame, owner, whole):
        return None
    if op == "numpy.transpose" and rest:
        named, rest = {"axes": rest[0]}, ()
    return None if UNDEF in rest else _step(frame, owner, op, rest, named, node)


def _fixed(frame: Frame, value: Value, node: cst.CSTNode) -> Atom:
    """A value as an atom; a tuple of constants is a constant."""
    if isinstance(value, Items):
        atoms = [v.atom for v in value.items if isinstance(v, Plain)]
        known = [a.value for a in atoms if isinstance(a, Const) and not a.name]
        if len(known) == len(value.items):
            return Const(tuple(known))
    return atom_of(frame, value, node)


def _step(
    frame: Frame,
    owner: Ref,
    op: str,
    rest: tuple[Atom, ...],
    named: dict[str, Atom],
    node: cst.CSTNode,
) -> Value | None:
    fixed = all(isinstance(a, Const) for a in (*rest, *named.values()))
    if op in _AXES and not fixed:
        return None
    if "order" in named or len(rest) > 2:
        return None
    try:
        return view(frame, owner, Step(op, rest, tuple(named.items())), node)
    except TypeError:
        return None  # The call is reported when it is lowered as an operation.


def _in_a_row(frame: Frame, owner: Ref, whole: Atom) -> bool:
    """Whether reshaping gives a view: of a vector, or of what was made in a row."""
    known = type_of(whole)
    line = isinstance(known, Array) and rank(known) == 1
    return line or (not owner.path and frame.cell(owner.cell).packed)


def flat_step() -> Step:
    """The step from an array to all of its items in a row."""
    return Step("numpy.reshape", (Const(-1),))


def flat_place(frame: Frame, owner: Value, node: cst.Attribute) -> Value:
    """`x.flat` as a place: it always leads to the items of `x` itself."""
    known = isinstance(owner, Ref) and type_of(atom_of(frame, owner, node))
    if isinstance(owner, Ref) and isinstance(known, Array):
        return view(frame, owner, flat_step(), node)
    return frame.engine.evaluate(frame, node)
