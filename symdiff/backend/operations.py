"""What the printer must know of an operation: effects, in-place forms, views, cost."""

from __future__ import annotations

from symdiff.ir.core import ARITY
from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import (
    Array,
    List,
    Opaque,
    Scalar,
    Tuple,
    Type,
    dtype_of,
)
from symdiff.rules.registry import arguments, find

AUGMENTED = {
    "iadd": "+",
    "isub": "-",
    "imul": "*",
    "itruediv": "/",
    "ifloordiv": "//",
    "imod": "%",
    "ipow": "**",
    "imatmul": "@",
}
STORES = frozenset({"setitem", "additem"})
FREE = frozenset({"ndarray.shape", "ndarray.size", "ndarray.ndim", "ndarray.dtype"})
_EFFECTS = frozenset(
    {"assert", "raise"}
    | {f"builtins.{name}" for name in ("print", "next", "input", "open", "setattr")}
)
_PURE = frozenset({"numpy", "math", "scipy", "builtins", "ndarray"})
_ALIASES = frozenset({"same", "ifelse", "logical_and", "logical_or"})
_VIEWS = frozenset(
    f"numpy.{name}"
    for name in """
    asarray asanyarray ascontiguousarray asfortranarray asarray_chkfinite
    require reshape ravel transpose matrix_transpose permute_dims swapaxes moveaxis
    rollaxis expand_dims squeeze broadcast_to broadcast_arrays atleast_1d atleast_2d
    atleast_3d diagonal diag real imag real_if_close flip fliplr flipud rot90 split
    array_split hsplit vsplit dsplit frombuffer unstack trim_zeros linalg.diagonal
    linalg.matrix_transpose lib.stride_tricks.sliding_window_view
    lib.stride_tricks.as_strided
    """.split()
)
_FRESH = frozenset(
    {"ndarray.astype", "ndarray.copy", "ndarray.flatten", "ndarray.tolist"}
)
_READ_ONLY = frozenset(
    f"numpy.{name}"
    for name in """
    broadcast_to broadcast_arrays diagonal diag linalg.diagonal
    lib.stride_tricks.sliding_window_view
    """.split()
)


def is_update(op: str) -> bool:
    """Whether an operation is a store as a value: it consumes its first operand."""
    return (
        op in AUGMENTED
        or op in STORES
        or op in ("append", "pop")
        or (op.startswith("numpy.") and op.endswith(".at"))
    )


def has_effect(op: str) -> bool:
    """Whether the order of an operation among others matters; an unknown one's may."""
    if op in _EFFECTS:
        return True
    rule = find(op)
    if rule is not None:
        return rule.effect
    root = op.partition(".")[0]
    return "." in op and (root not in _PURE or op.startswith("numpy.random."))


def is_free(stmt: Apply) -> bool:
    """Whether an operation only looks at what its operand is, so that it may be repeated."""
    return stmt.op in FREE or (
        stmt.op == "numpy.transpose" and len(stmt.args) == 1 and not stmt.kwargs
    )


def is_short_view(stmt: Apply) -> bool:
    """Whether an operation is `x[1:-1]`: constant bounds, at least one slice."""
    if stmt.op != "getitem" or not isinstance(stmt.args[1], Const):
        return False
    index = stmt.args[1].value
    parts = index if isinstance(index, tuple) else (index,)
    return isinstance(stmt.outs[0].type, Array) and any(
        isinstance(p, slice) for p in parts
    )


def has_storage(kind: Type) -> bool:
    """Whether a value of a type can be written to through another name."""
    match kind:
        case Scalar():
            return False
        case Opaque(kind=name):
            return name not in ("str", "none", "slice", "range", "module")
        case Tuple(items=items):
            return any(map(has_storage, items))
    return True


def is_container(kind: Type) -> bool:
    """Whether a value of a type may hold other values that have storage."""
    match kind:
        case Array() | Scalar():
            return False
        case List(item=item):
            return has_storage(item)
        case Tuple(items=items):
            return any(map(has_storage, items))
    return True


def basic_index(index: Atom) -> bool:
    """Whether indexing an array by this gives a view: anything that may not be an array."""
    if isinstance(index, Const):
        return not isinstance(index.value, list)
    match index.type:
        case Array():
            return False
        case Tuple(items=items):
            return not any(isinstance(t, Array) for t in items)
    return True


def viewed(stmt: Apply) -> tuple[Atom, ...] | None:
    """The operands whose storage the result may share; None if it may hold any of them."""
    op = stmt.op
    if op in _ALIASES:
        return stmt.args[-2:] if op == "ifelse" else stmt.args
    if op == "unbroadcast" or op in _VIEWS:
        return _array_operands(stmt)
    if any(name == "copy" for name, _ in stmt.kwargs):
        return stmt.args
    if op.startswith("ndarray."):
        return () if op in _FRESH else stmt.args[:1]
    if op == "numpy.einsum":
        # A transposition or a diagonal of one operand is a view.
        return stmt.args[1:] if len(stmt.args) == 2 else ()
    rule = find(op)
    if rule is None:
        return () if op in ARITY else None
    if not rule.view:
        return None if op.startswith("builtins.") else ()
    found = arguments(rule, stmt.args, stmt.kwargs)
    shared: list[Atom] = []
    for name in rule.view:
        value = found.get(name)
        if isinstance(value, tuple):
            shared.extend(value)
        elif value is not None:
            shared.append(value)
    return tuple(shared)


def _array_operands(stmt: Apply) -> tuple[Atom, ...]:
    """All operands of a view of arrays; what is not an array shares nothing."""
    return stmt.args[:1] if stmt.op == "unbroadcast" else stmt.args


def is_read_only(op: str) -> bool:
    """Whether the result of a view must not be written to."""
    return op in _READ_ONLY


def is_strict_view(stmt: Apply) -> bool:
    """Whether a definition is a view of an array that a copy can replace."""
    known = isinstance(stmt.out.type, Array) if len(stmt.outs) == 1 else False
    return known and (stmt.op in ("getitem", "same") or bool(viewed(stmt)))


def keeps_type(x: Var | Const, e: Atom) -> bool:
    """Whether `x + e` certainly has the dtype of `x`, as `x += e` would leave it."""
    if not isinstance(x.type, Array):
        # A number, a list, or unknown: then `x.copy()` may not exist.
        return True
    own, other = dtype_of(x.type), dtype_of(e.type)
    if own is None or other is None:
        return False
    weak = isinstance(e.type, Scalar) and e.type.python
    return own == other or (weak and own[0] == "f" and other[0] in "fib")
