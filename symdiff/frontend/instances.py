"""Members of modules and objects: of live ones, and of those that a program makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from symdiff.frontend.source import FunctionText, Global
from symdiff.frontend.values import (
    BAD,
    Bad,
    Bound,
    Known,
    Object,
    Plain,
    UserFunction,
    Value,
)
from symdiff.ir.nodes import Const


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
    method = cls.method(name)
    if method is not None:
        return UserFunction(_text(frame, method))
    found = cls.attribute(name)
    if found is None:
        return frame.report("SD404", f"`{cls.name}` has no attribute `{name}`", node)
    return from_global(frame, found, node)


def _text(frame: Frame, method: FunctionType | FunctionText) -> FunctionText:
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
        return Bound(_text(frame, method), obj)
    live = None if obj.cls.live is None else class_attribute(obj.cls.live, name)
    if isinstance(live, property) and isinstance(live.fget, FunctionType):
        text = frame.session.text_of(live.fget)
        return call_user(frame, text, None, (), [obj], {}, node)
    return class_member(frame, obj.cls, name, node)


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
    if fields is None:
        init = cls.method("__init__")
        if init is None:
            return obj
        done = call_user(
            frame, _text(frame, init), None, (), [obj, *args], kwargs, node
        )
        return BAD if isinstance(done, Bad) else obj
    if not _set_fields(frame, obj, fields, args, kwargs, node):
        return BAD
    after = cls.method("__post_init__")
    if after is not None:
        call_user(frame, _text(frame, after), None, (), [obj], {}, node)
    return obj


def _set_fields(
    frame: Frame,
    obj: Object,
    fields: Sequence[Field],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> bool:
    names = [item.name for item in fields]
    given = dict(zip(names, args, strict=False)) | dict(kwargs)
    if len(args) > len(names) or set(kwargs) - set(names):
        frame.report("SD203", f"`{obj.cls.name}` does not take these arguments", node)
        return False
    for item in fields:
        value = given.get(item.name)
        if value is None:
            if item.required:
                why = f"`{obj.cls.name}` misses the argument `{item.name}`"
                frame.report("SD203", why, node)
                return False
            value = _default(frame, obj.cls, item, node)
        if isinstance(value, Bad):
            return False
        bind(frame, (obj.number, item.name), value, node)
    return True


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
