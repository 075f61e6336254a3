"""What is claimed of a result's type is true of the result."""

from __future__ import annotations

import numpy as np
import pytest

from rules.eager import Eager, atoms, symbolic
from symdiff.ir.nodes import Const, Var
from symdiff.ir.types import (
    INT,
    Array,
    List,
    Opaque,
    Scalar,
    Tuple,
    combine,
    symbol,
    type_of_value,
)
from symdiff.rules import bind, find
from symdiff.rules.typing import item_type

A = np.arange(12.0).reshape(3, 4)
V = np.arange(5.0)
K = np.array([2, 0, 1])
MASK = V > 1.5
F4 = np.float32(1.5)
EMPTY = np.zeros((0, 3))

# Calls of operations, most of them without a derivative.
CALLS = [
    ("add", [1, 2]),
    ("add", [1, 2.0]),
    ("add", [V, 1]),
    ("add", [V.astype(np.float32), 1.5]),
    ("add", [V.astype(np.float32), V]),
    ("add", [K, 1.5]),
    ("add", [K, 1]),
    ("add", [F4, 1.0]),
    ("add", [np.int32(2), 1]),
    ("truediv", [1, 2]),
    ("truediv", [K, 2]),
    ("pow", [2, 3]),
    ("pow", [2, -1]),
    ("pow", [2.0, 3]),
    ("floordiv", [7, 2]),
    ("mod", [7, 2]),
    ("lt", [1, 2]),
    ("lt", [V, 2]),
    ("lt", [V[0], 2]),
    ("neg", [3]),
    ("neg", [V]),
    ("and_", [MASK, MASK]),
    ("and_", [True, False]),
    ("invert", [MASK]),
    ("builtins.abs", [-3]),
    ("builtins.abs", [V]),
    ("add", [[1.0], [2.0, 3.0]]),
    ("mul", [[1.0, 2.0], 2]),
    ("numpy.sin", [1]),
    ("numpy.sin", [1.0]),
    ("numpy.sin", [K]),
    ("numpy.sin", [np.array(1.0)]),
    ("numpy.sin", [F4]),
    ("numpy.sin", [[1.0, 2.0]]),
    ("numpy.floor", [V]),
    ("numpy.sign", [2.5]),
    ("numpy.isnan", [V]),
    ("numpy.isnan", [1.0]),
    ("numpy.where", [MASK, V, 0]),
    ("numpy.where", [True, 1.0, 0]),
    ("numpy.clip", [V, 1, 2]),
    ("numpy.clip", [K, 0.5, None]),
    ("numpy.maximum", [V, 0]),
    ("math.sqrt", [2]),
    ("scipy.special.expit", [V]),
    ("scipy.special.expit", [1]),
    ("scipy.special.gammaln", [F4]),
    ("numpy.sum", [K]),
    ("numpy.sum", [MASK]),
    ("numpy.sum", [A], {"axis": 1}),
    ("numpy.sum", [A], {"axis": (0, 1)}),
    ("numpy.sum", [A], {"axis": (), "keepdims": True}),
    ("numpy.mean", [K]),
    ("numpy.mean", [V.astype(np.float32)]),
    ("numpy.max", [K]),
    ("numpy.max", [A], {"axis": 0, "keepdims": True}),
    ("numpy.argmax", [A]),
    ("numpy.argmax", [A], {"axis": 0}),
    ("numpy.any", [MASK]),
    ("numpy.all", [A], {"axis": 0}),
    ("numpy.count_nonzero", [MASK]),
    ("numpy.cumsum", [MASK]),
    ("numpy.cumsum", [A]),
    ("numpy.zeros", [3]),
    ("numpy.zeros", [(2, 3)]),
    ("numpy.zeros", [3], {"dtype": int}),
    ("numpy.ones", [()]),
    ("numpy.empty", [(2,)]),
    ("numpy.zeros_like", [K]),
    ("numpy.zeros_like", [1.5]),
    ("numpy.ones_like", [A], {"dtype": np.float32}),
    ("numpy.full", [(2, 2), 1.5]),
    ("numpy.full", [2, 1]),
    ("numpy.eye", [3]),
    ("numpy.eye", [3], {"M": 4}),
    ("numpy.identity", [3]),
    ("numpy.tri", [3]),
    ("numpy.arange", [5]),
    ("numpy.arange", [1, 5]),
    ("numpy.arange", [0, 1, 0.25]),
    ("numpy.arange", [5.0]),
    ("numpy.arange", [5, 1, -2]),
    ("numpy.linspace", [0, 1]),
    ("numpy.linspace", [0.0, 1.0], {"num": 7}),
    ("numpy.array", [[1, 2]]),
    ("numpy.array", [[1, 2.5]]),
    ("numpy.array", [[[1.0, 2.0], [3.0, 4.0]]]),
    ("numpy.array", [[V, V]]),
    ("numpy.array", [1.5]),
    ("numpy.asarray", [K], {"dtype": float}),
    ("ndarray.astype", [K, float]),
    ("ndarray.astype", [A, np.float32]),
    ("numpy.reshape", [A, -1]),
    ("numpy.reshape", [A, (2, -1)]),
    ("numpy.reshape", [A, (-1, 4)]),
    ("numpy.reshape", [A, 12]),
    ("numpy.squeeze", [A[:, :1]]),
    ("numpy.squeeze", [A]),
    ("numpy.concatenate", [[V, V]]),
    ("numpy.concatenate", [(V, K)]),
    ("numpy.concatenate", [[A, EMPTY.reshape(0, 3)[:, [0, 0, 0, 0]]]]),
    ("numpy.stack", [[V, V, V]], {"axis": -1}),
    ("numpy.hstack", [[V, V]]),
    ("numpy.vstack", [[V, V]]),
    ("numpy.column_stack", [[V, V]]),
    ("numpy.dstack", [[A, A]]),
    ("numpy.split", [A], {"indices_or_sections": 2, "axis": 1}),
    ("numpy.tile", [V, 3]),
    ("numpy.repeat", [V, 2]),
    ("numpy.diag", [V], {"k": 2}),
    ("numpy.diag", [A], {"k": -1}),
    ("numpy.diagonal", [A]),
    ("numpy.triu_indices", [3], {"k": 1}),
    ("numpy.argsort", [V]),
    ("numpy.searchsorted", [V, 2.5]),
    ("numpy.searchsorted", [V, V]),
    ("numpy.meshgrid", [V, K]),
    ("numpy.shape", [A]),
    ("numpy.shape", [1.5]),
    ("ndarray.shape", [A]),
    ("ndarray.size", [A]),
    ("ndarray.ndim", [A]),
    ("builtins.len", [A]),
    ("builtins.len", [[1.0]]),
    ("builtins.sum", [[1.0, 2.0]]),
    ("builtins.sum", [[1, 2]]),
    ("builtins.sum", [V]),
    ("builtins.sum", [A]),
    ("builtins.max", [1, 2.0]),
    ("builtins.min", [V]),
    ("builtins.round", [2.5]),
    ("builtins.round", [2.5, 1]),
    ("builtins.int", [2.5]),
    ("builtins.float", [2]),
    ("builtins.divmod", [7, 2]),
    ("builtins.divmod", [7.5, 2]),
    ("builtins.list", [V]),
    ("builtins.tuple", [[1.0, 2.0]]),
    ("numpy.outer", [V, K]),
    ("numpy.vdot", [V, V]),
    ("numpy.matmul", [A, A.T]),
    ("numpy.dot", [A, V[:4]]),
    ("numpy.kron", [V, K]),
    ("numpy.trace", [A]),
    ("numpy.cross", [V[:3], V[1:4]]),
    ("numpy.linalg.inv", [np.eye(3)]),
    ("numpy.linalg.det", [np.eye(3)]),
    ("numpy.linalg.slogdet", [np.eye(3)]),
    ("numpy.linalg.solve", [np.eye(3), V[:3]]),
    ("numpy.float64", [2]),
    ("numpy.int64", [2.5]),
    ("numpy.round", [V]),
    ("numpy.round", [2.5]),
    ("numpy.interp", [1.5, V, V]),
]


def _call(case):
    op, args, kwargs = case if len(case) == 3 else (*case, {})
    return op, args, kwargs


@pytest.mark.parametrize("how", ["exact", "symbols", "variables"])
@pytest.mark.parametrize("case", CALLS, ids=lambda c: f"{c[0]}{len(str(c[1]))}")
def test_claims(case, how):
    op, args, kwargs = _call(case)
    types, lengths = symbolic(args) if how == "symbols" else (None, {})
    types = types or [type_of_value(a) for a in args]
    build = Eager(lengths)
    if how == "variables":
        plain = [
            a if isinstance(a, str | type) else build.var(a, t, f"p{n}")
            for n, (a, t) in enumerate(zip(args, types, strict=True))
        ]
        given = [a if isinstance(a, Var) else Const(a) for a in plain]
    else:
        given = atoms(build, args, types)
    entry = find(op)
    bound, pairs = bind(entry, given, {k: Const(v) for k, v in kwargs.items()})
    value, found = build.run(entry.op, bound, dict(pairs))
    if isinstance(found, tuple):
        found = Tuple(found)
    build.check(tuple(value) if isinstance(found, Tuple) else value, found, op)


def test_index_expressions():
    rng = np.random.default_rng(11)
    parts = [
        lambda: int(rng.integers(-2, 2)),
        lambda: slice(*_bounds(rng)),
        lambda: None,
        lambda: K,
        lambda: np.array([[1, 0], [0, 1]]),
    ]
    for _ in range(1500):
        x = rng.normal(size=(4, 5, 3)[: rng.integers(1, 4)])
        index = tuple(
            parts[rng.integers(len(parts))]() for _ in range(rng.integers(1, 4))
        )
        if rng.random() < 0.3:
            index = (*index[:1], Ellipsis, *index[1:])
        _claim(x, index)


def _bounds(rng):
    pick = [None, *range(-6, 7)]
    step = [None, None, 1, 2, -1, -2][rng.integers(6)]
    return pick[rng.integers(14)], pick[rng.integers(14)], step


def _claim(x, index):
    try:
        value = x[index]
    except IndexError:
        return
    build = Eager()
    parts = [build.var(i) if isinstance(i, np.ndarray) else Const(i) for i in index]
    where = build("tuple", tuple(parts), {})
    found = find("getitem").infer((build.var(x), where), {})
    build.check(value, found, f"{x.shape}[{index}]")


def test_symbolic_slices():
    u = Var("u", Array("f8", (symbol("n"),)))
    n = symbol("n")

    def length(*bounds):
        return find("getitem").infer((u, Const(slice(*bounds))), {}).shape[0]

    assert length(None, None) == n
    assert length(2, None) == length(1, -1) == length(None, -2) == combine(n, -2)
    assert length(None, None, -1) == n
    assert length(3, 6) == 3
    assert length(None, 5) != 5  # there may be fewer
    assert length(None, 1) == 1


def test_slices_with_computed_bounds():
    x = Var("x", Array("f8", (symbol("n"),)))
    i, k = Var("i", INT), Var("k", INT)
    build = Eager()
    stop = find("add").infer((i, k), {})
    window = find("slice").infer((i, Var("s", stop), Const(None)), {})
    found = find("getitem").infer((x, Var("w", window)), {})
    assert found == Array("f8", (symbol("k"),))
    tail = find("slice").infer((i, Const(None), Const(None)), {})
    other = find("getitem").infer((x, Var("t", tail)), {})
    assert other.shape not in (None, (combine(symbol("n"), symbol("i"), -1),))
    assert not build.log


def test_lengths_of_ints():
    n = Var("n", INT)

    def infer(op, *args):
        return find(op).infer(
            tuple(a if isinstance(a, Var) else Const(a) for a in args), {}
        )

    double = Var("m", infer("mul", 2, n))
    assert infer("sub", double, 1).value == combine(combine(0, symbol("n"), 2), -1)
    assert infer("floordiv", double, 2).value == symbol("n")
    assert infer("numpy.zeros", double).shape == (combine(0, symbol("n"), 2),)
    assert infer("numpy.arange", n).shape == (symbol("n"),)


def test_items_of_loops():
    assert item_type(Array("f8", (3, 4))) == Array("f8", (4,))
    assert item_type(Array("f8", (3,))) == Scalar("f8")
    assert item_type(List(Scalar("f8", True), 2)) == Scalar("f8", True)
    assert item_type(Opaque("range")) == INT
    pairs = find("builtins.zip").infer(
        (Var("a", Array("f8", (3,))), Var("r", Opaque("range"))), {}
    )
    assert item_type(pairs) == Tuple((Scalar("f8"), INT))
    numbered = find("builtins.enumerate").infer((Var("a", Array("f8", (3, 2))),), {})
    assert item_type(numbered) == Tuple((INT, Array("f8", (2,))))


def test_fixed_keywords():
    entry = find("numpy.sum")
    x = Var("x", Array("f8", (3,)))
    assert bind(entry, [x], {"dtype": Const(None), "out": Const(None)}) == ((x,), ())
    with pytest.raises(TypeError, match="is supported with dtype=None only"):
        bind(entry, [x], {"dtype": Const("f4")})
    with pytest.raises(TypeError, match="unexpected keyword argument 'order'"):
        bind(entry, [x], {"order": Const("C")})
    with pytest.raises(TypeError, match="2 positional arguments but 3"):
        bind(entry, [x, Const(0), Const(None)], {})
