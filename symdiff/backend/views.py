"""Which operations give views: results that share storage with an operand."""

from __future__ import annotations

from symdiff.ir.core import ARITY
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import Array, Tuple
from symdiff.rules.registry import Rule, arguments, find


def _numpy(names: str) -> frozenset[str]:
    return frozenset(f"numpy.{name}" for name in names.split())


_ALIASES = frozenset({"same", "ifelse", "logical_and", "logical_or", "attribute"})
# Beside what the rules declare: a view that is missed would be a wrong result.
_VIEWS = _numpy(
    """
    asarray asanyarray ascontiguousarray asfortranarray asarray_chkfinite require
    reshape ravel transpose matrix_transpose permute_dims swapaxes moveaxis rollaxis
    expand_dims squeeze broadcast_to broadcast_arrays atleast_1d atleast_2d atleast_3d
    diagonal diag real imag real_if_close flip fliplr flipud rot90 split array_split
    hsplit vsplit dsplit frombuffer unstack trim_zeros linalg.diagonal
    linalg.matrix_transpose linalg.matrix_power diff ix_
    lib.stride_tricks.sliding_window_view lib.stride_tricks.as_strided
    """
)
_COMPUTED = frozenset(
    {
        *("divide", "power", "last_written", "undiag", "untile", "add_windows"),
        *("cofactors", "pivoted", "unpivoted", "builtins.abs", "builtins.pow"),
    }
)
_READ_ONLY = _numpy(
    """
    broadcast_to broadcast_arrays diagonal diag linalg.diagonal
    lib.stride_tricks.sliding_window_view
    """
)
_FRESH = frozenset(
    f"ndarray.{name}"
    for name in (
        *("astype", "copy", "flatten", "tolist", "item"),
        *("shape", "size", "ndim", "dtype"),
    )
)


def basic_index(index: Atom) -> bool:
    """Whether indexing an array by this may give a view: by all but an array."""
    if isinstance(index, Const):
        return not isinstance(index.value, list)
    match index.type:
        case Array():
            return False
        case Tuple(items=items):
            return not any(isinstance(t, Array) for t in items)
    return True


def viewed(stmt: Apply) -> tuple[Atom, ...] | None:
    """The operands that the result may share storage with; None: it may hold any."""
    op, args = stmt.op, stmt.args
    if op in _ALIASES:
        return args[-2:]
    if op == "unbroadcast":
        return args[:1]
    if op in _VIEWS or any(name == "copy" for name, _ in stmt.kwargs):
        return args
    if op.startswith("ndarray."):
        return () if op in _FRESH else args[:1]
    if op == "numpy.einsum":
        # A transposition or a diagonal of one operand is a view.
        return args[1:] if len(args) == 2 else ()
    rule = find(op)
    if rule is not None and rule.view:
        return _declared(rule, stmt)
    if rule is not None and rule.user is not None and not rule.elementwise:
        return None  # what a user's function returns or saves may be an argument
    return () if op.startswith("math.") or _is_fresh(op, rule is not None) else None


def _is_fresh(op: str, has_rule: bool) -> bool:
    """Whether the result of an operation that declares no view is surely new."""
    if "." in op and not op.startswith("builtins."):
        return has_rule
    # Helpers and builtins may pass an operand through; these compute.
    return op in ARITY or op in _COMPUTED or op.startswith(("left_of_", "right_of_"))


def _declared(rule: Rule, stmt: Apply) -> tuple[Atom, ...]:
    found = arguments(rule, stmt.args, stmt.kwargs)
    shared: list[Atom] = []
    for name in rule.view:
        value = found.get(name, ())
        shared.extend(value if isinstance(value, tuple) else (value,))
    return tuple(shared)


def is_read_only(op: str) -> bool:
    """Whether the result of a view must not be written to."""
    return op in _READ_ONLY


def is_strict_view(stmt: Apply) -> bool:
    """Whether a definition is a view of an array that a copy can replace."""
    known = len(stmt.outs) == 1 and isinstance(stmt.outs[0].type, Array)
    return known and (stmt.op == "getitem" or bool(viewed(stmt)))
