"""What writes to a list: its methods, and those of a `deque`, which is a list here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from symdiff.frontend import prelude
from symdiff.frontend.frame import Frame
from symdiff.frontend.memory import materialise, write
from symdiff.frontend.operations import apply, extend, hold, taken
from symdiff.frontend.records import become_known, holds_functions, list_method
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bad,
    Deque,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
)
from symdiff.frontend.written import as_sequence, expand, written_call
from symdiff.ir.nodes import Atom, Const


@dataclass(frozen=True, slots=True)
class _Store:
    """One call of a method that writes."""

    frame: Frame
    receiver: Ref
    node: cst.CSTNode

    def write(self, make: Callable[[Atom], Atom]) -> Value:
        """Give the list a new version."""
        write(self.frame, self.receiver, self.node, make, "list")
        return NOTHING

    def append(self, value: Value) -> Value:
        """`xs.append(v)`, also of a function, which makes the list a known one."""
        frame, receiver = self.frame, self.receiver
        if holds_functions(value):
            known = become_known(frame, receiver)
            if known is not None:
                return list_method(frame, known, "append", [value], self.node)
        return self._put("append", (), value)

    def insert(self, index: Value, value: Value) -> Value:
        """`xs.insert(i, v)`: the rule takes an index that is in range."""
        place = self._place(index)
        return BAD if place is None else self._put("insert", (place,), value)

    def _put(self, op: str, place: tuple[Atom, ...], value: Value) -> Value:
        frame, node = self.frame, self.node
        item = materialise(frame, value, node)
        if isinstance(item, Bad):
            return BAD
        self.write(lambda whole: frame.emit(op, [whole, *place, item.atom], node))
        hold(frame, self.receiver.cell, item)
        return NOTHING

    def _place(self, index: Value) -> Atom | None:
        """Where `insert` puts an item: `len(xs[:i])`, which 0 is already."""
        if index == Plain(Const(0)):
            return Const(0)
        whole = materialise(self.frame, self.receiver, self.node)
        found = materialise(self.frame, index, self.node)
        if isinstance(whole, Bad) or isinstance(found, Bad):
            return None
        frame, node = self.frame, self.node
        bounds = frame.emit("slice", [Const(None), found.atom, Const(None)], node)
        before = frame.emit("getitem", [whole.atom, bounds], node)
        return frame.emit("builtins.len", [before], node)

    def extend(self, value: Value) -> Value:
        """`xs.extend(ys)`."""
        frame, node = self.frame, self.node
        items = materialise(frame, as_sequence(frame, value, node), node)
        if isinstance(items, Bad):
            return BAD
        self.write(lambda whole: frame.emit("iadd", [whole, items.atom], node))
        extend(frame, self.receiver.cell, items)
        return NOTHING

    def pop(self, index: Atom | None = None) -> Value:
        """`xs.pop(i)`: the item."""
        frame, node = self.frame, self.node
        found: list[Atom] = []
        where = [] if index is None else [index]

        def make(whole: Atom) -> Atom:
            rest, item = frame.builder.bind(
                "pop", [whole, *where], {}, ("", ""), origin=frame.origin(node)
            )
            found.append(item)
            return rest

        self.write(make)
        if not found:
            return BAD
        return taken(Plain(found[0], within=cells_of(self.receiver)), found[0])

    def pop_at(self, index: Value) -> Value:
        """`xs.pop(i)` for any index; one from the end is counted from the start."""
        frame, node = self.frame, self.node
        found = materialise(frame, index, node)
        if isinstance(found, Bad):
            return BAD
        match found.atom:
            case Const(value=-1):
                return self.pop()
            case Const(value=int() as value) if value >= 0:
                return self.pop(found.atom)
        count = apply(frame, "builtins.len", [self.receiver], node)
        numbers = apply(frame, "builtins.range", [count], node)
        place = apply(frame, "getitem", [numbers, found], node)
        at = materialise(frame, place, node)
        return BAD if isinstance(at, Bad) else self.pop(at.atom)

    def remove(self, value: Value) -> Value:
        """`xs.remove(v)`: the first item that equals `v`."""
        frame, node = self.frame, self.node
        place = apply(frame, "builtins.list.index", [self.receiver, value], node)
        at = materialise(frame, place, node)
        if not isinstance(at, Bad):
            self.pop(at.atom)
        return NOTHING

    def rearrange(self, name: str, kwargs: Mapping[str, Value]) -> Value:
        """`xs.clear()`, `xs.reverse()`, `xs.sort()`: other or moved items."""
        frame, node = self.frame, self.node
        if name == "clear":
            value = apply(frame, "list", [], node)
        elif name == "reverse":
            backwards = Plain(Const(slice(None, None, -1)))
            value = apply(frame, "getitem", [self.receiver, backwards], node)
        else:
            value = _sorted(frame, self.receiver, kwargs, node)
        found = materialise(frame, value, node)
        return BAD if isinstance(found, Bad) else self.write(lambda _: found.atom)


def list_store(
    frame: Frame,
    receiver: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """`receiver.name(...)` of a list, where that writes to it."""
    if not isinstance(receiver, Ref):
        return frame.report(
            "SD303", f"`{name}` is called on a value without name", node
        )
    if name != "pop" and not whole_statement(frame, name, node):
        return BAD
    store = _Store(frame, receiver, node)
    match name, args:
        case "append", [value]:
            return store.append(value)
        case "extend", [value]:
            return store.extend(value)
        case "insert", [index, value]:
            return store.insert(index, value)
        case "pop", [index]:
            return store.pop_at(index)
        case "pop", []:
            return store.pop()
        case "remove", [value]:
            return store.remove(value)
        case (("clear" | "reverse" | "sort"), []):
            return store.rearrange(name, kwargs)
    return frame.report(
        "SD404", f"`{name}` with these arguments is not supported", node
    )


def _sorted(
    frame: Frame, receiver: Ref, kwargs: Mapping[str, Value], node: cst.CSTNode
) -> Value:
    name = "builtins.sorted"
    written = written_call(frame, name, [receiver], kwargs, node)
    return apply(frame, name, [receiver], node, kwargs) if written is None else written


def whole_statement(frame: Frame, name: str, node: cst.CSTNode) -> bool:
    """Whether a call that writes is a whole statement, so that its order is clear."""
    if frame.root is node:
        return True
    frame.report(
        "SD308",
        f"`{name}` writes to its object inside of a larger expression",
        node,
        help="write it on a line of its own",
    )
    return False


# ---- deques


def new_deque(
    frame: Frame, args: Sequence[Value], kwargs: Mapping[str, Value], node: cst.CSTNode
) -> Value | None:
    """`deque(items, maxlen=n)`: a list, and how long it may get."""
    limit = kwargs.get("maxlen", args[1] if len(args) == 2 else None)
    if len(args) > 2 or kwargs.keys() - {"maxlen"}:
        return None
    if limit == NOTHING:
        limit = None
    if not args or args[0] == Items(()):
        return Deque(apply(frame, "list", [], node), limit)
    items = apply(frame, "builtins.list", [as_sequence(frame, args[0], node)], node)
    if limit is not None:
        items = expand(frame, prelude.last_items, [items, limit], {}, node)
    return BAD if isinstance(items, Bad) else Deque(items, limit)


def deque_method(
    frame: Frame,
    deque: Deque,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """`deque.name(...)`: of a list that forgets the items at its other end."""
    items, limit = deque.items, deque.limit
    if not isinstance(items, Ref):
        return frame.report(
            "SD303", f"`{name}` is called on a value without name", node
        )
    known = name in ("append", "appendleft", "extend") and len(args) == 1
    if limit is not None and known:
        written = {
            "append": prelude.append_limited,
            "appendleft": prelude.append_left_limited,
            "extend": prelude.extend_limited,
        }
        if not whole_statement(frame, name, node):
            return BAD
        return expand(frame, written[name], [items, *args, limit], {}, node)
    match name, args:
        case "appendleft", [value]:
            return list_store(
                frame, items, "insert", [Plain(Const(0)), value], {}, node
            )
        case "popleft", []:
            return list_store(frame, items, "pop", [Plain(Const(0))], {}, node)
        case (("append" | "extend" | "remove" | "reverse"), *_):
            return list_store(frame, items, name, args, kwargs, node)
        case "pop", []:
            return list_store(frame, items, name, args, kwargs, node)
        case "copy", []:
            return Deque(apply(frame, "builtins.list", [items], node), limit)
        case (("index" | "count"), *_):
            return apply(frame, f"builtins.list.{name}", [items, *args], node)
    return frame.report("SD404", f"the method `{name}` of a deque is not known", node)
