"""The types of element reads, of arrays as of lists and tuples."""

from __future__ import annotations

from symdiff.ir.lengths import new_hole
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import (
    ANY,
    FLOAT,
    INT,
    STR,
    AnyType,
    Array,
    Dim,
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
    quotient,
    symbol,
)
from symdiff.rules.infer.common import (
    Kwargs,
    Shape,
    array_of,
    broadcast,
    integer,
    length_of,
    lengths,
)

# Marks the bound of a slice that may be an int or None: `x[a:b]` with untyped a.
UNKNOWN = "~"

Indices = list[tuple[Type, Length | None]]


MADE: dict[str, Type] = {"float": FLOAT, "int": INT, "list": List(ANY, 0)}
"""What a `defaultdict` gives for a key that is missing."""


def getitem(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`x[i]`: an item of a container, or NumPy's indexing of an array."""
    source, index = args[0].type, args[1]
    match source:
        case Tuple():
            return _of_tuple(source, index)
        case List():
            return _of_list(source, index)
        case Table(empty=True, factory=""):
            # This raises, or it is a first guess at a loop: then a number, most likely.
            return FLOAT
        case Table(value=value, factory=factory):
            return join(value, MADE[factory]) if factory else value
        case Array(shape=None):
            return _unranked(source, index.type)
        case Array():
            return _of_array(source, _indices(index))
        case Opaque(kind="str"):
            return STR
    return ANY


def _of_tuple(t: Tuple, index: Atom) -> Type:
    place = integer(index)
    if isinstance(place, int):
        inside = -len(t.items) <= place < len(t.items)
        return t.items[place] if inside else ANY
    match index.type:
        case Opaque(kind="slice", parts=parts):
            bounds = [_plain_bound(p) for p in parts]
            if all(known for known, _ in bounds):
                return Tuple(t.items[slice(*(value for _, value in bounds))])
        case Scalar():
            return join_all(list(t.items))
    return ANY


def _plain_bound(part: Type) -> tuple[bool, int | None]:
    match part:
        case Opaque(kind="none"):
            return True, None
        case Scalar(value=int() as value):
            return True, value
    return False, None


def _of_list(t: List, index: Atom) -> Type:
    match index.type:
        case Scalar():
            return t.item
        case Opaque(kind="slice", parts=parts) if parts and t.length is not None:
            return List(t.item, sliced(t.length, parts))
        case Opaque(kind="slice"):
            return List(t.item)
    return ANY


def _unranked(t: Array, index: Type) -> Type:
    plain = isinstance(index, Opaque) and index.kind in ("slice", "ellipsis", "none")
    return Array(t.dtype, None) if plain or isinstance(index, Array) else ANY


def _indices(index: Atom) -> Indices:
    """The parts of an index, each with the length it equals if it is an int."""
    if isinstance(index.type, Tuple):
        return [(t, length_of(t)) for t in index.type.items]
    return [(index.type, integer(index))]


def _of_array(source: Array, parts: Indices) -> Type:
    assert source.shape is not None
    if any(isinstance(t, AnyType) for t, _ in parts):
        return ANY
    kept = any(_is_basic(t) for t, _ in parts)
    parts = _expanded(parts, len(source.shape))
    shape = list(source.shape)
    out: list[Length] = []
    advanced: list[Shape | None] = []
    starts: list[int] = []
    apart = False
    scalars = 0
    gap = False
    for t, _ in parts:
        taken = _taken(t)
        if taken > len(shape):
            return ANY
        axes, shape = shape[:taken], shape[taken:]
        match t:
            case Opaque(kind="none"):
                out.append(1)
            case Opaque(kind="slice", parts=bounds):
                out.append(sliced(axes[0], bounds))
            case Scalar(dtype=dtype) if dtype != "b1":
                scalars += 1
            case _:
                advanced.append(_advanced(t))
                starts.append(len(out))
                apart = apart or gap
        if advanced or scalars:
            gap = _is_basic(t)
    out += shape
    if not advanced:
        return Array(source.dtype, tuple(out)) if out or kept else _item(source)
    if len(advanced) == 1 and any(_is_mask(t) for t, _ in parts):
        advanced = [(new_hole(out),)]  # how many elements it selects is not known
    # Scalars count as index arrays: those on both sides of a slice move to the front.
    return _placed(source, out, advanced, _front(parts, starts))


def _front(parts: Indices, starts: list[int]) -> int:
    kinds = ["slice" if _is_basic(t) else "index" for t, _ in parts]
    first, last = kinds.index("index"), len(kinds) - 1 - kinds[::-1].index("index")
    return 0 if "slice" in kinds[first:last] else starts[0]


def _is_basic(t: Type) -> bool:
    """Whether a part of an index is a slice, `...` or `None`; a `range` is an array."""
    return isinstance(t, Opaque) and t.kind in ("slice", "ellipsis", "none")


def _is_mask(t: Type) -> bool:
    """Whether a part of an index is a mask that is known to fit its axes."""
    return isinstance(t, Array) and t.dtype == "b1" and t.shape is not None


def _placed(
    source: Array, out: list[Length], found: list[Shape | None], at: int
) -> Type:
    shape = broadcast(found)
    if shape is None:
        return Array(source.dtype, None)
    return Array(source.dtype, (*out[:at], *shape, *out[at:]))


def _item(source: Array) -> Type:
    return Scalar(source.dtype) if source.dtype is not None else ANY


def _expanded(parts: Indices, rank: int) -> Indices:
    """Replace an Ellipsis by full slices."""
    used = sum(_taken(t) for t, _ in parts)
    out: Indices = []
    for t, value in parts:
        if isinstance(t, Opaque) and t.kind == "ellipsis":
            out += [(Opaque("slice"), None)] * (rank - used)
        else:
            out.append((t, value))
    return out


def _taken(t: Type) -> int:
    """The number of axes that a part of an index uses up."""
    match t:
        case Opaque(kind="none" | "ellipsis") | Scalar(dtype="b1"):
            return 0
        case Array(dtype="b1", shape=shape):
            return 1 if shape is None else len(shape)
    return 1


def _advanced(t: Type) -> Shape | None:
    """The shape that an index array adds; what a mask selects is not known."""
    match t:
        case Opaque(kind="range", parts=(_, Scalar(value=count))) if count is not None:
            return (count,)
    found = array_of(t)
    if found is None or found.dtype in (None, "b1"):
        return None
    return found.shape if isinstance(found, Array) else ()


def sliced(axis: Length, parts: tuple[Type, ...]) -> Length:
    """The length of `axis` under a slice, taken to lie inside the axis.

    A slice without a start may end before its stop does, and is given a symbol of its
    own; so is one whose bounds or step are not known, by their spelling.
    """
    if not parts:
        return axis
    start, stop, step = map(_bound, parts)
    if any(UNKNOWN in str(b) for b in (start, stop, step)):
        return symbol(f"({axis})[{start}:{stop}:{step}]")
    if step not in (None, 1):
        return _strided(axis, start, stop, step)
    if isinstance(axis, int) and _plain(start) and _plain(stop):
        return _counted(axis, start, stop, None)
    if start in (None, 0):
        return _until(axis, stop)
    if stop is None and isinstance(start, int):
        return combine(axis, start, -1) if start >= 0 else _tail(axis, start)
    return _between(axis, start, stop)


def _between(axis: Length, start: Length | None, stop: Length | None) -> Length:
    """`x[2:-1]`, `x[3:6]`, and `x[i : i + k]` where the start cancels."""
    spelled = symbol(f"({axis})[{start}:{stop}]")
    if start is None or stop is None or _negative(start):
        return spelled
    if _negative(stop):
        return combine(combine(axis, stop), start, -1) if _plain(start) else spelled
    found = combine(stop, start, -1)
    if isinstance(start, int):
        return found if isinstance(stop, int) else spelled
    gone = {name for name, _ in start.terms}
    left = {name for name, _ in found.terms} if isinstance(found, Dim) else set()
    return spelled if gone & left else found


def _bound(t: Type) -> Length | None:
    match t:
        case Scalar() if t.value is not None:
            return t.value
        case Opaque(kind="none"):
            return None
    return symbol(UNKNOWN)


def _counted(axis: int, *bounds: Length | None) -> int:
    plain = [b if isinstance(b, int) else None for b in bounds]
    return len(range(axis)[slice(*plain)])


def _plain(bound: Length | None) -> bool:
    return bound is None or isinstance(bound, int)


def _negative(bound: Length) -> bool:
    return isinstance(bound, int) and bound < 0


def _until(axis: Length, stop: Length | None) -> Length:
    if stop is None or stop == axis:
        return axis
    if _negative(stop):
        return combine(axis, stop)
    return 1 if stop == 1 else symbol(f"min({stop},{axis})")


def _tail(axis: Length, start: Length | None) -> Length:
    return 1 if start == -1 else symbol(f"min({start},{axis})")


def _strided(
    axis: Length, start: Length | None, stop: Length | None, step: Length | None
) -> Length:
    whole = start is None and stop is None
    if whole and step == -1:
        return axis
    known = all(map(_plain, (start, stop, step)))
    if isinstance(axis, int) and known and step != 0:
        return _counted(axis, start, stop, step)
    if whole and isinstance(step, int) and step > 0:
        return quotient(combine(axis, step - 1), step)
    return symbol(f"({axis})[{start}:{stop}:{step}]")


def make_slice(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`slice(a, b, c)`, whose bounds are known by what they equal."""
    parts = []
    for a in args:
        value = integer(a)
        if value is None and not isinstance(a, Const):
            value = symbol(UNKNOWN + a.name)
        parts.append(a.type if value is None else Scalar("i8", True, value))
    parts += [Opaque("none")] * (3 - len(parts))
    return Opaque("slice", tuple(parts))


def take(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.take(a, indices, axis)`."""
    source, index = array_of(args[0].type), array_of(args[1].type)
    axis = kwargs.get("axis")
    if source is None or index is None:
        return ANY
    added = index.shape if isinstance(index, Array) else ()
    if axis is None:
        if added == ():
            return _item(Array(source.dtype))
        return Array(source.dtype, added)
    place = integer(axis)
    shape = source.shape if isinstance(source, Array) else ()
    if shape is None or added is None or not isinstance(place, int):
        return ANY
    place %= max(len(shape), 1)
    found = (*shape[:place], *added, *shape[place + 1 :])
    return Array(source.dtype, found) if found else _item(Array(source.dtype))


def shape_of_index(args: tuple[Atom, ...]) -> Shape | None:
    """The shape that a call spells by its arguments: `f(2, 3)` or `f((2, 3))`."""
    if len(args) == 1:
        return lengths(args[0])
    found = [integer(a) for a in args]
    return None if None in found else tuple(d for d in found if d is not None)
