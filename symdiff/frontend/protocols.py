"""What Python asks an object for by special names: operators, length; `super()`."""

from __future__ import annotations

from collections.abc import Sequence
from types import FunctionType

import libcst as cst

from symdiff.frontend.classes import ClassText
from symdiff.frontend.frame import Frame
from symdiff.frontend.functions import call_user
from symdiff.frontend.instances import class_member, method_text, object_attribute
from symdiff.frontend.lookup import is_instance
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bound,
    Known,
    Object,
    Super,
    UserClass,
    UserFunction,
    Value,
)

OPERATORS = {
    "add": ("__add__", "__radd__"),
    "sub": ("__sub__", "__rsub__"),
    "mul": ("__mul__", "__rmul__"),
    "truediv": ("__truediv__", "__rtruediv__"),
    "floordiv": ("__floordiv__", "__rfloordiv__"),
    "mod": ("__mod__", "__rmod__"),
    "pow": ("__pow__", "__rpow__"),
    "matmul": ("__matmul__", "__rmatmul__"),
    "neg": ("__neg__",),
    "pos": ("__pos__",),
    "lt": ("__lt__", "__gt__"),
    "le": ("__le__", "__ge__"),
    "gt": ("__gt__", "__lt__"),
    "ge": ("__ge__", "__le__"),
    "eq": ("__eq__", "__eq__"),
    "contains": ("__contains__",),
}
"""The methods of the operand and of the other one, for each operator."""


def call_operator(
    frame: Frame, op: str, operands: Sequence[Value], node: cst.CSTNode
) -> Value | None:
    """An operator on objects of the user's classes; None if there are none."""
    if not any(isinstance(v, Object | Known) for v in operands):
        return None
    for at, name in enumerate(OPERATORS.get(op, ())[: len(operands)]):
        owner = operands[at]
        rest = [v for n, v in enumerate(operands) if n != at]
        found = call_special(frame, owner, name, rest, node)
        if found is not None:
            return found
    return None


def call_special(
    frame: Frame, owner: Value, name: str, args: Sequence[Value], node: cst.CSTNode
) -> Value | None:
    """Call a special method of an object's class; None if it has none."""
    cls = _class_of(frame, owner)
    method = None if cls is None else cls.method(name)
    if method is None:
        return None
    text = method_text(frame, method)
    return call_user(frame, text, None, (), [owner, *args], {}, node)


def _class_of(frame: Frame, owner: Value) -> ClassText | None:
    match owner:
        case Object(cls=cls):
            return cls
        case Known(object=found) if is_instance(found):
            return frame.session.class_of(type(found))
    return None


def call_protocol(
    frame: Frame, function: object, args: Sequence[Value], node: cst.CSTNode
) -> Value | None:
    """The builtins that ask an object by special names; None if this is none."""
    if function is super:
        return lower_super(frame, args, node)
    if function is object.__init__:
        return NOTHING
    if function is len and len(args) == 1:
        return call_special(frame, args[0], "__len__", [], node)
    return None


def object_member(
    frame: Frame, owner: Object | Super | UserClass, name: str, node: cst.CSTNode
) -> Value:
    """The attribute of an object, of its class, or of what comes after that."""
    match owner:
        case Object():
            return object_attribute(frame, owner, name, node)
        case Super():
            return super_attribute(frame, owner, name, node)
    return class_member(frame, owner.text, name, node)


# ---- super


def lower_super(frame: Frame, args: Sequence[Value], node: cst.CSTNode) -> Value:
    """`super()`, which Python finds by the class that the method is written in."""
    text = frame.scope.text
    found = text.resolver.find("__class__")
    if args or found is None or not isinstance(found.object, type):
        return frame.report(
            "SD404",
            "`super` is followed without arguments, in a method of a live class",
            node,
            help="call the method of the base class: `Base.method(self, x)`",
        )
    first = text.parameters[0].name
    receiver = frame.state.names.get((frame.scope.number, first), BAD)
    return Super(found.object, receiver)


def super_attribute(frame: Frame, owner: Super, name: str, node: cst.CSTNode) -> Value:
    """What the classes after the method's own have under a name."""
    cls = _live_class(frame, owner.receiver)
    order = () if cls is None else cls.__mro__
    rest = order[order.index(owner.cls) + 1 :] if owner.cls in order else ()
    found = next((vars(base)[name] for base in rest if name in vars(base)), None)
    match found:
        case FunctionType():
            text = frame.session.text_of(found)
            if isinstance(owner.receiver, UserClass):
                return UserFunction(text)
            return Bound(text, owner.receiver)
        case staticmethod(__func__=FunctionType() as inner):
            return UserFunction(frame.session.text_of(inner))
        case classmethod(__func__=FunctionType() as inner):
            made = UserClass(frame.session.class_of(cls)) if cls else BAD
            return Bound(frame.session.text_of(inner), made)
        case property(fget=FunctionType() as getter):
            text = frame.session.text_of(getter)
            return call_user(frame, text, None, (), [owner.receiver], {}, node)
    if found is object.__init__:
        return Known(found, "builtins.object.__init__")
    return frame.report("SD404", f"`super()` has no attribute `{name}`", node)


def _live_class(frame: Frame, receiver: Value) -> type | None:
    if isinstance(receiver, UserClass):
        return receiver.text.live
    cls = _class_of(frame, receiver)
    return None if cls is None else cls.live
