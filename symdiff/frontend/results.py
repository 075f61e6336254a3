"""Results that are containers or objects: nested tuples, and how these make them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symdiff.frontend import makers
from symdiff.frontend.classes import ClassText
from symdiff.frontend.frame import Frame
from symdiff.frontend.records import entries_of, items_of
from symdiff.frontend.session import Capture
from symdiff.frontend.values import Dict, Items, Listed, Object, Value
from symdiff.ir.records import VALUE, Branch, Tree


def taken_apart(frame: Frame, value: Value) -> tuple[Value, Tree]:
    """A result without its containers: each is the tuple of what is in it."""
    if not _is_container(value):
        return value, VALUE
    match value:
        case Dict():
            entries = entries_of(frame.state, value)
            return _branch(
                frame, "dict", [k for k, _ in entries], [v for _, v in entries]
            )
        case Listed():
            items = items_of(frame, value)
            return _branch(frame, "list", range(len(items)), items)
        case Object():
            return _object(frame, value)
        case Items(items=items, cls=None):
            return _branch(frame, "tuple", range(len(items)), items)
        case Items(items=items, cls=ClassText() as cls):
            names = [item.name for item in cls.fields() or ()]
            return _branch(frame, "named", names, items, cls)
    return value, VALUE


def _is_container(value: Value) -> bool:
    if isinstance(value, Items):
        return value.cls is not None or any(map(_is_container, value.items))
    return isinstance(value, Dict | Listed | Object)


def _object(frame: Frame, value: Object) -> tuple[Value, Tree]:
    names = frame.state.names.items()
    found = {name: v for (number, name), v in names if number == value.number}
    given = frame.records.get(value.number)
    keys, values = [*found], [*found.values()]
    if given is None:
        return _branch(frame, "object", keys, values, value.cls)
    tree = _branch(frame, "object", keys, values)
    branch = replace(
        tree[1], source=given.source, maker=makers.like("object", value.cls, keys)
    )
    return tree[0], branch


def _branch(
    frame: Frame,
    kind: str,
    keys: Sequence[Any],
    items: Sequence[Value],
    cls: ClassText | None = None,
) -> tuple[Value, Branch]:
    parts = [taken_apart(frame, item) for item in items]
    maker = makers.anew(kind, cls, keys)
    asked = cls is not None and maker != makers.NAMESPACE
    source = (_class(frame, cls),) if cls is not None and asked else ()
    trees = tuple(tree for _, tree in parts)
    branch = Branch(kind, tuple(keys), trees, source, maker)
    return Items(tuple(value for value, _ in parts)), branch


def _class(frame: Frame, cls: ClassText) -> str:
    """The parameter that a class is passed by, so that objects of it can be made."""
    what: Any = cls if cls.live is None else cls.live
    cell = frame.capture(Capture(cls.name, lambda: what, what))
    return str(frame.version(cell).name)
