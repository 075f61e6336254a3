"""Reverse the operations that build and take apart tuples and lists.

The cotangent of a tuple is kept item by item while the program is compiled, so that
`a, b = f(x)` leaves no tuple in the reverse sweep. The cotangent of a list is a list
of the same length: what `append` added to the list, `pop` takes from its cotangent.
"""

from __future__ import annotations

from collections.abc import Callable

from symdiff.analysis.activity import holds_table
from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, Const, Origin, Var
from symdiff.ir.types import (
    AnyType,
    Array,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    rank,
)
from symdiff.transform.adjoint.broadcast import unbroadcast
from symdiff.transform.adjoint.scope import Bar, Scope

Handler = Callable[[Scope, Apply, list[Bar | None], Origin], bool]


def reverse_display(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`t = (a, b)` or `[a, b]`: each item gets its part."""
    (bar,) = bars
    assert bar is not None
    for n, item in enumerate(stmt.args):
        if not scope.is_active(item):
            continue
        if isinstance(bar, tuple):
            scope.add(item, bar[n], origin)
        else:
            part = scope.build.apply("getitem", bar, Const(n), origin=origin)
            scope.add(item, part, origin)
    return True


def reverse_unpack(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`a, b = t`: the parts together; into the slots of an array or list."""
    (source,) = stmt.args
    if not isinstance(source, Var) or not scope.is_active(source):
        return True
    if isinstance(source.type, Tuple):
        scope.add(source, tuple(bars), origin)
        return True
    since = len(scope.build.stmts)
    if source not in scope.bars and _is_vector(source.type):
        items = [
            Const(0.0) if bar is None else scope.whole(out, bar, origin)
            for out, bar in zip(stmt.outs, bars, strict=True)
        ]
        parts = scope.build.apply("list", *items, origin=origin)
        whole = scope.build.apply("numpy.array", parts, origin=origin)
        scope.put(source, whole, origin, since)
        return True
    into = scope.current(source, origin)
    for n, bar in enumerate(bars):
        if bar is not None:
            value = scope.whole(stmt.outs[n], bar, origin)
            into = deposit(scope, into, Const(n), value, origin)
    scope.put(source, into, origin, since)
    return True


def deposit(scope: Scope, into: Atom, index: Atom, value: Atom, origin: Origin) -> Atom:
    """Add to item `index` of a cotangent; what may be a container, item by item."""
    build = scope.build
    if scope.numeric(value):
        return build.apply("additem", into, index, value, origin=origin)
    old = build.apply("getitem", into, index, origin=origin)
    tables = holds_table(into.type) or holds_table(value.type)
    op = "plus_entries" if tables else "plus"
    both = build.apply(op, old, value, origin=origin)
    return build.apply("setitem", into, index, both, origin=origin)


def _is_vector(type: Type) -> bool:
    """Whether a value is a vector of double precision, which floats make up again."""
    return isinstance(type, Array) and type.dtype == "f8" and rank(type) == 1


def reverse_getitem(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`v = t[i]` of a tuple with a known index, or of a list of containers."""
    source, index = stmt.args
    (bar,) = bars
    if not isinstance(source, Var) or not scope.is_active(source) or bar is None:
        return True
    if isinstance(source.type, Tuple):
        if not (isinstance(index, Const) and isinstance(index.value, int)):
            scope.sweep.refuse(
                "SD202",
                "a tuple is read at an index that is not a constant",
                stmt.origin,
                "use a list or an array",
            )
            return True
        parts: list[Bar | None] = [None] * len(source.type.items)
        parts[index.value] = bar
        scope.add(source, tuple(parts), origin)
        return True
    if isinstance(source.type, Table):
        return _to_entry(
            scope, source, index, scope.whole(stmt.out, bar, origin), origin
        )
    single = isinstance(index.type, Scalar)
    if not isinstance(source.type, List | AnyType) or not single:
        return False
    value = scope.whole(stmt.out, bar, origin)
    if scope.numeric(value):
        return False
    into, place = scope.current(source, origin), scope.read(index)
    out = deposit(scope, into, place, value, origin)
    scope.put(source, out, origin)
    return True


def _to_entry(
    scope: Scope, source: Var, key: Atom, value: Atom, origin: Origin
) -> bool:
    """Add to the cotangent of one entry of a dict."""
    into = scope.current(source, origin)
    since = len(scope.build.stmts)
    out = deposit(scope, into, scope.read(key), value, origin)
    scope.put(source, out, origin, since)
    return True


def _refuse_key(scope: Scope, stmt: Apply) -> None:
    scope.sweep.refuse(
        "SD202",
        "the key of a dict depends on an independent variable",
        stmt.origin,
        "use keys that do not, such as names or indices",
    )


def reverse_list(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`list(d)`: the keys of a dict have no derivative."""
    return isinstance(stmt.args[0].type, Table) if stmt.args else False


def reverse_get(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`v = d.get(key, constant)`: an entry for a key that `d` lacks is never read."""
    source, key, default = stmt.args
    (bar,) = bars
    if scope.is_active(default) or bar is None:
        return False
    if isinstance(source, Var) and scope.is_active(source):
        _to_entry(scope, source, key, scope.whole(stmt.out, bar, origin), origin)
    return True


def reverse_entries(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`d = {k: v}`: each value gets the cotangent of its key."""
    (bar,) = bars
    assert bar is not None
    whole = scope.whole(stmt.out, bar, origin)
    for key, value in zip(stmt.args[::2], stmt.args[1::2], strict=True):
        if scope.is_active(key):
            _refuse_key(scope, stmt)
        if isinstance(value, Var) and scope.is_active(value):
            zero = scope.zero(value, origin)
            get = "builtins.dict.get"
            part = scope.build.apply(get, whole, scope.read(key), zero, origin=origin)
            scope.add(value, part, origin)
    return True


def _set_entry(scope: Scope, stmt: Apply, bar: Bar, origin: Origin) -> bool:
    """`d[k] = v`: what `v` gets is taken out, so that the older entry gets nothing."""
    source, key, value = stmt.args
    if scope.is_active(key):
        _refuse_key(scope, stmt)
        return True
    active = isinstance(value, Var) and scope.is_active(value)
    zero = scope.zero(value, origin) if active else Const(0.0)  # type: ignore[arg-type]
    whole = scope.whole(stmt.out, bar, origin)
    rest, part = scope.build.apply_many(
        2, "pop", whole, scope.read(key), zero, origin=origin
    )
    scope.add(value, part, origin)
    scope.add(source, rest, origin)
    return True


def reverse_additem(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`d[k] += v`: what the entry gets, `v` gets too; arrays have a rule."""
    source, key, value = stmt.args
    (bar,) = bars
    if bar is None or not isinstance(source.type, Table):
        return False
    whole = scope.whole(stmt.out, bar, origin)
    if isinstance(value, Var) and scope.is_active(value):
        zero = scope.zero(value, origin)
        get = "builtins.dict.get"
        part = scope.build.apply(get, whole, scope.read(key), zero, origin=origin)
        scope.add(value, unbroadcast(scope.build, part, value, origin), origin)
    scope.add(source, whole, origin)
    return True


def reverse_setitem(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`l[i] = v` of a list: the slot's cotangent goes to `v`; arrays have a rule."""
    source, index, value = stmt.args
    (bar,) = bars
    if bar is not None and isinstance(source.type, Table):
        return _set_entry(scope, stmt, bar, origin)
    if bar is None or not isinstance(source.type, List):
        return False
    place = scope.read(index)
    whole = scope.whole(stmt.out, bar, origin)
    if isinstance(index.type, Opaque) and not _fits(scope, source, index, value):
        return _replaced(scope, stmt, whole, origin)
    if isinstance(value, Var) and scope.is_active(value):
        part = scope.build.apply("getitem", whole, place, origin=origin)
        scope.add(value, part, origin)
    if isinstance(source, Var) and scope.is_active(source):
        old = scope.build.apply("getitem", scope.read(source), place, origin=origin)
        nothing = scope.zero(old, origin)
        rest = scope.build.apply("setitem", whole, place, nothing, origin=origin)
        scope.add(source, rest, origin)
    return True


def _fits(scope: Scope, source: Atom, index: Atom, value: Atom) -> bool:
    """Whether the items of a slice are replaced by as many others."""
    before = Builder(scope.sweep.names).apply("getitem", source, index).type
    lengths = [t.length for t in (before, value.type) if isinstance(t, List)]
    return len(lengths) == 2 and None not in lengths and lengths[0] == lengths[1]


def _replaced(scope: Scope, stmt: Apply, whole: Atom, origin: Origin) -> bool:
    """`l[i:j] = v` where `v` may have more items, or fewer."""
    source, index, value = stmt.args
    args = [scope.read(atom) for atom in (source, index, value)]
    rest, part = scope.build.apply_many(2, "unsplice", whole, *args, origin=origin)
    scope.add(value, part, origin)
    scope.add(source, rest, origin)
    return True


def reverse_append(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`l.append(v)`: the last item of the cotangent is that of `v`."""
    source, value = stmt.args
    (bar,) = bars
    assert bar is not None
    whole = scope.whole(stmt.out, bar, origin)
    rest, item = scope.build.apply_many(2, "pop", whole, origin=origin)
    scope.add(value, item, origin)
    scope.add(source, rest, origin)
    return True


def reverse_insert(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`l.insert(i, v)`, `i` in range: the item of the cotangent at `i` is `v`'s."""
    source, index, value = stmt.args
    (bar,) = bars
    assert bar is not None
    whole = scope.whole(stmt.out, bar, origin)
    place = scope.read(index)
    rest, item = scope.build.apply_many(2, "pop", whole, place, origin=origin)
    scope.add(value, item, origin)
    scope.add(source, rest, origin)
    return True


def reverse_pop(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`v = l.pop()`: the cotangent of `v` is put in again where `v` was."""
    source = stmt.args[0]
    rest, item = stmt.outs
    first = bars[0] if bars[0] is not None else scope.zero(rest, origin)
    last = bars[1] if bars[1] is not None else scope.zero(item, origin)
    others, mine = scope.whole(rest, first, origin), scope.whole(item, last, origin)
    place = [] if len(stmt.args) == 1 else [scope.read(stmt.args[1])]
    op = "insert" if place else "append"
    if isinstance(source.type, Table):
        op = "setitem"
    out = scope.build.apply(op, others, *place, mine, origin=origin)
    scope.add(source, out, origin)
    return True


def reverse_join(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """`np.concatenate((a, b))`, `np.stack([a, b])`: each array gets its part back."""
    return False


def sequence_items(scope: Scope, atom: Atom) -> tuple[Atom, ...] | None:
    """The items of a tuple or list that was just written out, or None."""
    made = scope.sweep.definitions.get(atom) if isinstance(atom, Var) else None
    if isinstance(made, Apply) and made.op in ("tuple", "list"):
        return made.args
    return None


HANDLERS: dict[str, Handler] = {
    "tuple": reverse_display,
    "list": reverse_display,
    "unpack": reverse_unpack,
    "getitem": reverse_getitem,
    "setitem": reverse_setitem,
    "additem": reverse_additem,
    "append": reverse_append,
    "insert": reverse_insert,
    "dict": reverse_entries,
    "builtins.list": reverse_list,
    "builtins.dict.get": reverse_get,
    "pop": reverse_pop,
}
