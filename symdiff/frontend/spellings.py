"""Keywords that say a thing in other words → the call in the words of its rule.

np.var(x, correction=1)            →      np.var(x, ddof=1)
np.clip(x, min=0.0)                →      np.clip(x, 0.0, None)
np.sum(x, dtype=np.float64)        →      np.sum(x.astype(np.float64))
np.sort(x, axis=None)              →      np.sort(np.ravel(x))
np.exp(x, casting="same_kind")     →      np.exp(x)

What is left of the keywords is for the rule, which refuses what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.values import BAD, Bad, Plain, Value
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import Array, Scalar, dtype_of
from symdiff.rules import registry
from symdiff.rules.infer.common import dtype_argument

Words = tuple[Sequence[Value], Mapping[str, Value]]

_SPREADS = ("var", "std", "nanvar", "nanstd")
SYNONYMS = {f"numpy.{name}": {"correction": "ddof"} for name in _SPREADS}
SYNONYMS["numpy.linalg.pinv"] = {"rtol": "rcond"}
SYNONYMS["numpy.clip"] = {"min": "a_min", "max": "a_max"}
_CAST = frozenset(
    f"numpy.{name}"
    for name in (
        *("sum", "mean", "prod", "var", "std", "cumsum", "cumprod", "trace"),
        *("nansum", "nanmean", "nanprod", "nanvar", "nanstd", "nancumsum"),
        *("cumulative_sum", "cumulative_prod"),
        *(f"{u}.{m}" for u in ("add", "multiply") for m in ("reduce", "accumulate")),
    )
)
"""What computes in the precision that `dtype` says: as if its operand had it."""
_SORTS = ("numpy.sort", "numpy.argsort", "numpy.partition", "numpy.argpartition")
"""What sorts the flattened array for `axis=None`."""
_HABITS = {"casting": "same_kind", "order": "K", "subok": True, "where": True}
"""The options of every ufunc that may be given as they are anyway."""


def spelled(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Words:
    """The arguments of a call in the words of its rule."""
    if not kwargs:
        return args, kwargs
    synonyms = SYNONYMS.get(op, {})
    given = {name: value for name, value in kwargs.items() if not _permits(op, name)}
    named = {synonyms.get(name, name): value for name, value in given.items()}
    if len(named) < len(given):  # both spellings: the rule says what it does not know
        return args, kwargs
    if op == "numpy.clip":
        none = Plain(Const(None))
        ends = [named.pop(name, none) for name in ("a_min", "a_max")[len(args) - 1 :]]
        args = [*args, *ends]
    if op in _SORTS and "axis" in named and _is_constant(named["axis"], None):
        del named["axis"]
        flat = frame.emit("numpy.ravel", [atom_of(frame, args[0], node)], node)
        args = [plain(flat), *args[1:]]
    if op in _CAST and "dtype" in named and args:
        cast = _cast(frame, args[:1], named["dtype"], node)
        if cast is not None:
            del named["dtype"]
            args = [*cast, *args[1:]]
    return args, named


def _permits(op: str, name: str) -> bool:
    """Whether a keyword permits to overwrite an operand, which we do not."""
    entry = registry.find(op)
    known = entry is not None and any(p.name == name for p in entry.params)
    return known and name.startswith("overwrite_")


def ufunc_words(
    frame: Frame,
    ufunc: np.ufunc,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Words | None:
    """The same for the call of a ufunc; None, with a finding, for a lone `where`."""
    named = {
        name: value
        for name, value in kwargs.items()
        if name not in _HABITS or not _is_constant(value, _HABITS[name])
    }
    if "where" in named and "out" not in named and len(args) <= ufunc.nin:
        frame.report(
            "SD202",
            f"`{ufunc.__name__}` leaves undefined what `where` does not choose",
            node,
            help="pass the array to write to as `out=`, or use `np.where`",
        )
        return None
    if "dtype" in named:
        cast = _cast(frame, args[: ufunc.nin], named["dtype"], node)
        if cast is not None:
            del named["dtype"]
            args = [*cast, *args[ufunc.nin :]]
    return args, named


def _is_constant(value: Value, wanted: object) -> bool:
    found = value.atom if isinstance(value, Plain) else None
    return isinstance(found, Const) and not found.name and found.value == wanted


def _cast(
    frame: Frame, values: Sequence[Value], dtype: Value, node: cst.CSTNode
) -> list[Value] | None:
    """The operands in a precision; None if that could lose more than digits."""
    atom = BAD if isinstance(dtype, Bad) else atom_of(frame, dtype, node)
    if not isinstance(atom, Const):
        return None
    if atom.value is None:
        return list(values)
    wanted = dtype_argument(atom, None)
    if wanted is None or wanted[0] not in "fc":
        return None
    atoms = [atom_of(frame, value, node) for value in values]
    if wanted[0] == "f" and any((dtype_of(type_of(a)) or "f")[0] == "c" for a in atoms):
        return None
    return [plain(_in_precision(frame, a, atom, wanted, node)) for a in atoms]


def _in_precision(
    frame: Frame, atom: Atom, dtype: Const, wanted: str, node: cst.CSTNode
) -> Atom:
    """`x.astype(dtype)`, if `x` does not have that precision anyway."""
    kind = type_of(atom)
    python = isinstance(kind, Scalar) and kind.python
    if dtype_of(kind) == wanted and not python:
        return atom
    op = "ndarray.astype" if isinstance(kind, Array) else "numpy.asarray"
    return frame.emit(op, [atom, dtype], node)
