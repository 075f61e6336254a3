"""Calls of library functions that are written out in `prelude`: inlined like a user's.

What takes a function (`map`, `reduce`, `sorted(key=...)`) or only hands items on
(`chain`, `accumulate`) has no rule: its text is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import libcst as cst

from symdiff.analysis.activity import differentiable
from symdiff.frontend import prelude
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import bind_arguments, inline
from symdiff.frontend.kinds import is_table
from symdiff.frontend.memory import atom_of, materialise
from symdiff.frontend.operations import apply, taken
from symdiff.frontend.records import known_items
from symdiff.frontend.source import FunctionText
from symdiff.frontend.values import (
    BAD,
    Bad,
    Deque,
    Dict,
    Known,
    Lazy,
    Partial,
    Plain,
    Ref,
    UserFunction,
    Value,
)
from symdiff.ir.nodes import UNDEF, Const
from symdiff.ir.types import Array, List, Opaque, Scalar, Table, Tuple, Type
from symdiff.rules.typing import item_type

FORMS: dict[str, Callable[..., Any]] = {
    "builtins.map 2": prelude.mapped,
    "builtins.map 3": prelude.mapped_two,
    "builtins.map 4": prelude.mapped_three,
    "builtins.filter 2": prelude.filtered,
    "builtins.sorted 1": prelude.sorted_plain,
    "builtins.sorted 1 key": prelude.sorted_by,
    "builtins.sorted 1 reverse": prelude.sorted_plain,
    "builtins.sorted 1 key reverse": prelude.sorted_by,
    "builtins.min 1 key": prelude.smallest_by,
    "builtins.max 1 key": prelude.largest_by,
    "builtins.min 1 default": prelude.smallest_or,
    "builtins.max 1 default": prelude.largest_or,
    "builtins.min 1 default key": prelude.smallest_by_or,
    "builtins.max 1 default key": prelude.largest_by_or,
    "builtins.dict 1": prelude.table_of_pairs,
    "functools.reduce 2": prelude.reduced,
    "functools.reduce 3": prelude.reduced_from,
    "itertools.starmap 2": prelude.starmapped,
    "itertools.filterfalse 2": prelude.filtered_false,
    "itertools.takewhile 2": prelude.taken_while,
    "itertools.dropwhile 2": prelude.dropped_while,
    "itertools.compress 2": prelude.compressed,
    "itertools.accumulate 1": prelude.accumulated_sum,
    "itertools.accumulate 2": prelude.accumulated,
    "itertools.accumulate 1 func": prelude.accumulated,
    "itertools.accumulate 1 initial": prelude.accumulated_sum_from,
    "itertools.accumulate 2 initial": prelude.accumulated_from,
    "itertools.accumulate 1 func initial": prelude.accumulated_from,
    "itertools.chain.from_iterable 1": prelude.flattened,
    "itertools.islice 2": prelude.sliced,
    "itertools.islice 3": prelude.sliced_from,
    "itertools.islice 4": prelude.sliced_from,
    "itertools.repeat 2": prelude.repeated,
    "itertools.repeat 1 times": prelude.repeated,
}
"""The text for each form of a call: name, number of arguments, keywords."""

_BUILTIN = "list tuple sum min max any all set sorted"
_CONSUMERS = frozenset(
    [f"builtins.{name}" for name in _BUILTIN.split()]
    + ["numpy.fromiter", "collections.deque", "itertools.chain"]
)
"""What uses up an iterator that it is given."""

_CLASSES = frozenset(form.split()[0] for form in FORMS)


def takes_iterators(callee: Value) -> bool:
    """Whether a call uses up the iterators among its arguments at once."""
    return isinstance(callee, Known) and callee.name in _CLASSES | _CONSUMERS


def takes_turns(callee: Value) -> bool:
    """Whether a call runs code of its own between the steps of its arguments."""
    turns = _CLASSES | {"builtins.any", "builtins.all"}
    return isinstance(callee, Known) and callee.name in turns


def written_call(
    frame: Frame,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """The result of a call that is written out, or None if it is not."""
    if name in _CONSUMERS and any(is_table(frame, arg) for arg in args):
        args = [as_sequence(frame, v, node) if is_table(frame, v) else v for v in args]
    if name in ("builtins.min", "builtins.max") and "key" in kwargs and len(args) > 1:
        args = [apply(frame, "list", args, node)]
    if name == "itertools.chain" and not kwargs:
        return concatenated(frame, [(arg, True) for arg in args], node)
    if name == "operator.itemgetter" and len(args) == 1 and not kwargs:
        return Partial(UserFunction(_text(frame, prelude.item_at)), tuple(args))
    function = _form(frame, name, args, kwargs)
    return None if function is None else expand(frame, function, args, kwargs, node)


def _form(
    frame: Frame, name: str, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> Callable[..., Any] | None:
    if name == "builtins.filter" and args and args[0] == Plain(Const(None)):
        return prelude.filtered_true
    if name == "builtins.dict" and args and _is_dict(frame, args[0]):
        return None
    key = kwargs.get("key")
    if key == Plain(Const(None)):
        kwargs = {k: v for k, v in kwargs.items() if k != "key"}
    plain = name == "builtins.sorted" and len(args) == 1 and "key" not in kwargs
    if plain and passive(frame, args[0]):
        return None
    if plain and not kwargs and _of_numbers(frame, args[0]):
        return None
    return FORMS.get(" ".join([name, str(len(args)), *sorted(kwargs)]))


def _is_dict(frame: Frame, value: Value) -> bool:
    return isinstance(value, Dict) or is_table(frame, value)


def passive(frame: Frame, value: Value) -> bool:
    """Whether no item of an iterable can carry a derivative."""
    if isinstance(value, Lazy | Bad):
        return False
    items = known_items(frame, value)
    if items is not None:
        return all(isinstance(v, Plain | Ref) and _fixed(frame, v) for v in items)
    if not isinstance(value, Plain | Ref) or (isinstance(value, Ref) and value.path):
        return False
    atom = value.atom if isinstance(value, Plain) else frame.version(value.cell)
    return not differentiable(item_type(type_of(atom)))


def _fixed(frame: Frame, value: Plain | Ref) -> bool:
    if isinstance(value, Ref):
        return not value.path and not differentiable(type_of(frame.version(value.cell)))
    return not differentiable(type_of(value.atom))


def _of_numbers(frame: Frame, value: Value) -> bool:
    """Whether a value surely has numbers as its items, so that a rule sorts them."""
    atom = value.atom if isinstance(value, Plain) else None
    if isinstance(value, Ref):
        atom = frame.version(value.cell) if not value.path else None
    match None if atom is None else type_of(atom):
        case Array(shape=shape):
            return shape is not None and len(shape) == 1
        case List(item=item):
            return isinstance(item, Scalar)
    return False


def _text(frame: Frame, function: Callable[..., Any]) -> FunctionText:
    assert isinstance(function, FunctionType)
    return frame.session.text_of(function)


def expand(
    frame: Frame,
    function: Callable[..., Any],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """Inline a function of the prelude."""
    text = _text(frame, function)
    values = bind_arguments(frame, text, {}, args, kwargs, node)
    if values is None or any(isinstance(v, Bad) for v in values.values()):
        return BAD
    if "sequence" in values:
        values["sequence"] = as_sequence(frame, values["sequence"], node)
    return inline(frame, text, None, values, node, frame.place(node))


def as_sequence(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """An iterable as something that has a length and items by index."""
    if isinstance(value, Lazy):
        return expand(frame, prelude.listed, [value], {}, node)
    if isinstance(value, Deque):
        return value.items
    if is_table(frame, value):
        return keys_of(frame, value, node)
    items = known_items(frame, value)
    if items is not None:
        return apply(frame, "list", items, node)
    atom = atom_of(frame, value, node)
    if atom == UNDEF:
        return BAD
    if isinstance(type_of(atom), Opaque) and type_of(atom) != Opaque("str"):
        return apply(frame, "builtins.list", [value], node)
    return value


def keys_of(frame: Frame, table: Value, node: cst.CSTNode) -> Value:
    """`list(d)`; refused if the keys may carry a derivative: none is followed."""
    kind = type_of(atom_of(frame, table, node))
    if isinstance(kind, Table) and not kind.empty and differentiable(kind.key):
        return frame.report(
            "SD407",
            "the keys of this dict may be numbers with a derivative",
            node,
            help="use strings or whole numbers as keys",
        )
    return apply(frame, "builtins.list", [table], node)


def concatenated(
    frame: Frame, parts: Sequence[tuple[Value, bool]], node: cst.CSTNode
) -> Value:
    """`[a, *xs, b]`: the parts one after the other, those with a true mark spread."""
    rows: list[Value] = []
    plain: list[Value] = []
    for value, spread in parts:
        known = known_items(frame, value) if spread else (value,)
        if known is not None:
            plain += known
            continue
        if plain:
            rows.append(apply(frame, "list", plain, node))
            plain = []
        row = as_sequence(frame, value, node)
        rows.append(_as_list(frame, row, node))
    if plain or not rows:
        rows.append(apply(frame, "list", plain, node))
    whole = rows[0]
    for row in rows[1:]:
        whole = apply(frame, "add", [whole, row], node)
    return whole


def _as_list(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    fresh = isinstance(value, Plain) and isinstance(type_of(value.atom), List)
    return value if fresh else apply(frame, "builtins.list", [value], node)


def settled(frame: Frame, name: str, value: Value, node: cst.CSTNode) -> Value:
    """The value itself, or the list of what an iterator gives, or a dict's keys."""
    if name in _CONSUMERS and _is_dict(frame, value):
        return as_sequence(frame, value, node)
    if isinstance(value, Lazy):
        return expand(frame, prelude.listed, [value], {}, node)
    return value


def spread(frame: Frame, value: Value, arg: cst.CSTNode) -> Sequence[Value] | None:
    """The arguments that `*value` stands for, if their number is known."""
    if isinstance(value, Bad):
        return None
    known = known_items(frame, value)
    if known is not None:
        return known
    whole = materialise(frame, value, arg)
    if isinstance(whole, Plain):
        type = type_of(whole.atom)
        count = _count(type)
        if count is not None:
            outs = frame.builder.bind(
                "unpack", [whole.atom], {}, ("",) * count, origin=frame.origin(arg)
            )
            return [taken(whole, out) for out in outs]
    frame.report(
        "SD109",
        "the number of arguments that `*` passes is not known",
        arg,
        help="pass the items one by one",
    )
    return None


def _count(type: Type) -> int | None:
    """How many items a value of a type has, if that is known."""
    match type:
        case Tuple(items=items):
            return len(items)
        case List(length=int() as count):
            return count
        case Array(shape=(int() as count, *_)):
            return count
    return None
