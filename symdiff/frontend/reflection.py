"""Functions of Python's own about objects: `getattr`, `dataclasses.replace`, copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.copying import copied
from symdiff.frontend.frame import Frame
from symdiff.frontend.instances import object_attribute, store_attribute
from symdiff.frontend.memory import bind
from symdiff.frontend.records import new_dict
from symdiff.frontend.values import BAD, NOTHING, Dict, Items, Object, Plain, Value
from symdiff.ir.nodes import Const


def object_call(
    frame: Frame,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """A call about an object that is known attribute by attribute, or a copy."""
    if name in ("copy.copy", "copy.deepcopy") and len(args) == 1 and not kwargs:
        return copied(frame, args[0], name == "copy.deepcopy", node)
    if not args or not isinstance(args[0], Object):
        return None
    owner = args[0]
    match name, len(args):
        case "builtins.getattr" | "builtins.hasattr" | "builtins.setattr", _:
            return _attribute(frame, name, owner, args[1:], node)
        case "dataclasses.asdict" | "dataclasses.astuple", 1:
            return _fields(frame, name, owner, node)
        case "dataclasses.replace" | "copy.replace", 1:
            return _replaced(frame, owner, kwargs, node)
    return None


def _attribute(
    frame: Frame, call: str, owner: Object, rest: Sequence[Value], node: cst.CSTNode
) -> Value | None:
    match rest:
        case [Plain(atom=Const(value=str() as name)), *more]:
            pass
        case _:
            return None
    has = _has(frame, owner, name)
    if call == "builtins.hasattr":
        return Plain(Const(has))
    if call == "builtins.setattr":
        store_attribute(frame, owner, name, more[0], node)
        return NOTHING
    if not has and more:
        return more[0]
    return object_attribute(frame, owner, name, node)


def _has(frame: Frame, owner: Object, name: str) -> bool:
    """Whether an object has an attribute, by itself or by its class."""
    own = (owner.number, name) in frame.state.names
    live = owner.cls.live
    if own or live is None:
        return own or owner.cls.method(name) is not None
    return any(name in vars(base) for base in live.__mro__)


def _values(frame: Frame, owner: Object) -> dict[str, Value]:
    names = frame.state.names.items()
    return {name: v for (number, name), v in names if number == owner.number}


def _fields(frame: Frame, call: str, owner: Object, node: cst.CSTNode) -> Value | None:
    """The fields of a dataclass whose values are no containers of their own."""
    names = [item.name for item in owner.cls.fields() or ()]
    values = [frame.state.names.get((owner.number, name), BAD) for name in names]
    if not names or any(isinstance(v, Object | Dict | Items) for v in values):
        return None
    if call == "dataclasses.astuple":
        return Items(tuple(values))
    entries = [(Const(n), v) for n, v in zip(names, values, strict=True)]
    return new_dict(frame, entries, node)


def _replaced(
    frame: Frame, owner: Object, kwargs: Mapping[str, Value], node: cst.CSTNode
) -> Value | None:
    """Another object with the same attributes but for those that are given."""
    if owner.cls.method("__post_init__") is not None:
        return None
    values = _values(frame, owner)
    if not kwargs.keys() <= values.keys():
        return None
    made = Object(frame.scope_number(), owner.cls)
    for name, value in {**values, **kwargs}.items():
        bind(frame, (made.number, name), value, node, alias=False)
    if owner.number in frame.records:
        frame.records[made.number] = frame.records[owner.number]
    return made
