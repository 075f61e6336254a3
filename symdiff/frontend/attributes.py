"""Attributes: which of the many things a dot can mean."""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.instances import member, named_item
from symdiff.frontend.kinds import dtype_fact
from symdiff.frontend.library import ATTRIBUTES
from symdiff.frontend.memory import atom_of, view
from symdiff.frontend.operations import apply
from symdiff.frontend.protocols import object_member
from symdiff.frontend.values import (
    BAD,
    Bad,
    Deque,
    Dict,
    Items,
    Known,
    Listed,
    Method,
    Object,
    Plain,
    Ref,
    Step,
    Super,
    UserClass,
    Value,
)
from symdiff.frontend.words import describe
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import Array, rank


def read_attribute(frame: Frame, owner: Value, node: cst.Attribute) -> Value:
    """`x.name` as a value: not a method."""
    found = attribute_value(frame, owner, node)
    if isinstance(found, Method) and found.name == "get":
        return found
    if isinstance(found, Method):
        return frame.report(
            "SD404",
            f"the attribute `{found.name}` of a value is not known",
            node,
            help="annotate the parameter with its class, or call the gradient with "
            "an object",
        )
    return found


def attribute_value(frame: Frame, owner: Value, node: cst.Attribute) -> Value:
    """`x.name`: a member of a module, an attribute of an array, or a method."""
    name = node.attr.value
    match owner:
        case Bad():
            return BAD
        case Known():
            return member(frame, owner, name, node)
        case Object() | Super() | UserClass():
            return object_member(frame, owner, name, node)
        case Items(cls=cls) if cls is not None:
            return named_item(frame, owner, name, node)
        case Plain() | Ref():
            return _data_attribute(frame, owner, name, node)
        case Deque(limit=limit) if name == "maxlen":
            return limit if limit is not None else Plain(Const(None))
        case Items() | Dict() | Listed() | Deque():
            return Method(owner, name)
    return frame.report(
        "SD404", f"the attribute `{name}` of {describe(owner)} is not known", node
    )


def _data_attribute(
    frame: Frame, owner: Plain | Ref, name: str, node: cst.Attribute
) -> Value:
    """`x.name` of an array or a number, or a method of it."""
    if name in ATTRIBUTES:
        return _array_attribute(frame, owner, name, node)
    if name == "flat" and _is_array(frame, owner, node):
        return apply(frame, "numpy.reshape", [owner, Plain(Const(-1))], node)
    fact = dtype_fact(type_of(owner.atom), name) if isinstance(owner, Plain) else None
    return Method(owner, name) if fact is None else fact


def _is_array(frame: Frame, owner: Value, node: cst.Attribute) -> bool:
    return isinstance(type_of(atom_of(frame, owner, node)), Array)


def _array_attribute(
    frame: Frame, owner: Plain | Ref, name: str, node: cst.Attribute
) -> Value:
    op = ATTRIBUTES[name]
    if op == "numpy.transpose" and isinstance(owner, Ref):
        whole: Atom = atom_of(frame, owner, node)
        if rank(type_of(whole)) not in (None, 0):
            return view(frame, owner, Step(op), node)
    return apply(frame, op, [owner], node)
