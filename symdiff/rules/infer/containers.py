"""The types of tuples, lists, loops over them, and of what asks for lengths."""

from __future__ import annotations

from typing import Any

from symdiff.ir.lengths import apart
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    ANY,
    INT,
    NONE,
    STR,
    Array,
    Length,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
    combine,
    join,
    join_all,
    rank,
)
from symdiff.rules.infer.common import (
    Kwargs,
    array_of,
    constant_of,
    integer,
    result,
    shape_in,
)
from symdiff.rules.infer.reductions import size_of
from symdiff.rules.infer.tables import entered, forget_value


def count(value: Length | None) -> Scalar:
    """The Python int that equals a length."""
    return Scalar("i8", python=True, value=value)


def valued(atom: Atom) -> Type:
    """An argument's type; an int without a known value equals its own name."""
    t = atom.type
    if isinstance(t, Scalar) and t.python and t.dtype == "i8" and t.value is None:
        return count(integer(atom))
    return t


def display(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`(a, b)`."""
    return Tuple(tuple(map(valued, args)))


def list_display(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`[a, b]`."""
    types = [forget_value(a.type) for a in args]
    return List(join_all(types), len(args))


def unpack(args: tuple[Atom, ...], kwargs: Kwargs) -> tuple[Type, ...] | Type:
    """The items of a tuple; of anything else a list of items of one type."""
    match args[0].type:
        case Tuple(items=items):
            return items
        case List() as t:
            return t
        case Array(dtype=dtype, shape=shape) if shape:
            return List(result(dtype, shape[1:]))
    return ANY


def append(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The list after `l.append(v)`."""
    match args[0].type:
        case List(item=item, length=n):
            added = forget_value(args[1].type)
            joined = added if n == 0 else join(item, added)
            return List(joined, None if n is None else combine(n, 1))
    return ANY


def insert(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The list after `l.insert(i, v)`."""
    return append((args[0], args[2]), kwargs)


def pop(args: tuple[Atom, ...], kwargs: Kwargs) -> tuple[Type, ...]:
    """The list after `l.pop()`, and the item."""
    match args[0].type:
        case List(item=item, length=n):
            return List(item, None if n is None else combine(n, -1)), item
        case Table(value=value) as table:
            given = [forget_value(a.type) for a in args[2:]]
            return table, join_all([*([] if table.empty else [value]), *given])
    return ANY, ANY


def updated(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A container after a store: an array keeps its type, a list may widen its item."""
    match args[0].type:
        case List(item=item, length=n):
            new = args[2].type
            if _is_slice(args[1]):
                more = forget_value(item_type(new))
                return List(more if n == 0 else join(item, more))
            return List(join(item, forget_value(new)), n)
        case Table() as table:
            return entered(table, args[1], args[2])
        case Tuple():
            return ANY
    return args[0].type


def _is_slice(index: Atom) -> bool:
    return isinstance(index.type, Opaque) and index.type.kind == "slice"


def either(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`a if c else b`."""
    return join(args[1].type, args[2].type)


def operand(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`a and b`, `a or b`: one of the two."""
    return join_all([a.type for a in args])


def shape(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.shape`, a tuple of ints that equal lengths."""
    found = shape_in(args[0].type)
    return Opaque("object") if found is None else Tuple(tuple(map(count, found)))


def size(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.size`."""
    return count(size_of(shape_in(args[0].type)))


def ndim(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.ndim`."""
    found = shape_in(args[0].type)
    return count(rank(args[0].type) if found is None else len(found))


def length(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`len(x)`."""
    match args[0].type:
        case List(length=n):
            return count(n)
        case Tuple(items=items):
            return count(len(items))
        case Array(shape=known) if known:
            return count(known[0])
        case Opaque(kind="range", parts=(_, Scalar() as steps)):
            return steps
    return INT


def iterator(kind: str) -> Any:
    """Inference for `range`, `enumerate`, `zip`, `reversed`, `np.ndindex`."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        if kind == "count":
            return Opaque("iterator", (INT,))
        if kind == "range":
            return Opaque("range", (INT, count(_steps(args))))
        return Opaque("iterator", (_produced(kind, args),))

    return infer


def _steps(args: tuple[Atom, ...]) -> Length | None:
    """How many numbers a range has, where it is known and its bounds are in order."""
    bounds = [integer(a) for a in args]
    start, stop, step = {
        1: (0, *bounds, 1),
        2: (*bounds, 1),
        3: tuple(bounds),
    }[len(bounds)]
    if isinstance(start, int) and isinstance(stop, int) and isinstance(step, int):
        return len(range(start, stop, step)) if step else None
    if start is None or stop is None or step != 1:
        return None
    return combine(stop, start, -1)


def picked(kind: str) -> Any:
    """Inference for `itertools.product` and `combinations`: tuples of items."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        repeat = constant_of(kwargs.get("repeat", Const(1)))
        if kind == "product":
            every = args * repeat if isinstance(repeat, int) else ()
            items = tuple(item_type(a.type) for a in every)
        else:
            size = constant_of(args[1]) if len(args) > 1 else None
            count = size if isinstance(size, int) else 0
            items = (item_type(args[0].type),) * count
        return Opaque("iterator", (Tuple(items) if items else ANY,))

    return infer


def places(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The indices of a list, in some order."""
    found = length(args[:1], {})
    assert isinstance(found, Scalar)
    return List(INT, found.value)


def _produced(kind: str, args: tuple[Atom, ...]) -> Type:
    match kind:
        case "enumerate":
            return Tuple((INT, item_type(args[0].type)))
        case "zip":
            return Tuple(apart(item_type(a.type) for a in args))
        case "ndindex":
            return _places(args)
    return item_type(args[0].type)


def _places(args: tuple[Atom, ...]) -> Type:
    if len(args) == 1 and isinstance(args[0].type, Tuple):
        return Tuple((INT,) * len(args[0].type.items))
    if all(isinstance(a.type, Scalar) for a in args):
        return Tuple((INT,) * len(args))
    return ANY


def item_type(t: Type) -> Type:
    """The type of the items that a `for` loop over a value of type `t` sees."""
    match t:
        case Array(dtype=dtype, shape=known) if known:
            return result(dtype, known[1:])
        case List(item=item) | Table(key=item):
            return item
        case Tuple(items=items):
            return join_all([forget_value(i) for i in items])
        case Opaque(kind="range"):
            return INT
        case Opaque(kind="iterator", parts=(item,)):
            return item
        case Opaque(kind="str"):
            return STR
    return ANY


def listed(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`list(items)`."""
    match args:
        case ():
            return List(ANY, 0)
        case (Const(value=None),):
            return ANY
    t = args[0].type
    found = length(args, kwargs)
    assert isinstance(found, Scalar)
    return List(forget_value(item_type(t)), found.value)


def tupled(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`tuple(items)`."""
    match args[0].type:
        case Tuple() as t:
            return t
        case List(item=item, length=int() as n):
            return Tuple(apart([item] * n))
    return ANY


def nothing(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """None."""
    return NONE


def unknown(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Nothing is certain."""
    return ANY


def text(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A string."""
    return STR


def boolean(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A Python bool."""
    return Scalar("b1", python=True)


def whole(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`int(x)`: an int, of known value if x is one."""
    value = constant_of(args[0])
    if isinstance(value, int) and not isinstance(value, bool):
        return count(value)
    return count(integer(args[0])) if isinstance(args[0].type, Scalar) else INT


def divmod_type(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`divmod(a, b)`: two numbers like the operands'."""
    from symdiff.rules.infer.elementwise import operator_infer

    return Tuple(
        tuple(_one(operator_infer(op)(args, {})) for op in ("floordiv", "mod"))
    )


def _one(found: Type | tuple[Type, ...]) -> Type:
    return ANY if isinstance(found, tuple) else found


def zero(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A zero cotangent of the structure of a value."""
    return args[0].type


def unrepeated(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The cotangent of a list that was repeated: as the list is."""
    return args[1].type


def like_second(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """What is summed to the shape of the second argument."""
    found = array_of(args[0].type)
    return result(None if found is None else found.dtype, shape_in(args[1].type))


def item(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x.item()`: the Python number of a single element."""
    found = array_of(args[0].type)
    kinds = {"f8": "f8", "f4": "f8", "i8": "i8", "i4": "i8", "b1": "b1"}
    dtype = None if found is None else kinds.get(found.dtype or "")
    return ANY if dtype is None else Scalar(dtype, python=True)


def integral(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A Python int."""
    return INT
