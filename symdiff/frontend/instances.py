"""Members of modules and objects: of live ones, and of those that a program makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

import libcst as cst

from symdiff.frontend.classes import ClassText, Field, class_attribute
from symdiff.frontend.constants import fold
from symdiff.frontend.frame import Frame
from symdiff.frontend.functions import call_user, leaf_of
from symdiff.frontend.library import is_constant, is_library
from symdiff.frontend.lookup import from_global, from_object, is_instance
from symdiff.frontend.memory import bind
from symdiff.frontend.operations import apply
from symdiff.frontend.records import new_dict
from symdiff.frontend.source import FunctionText, Global
from symdiff.frontend.values import (
    BAD,
    Bad,
    Bound,
    Items,
    Known,
    Method,
    Object,
    Plain,
    UserClass,
    UserFunction,
    Value,
)
from symdiff.ir.nodes import Const

_STREAMS = ("sys.stdout", "sys.stderr", "sys.stdin")
"""What is looked up each time that it is used."""


def member(frame: Frame, owner: Known, name: str, node: cst.CSTNode) -> Value:
    """The attribute of a module, of a library object, or of a live object."""
    if is_instance(owner.object):
        return _instance_member(frame, owner, name, node)
    space = vars(owner.object) if isinstance(owner.object, ModuleType) else {}
    path = f"{owner.name}.{name}"
    library = is_library(owner.object)
    if name in space:
        value = space[name]
    elif library and hasattr(owner.object, name):
        value = getattr(owner.object, name)
    else:
        return frame.report("SD404", f"`{owner.name}` has no attribute `{name}`", node)
    if path in _STREAMS:
        return Plain(Const(value, path))
    if not library:
        return from_global(frame, Global(name, value, lambda: space[name]), node)
    if isinstance(value, float | complex | int) and not isinstance(value, bool):
        return Plain(Const(value, path))
    if is_constant(value):
        return Plain(Const(value))
    return Known(value, path)


def _instance_member(frame: Frame, owner: Known, name: str, node: cst.CSTNode) -> Value:
    """What a live object holds, or a method of its class; no code of its is run."""
    obj = owner.object
    if name in vars(obj):
        found = Global(f"{owner.name}_{name}", vars(obj)[name], lambda: vars(obj)[name])
        return from_global(frame, found, node)
    value = class_attribute(type(obj), name)
    if isinstance(value, FunctionType):
        return Bound(frame.session.text_of(value), owner)
    if isinstance(value, property) and isinstance(value.fget, FunctionType):
        text = frame.session.text_of(value.fget)
        return call_user(frame, text, None, (), [owner], {}, node)
    return class_member(frame, frame.session.class_of(type(obj)), name, node)


def class_member(frame: Frame, cls: ClassText, name: str, node: cst.CSTNode) -> Value:
    """The attribute of a class itself."""
    method = cls.method(name) or cls.static(name)
    if method is not None:
        return UserFunction(method_text(frame, method))
    made = cls.of_class(name)
    if made is not None:
        return Bound(method_text(frame, made), UserClass(cls))
    found = cls.attribute(name)
    if found is None:
        return frame.report("SD404", f"`{cls.name}` has no attribute `{name}`", node)
    return from_global(frame, found, node)


def method_text(frame: Frame, method: FunctionType | FunctionText) -> FunctionText:
    """The text of a method that is live or only read."""
    if isinstance(method, FunctionText):
        return method
    return frame.session.text_of(method)


# ---- objects that the program makes


def object_attribute(frame: Frame, obj: Object, name: str, node: cst.CSTNode) -> Value:
    """The attribute of an object that the program has made."""
    key = (obj.number, name)
    if key in frame.state.names:
        return frame.state.names[key]
    method = obj.cls.method(name)
    if method is not None:
        return Bound(method_text(frame, method), obj)
    getter = obj.cls.getter(name)
    if getter is not None:
        return call_user(frame, method_text(frame, getter), None, (), [obj], {}, node)
    live = None if obj.cls.live is None else class_attribute(obj.cls.live, name)
    if isinstance(live, cached_property) and isinstance(live.func, FunctionType):
        text = frame.session.text_of(live.func)
        found = call_user(frame, text, None, (), [obj], {}, node)
        bind(frame, key, found, node)
        return frame.state.names[key]
    return class_member(frame, obj.cls, name, node)


def store_attribute(
    frame: Frame, obj: Object, name: str, value: Value, node: cst.CSTNode
) -> None:
    """`x.name = value`, by the setter of a property if it is one."""
    setter = obj.cls.setter(name)
    if setter is None:
        bind(frame, (obj.number, name), value, node)
    elif isinstance(setter, str):
        refuse_attribute(frame, name, setter, node)
    else:
        text = frame.session.text_of(setter)
        call_user(frame, text, None, (), [obj, value], {}, node)


def refuse_attribute(frame: Frame, name: str, why: str, node: cst.CSTNode) -> None:
    """Report an attribute that cannot be assigned to."""
    frame.report(
        "SD304",
        f"the attribute `{name}` is assigned to{': ' if why else ''}{why}",
        node,
        help="keep the value in a variable of its own and return it",
    )


def create(
    frame: Frame,
    cls: ClassText,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """Make an object: run its `__init__` inline, or set a dataclass's fields."""
    why = cls.refused()
    if why:
        return frame.report(
            "SD405",
            f"objects of `{cls.name}` are not supported: {why}",
            node,
            help="use a plain class or a dataclass",
        )
    if any(isinstance(v, Bad) for v in (*args, *kwargs.values())):
        return BAD
    obj = Object(frame.scope_number(), cls)
    fields = cls.fields()
    if cls.named_tuple and fields is not None:
        found = _field_values(frame, cls, fields, args, kwargs, node)
        return BAD if found is None else Items(tuple(found.values()), cls)
    if fields is None:
        init = cls.method("__init__")
        if init is None:
            return obj
        done = call_user(
            frame, method_text(frame, init), None, (), [obj, *args], kwargs, node
        )
        return BAD if isinstance(done, Bad) else obj
    values = _field_values(frame, cls, fields, args, kwargs, node)
    if values is None:
        return BAD
    for name, value in values.items():
        bind(frame, (obj.number, name), value, node)
    after = cls.method("__post_init__")
    if after is not None:
        call_user(frame, method_text(frame, after), None, (), [obj], {}, node)
    return obj


def _field_values(
    frame: Frame,
    cls: ClassText,
    fields: Sequence[Field],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> dict[str, Value] | None:
    """The values of all fields; None, with a finding, if the arguments do not fit."""
    names = [item.name for item in fields]
    given = dict(zip(names, args, strict=False)) | dict(kwargs)
    if len(args) > len(names) or set(kwargs) - set(names):
        frame.report("SD203", f"`{cls.name}` does not take these arguments", node)
        return None
    found: dict[str, Value] = {}
    for item in fields:
        value = given.get(item.name)
        if value is None:
            if item.required:
                why = f"`{cls.name}` misses the argument `{item.name}`"
                frame.report("SD203", why, node)
                return None
            value = _default(frame, cls, item, node)
        if isinstance(value, Bad):
            return None
        found[item.name] = value
    return found


def named_item(frame: Frame, owner: Items, name: str, node: cst.CSTNode) -> Value:
    """The field or method of a named tuple."""
    assert owner.cls is not None
    names = [item.name for item in owner.cls.fields() or ()]
    if name in names:
        return owner.items[names.index(name)]
    method = owner.cls.method(name)
    if method is not None and not name.startswith("_"):
        return Bound(method_text(frame, method), owner)
    return Method(owner, name)


def named_method(
    frame: Frame,
    owner: Items,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """`_replace` and `_asdict` of a named tuple."""
    names = [item.name for item in owner.cls.fields() or ()] if owner.cls else []
    fields = dict(zip(names, owner.items, strict=False))
    if name == "_replace" and not args and names and kwargs.keys() <= fields.keys():
        return Items(tuple({**fields, **kwargs}.values()), owner.cls)
    if name == "_asdict" and not args and names:
        entries = [(Const(key), value) for key, value in fields.items()]
        return new_dict(frame, entries, node) or BAD
    return frame.report("SD404", f"the method `{name}` of a tuple is not known", node)


def _default(frame: Frame, cls: ClassText, item: Field, node: cst.Call) -> Value:
    if item.made:
        if item.default is list:
            return apply(frame, "list", [], node)
        if isinstance(item.default, FunctionType):
            text = frame.session.text_of(item.default)
            return call_user(frame, text, None, (), [], {}, node)
        why = f"the default of `{cls.name}.{item.name}` is made by a factory"
        return frame.report("SD405", why, node, help="pass the value")
    value: Any = item.default
    if isinstance(value, cst.BaseExpression):
        value = fold(value, lambda leaf: leaf_of(cls.resolver, leaf))
    return from_object(frame, value, f"{cls.name}_{item.name}", None, node)
