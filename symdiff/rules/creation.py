"""Arrays made from nothing, from numbers, from lists, and converted."""

from __future__ import annotations

from symdiff.rules.declare import case, constant, linear, rule
from symdiff.rules.infer import containers, creation, shapes

constant(
    "numpy.zeros(shape, dtype=None, order='C')",
    "numpy.ones(shape, dtype=None, order='C')",
    "numpy.empty(shape, dtype=None, order='C')",
    infer=creation.filled,
    cost="cheap",
)
constant(
    "numpy.zeros_like(a, dtype=None, order='K'; subok=True, shape=None)",
    "numpy.ones_like(a, dtype=None, order='K'; subok=True, shape=None)",
    "numpy.empty_like(a, dtype=None, order='K'; subok=True, shape=None)",
    infer=creation.like,
    cost="cheap",
)
constant(
    "numpy.eye(N, M=None, k=0, dtype=None, order='C')", infer=creation.eye, cost="cheap"
)
constant("numpy.identity(n, dtype=None)", infer=creation.eye, cost="cheap")
constant("numpy.tri(N, M=None, k=0, dtype=None)", infer=creation.eye, cost="cheap")
rule(
    "numpy.full(shape, fill_value, dtype=None, order='C')",
    fill_value="unbroadcast(out_bar, fill_value)",
    dot="np.full(shape, fill_value_dot)",
    infer=creation.full,
    cost="cheap",
    examples=[[("const", (2, 3)), ()]],
)
rule(
    "numpy.full_like(a, fill_value, dtype=None, order='K'; subok=True, shape=None)",
    fill_value="unbroadcast(out_bar, fill_value)",
    dot="np.full_like(a, fill_value_dot)",
    infer=creation.like,
    cost="cheap",
    examples=[[(2, 3), ()]],
)
constant("numpy.arange(*bounds, dtype=None)", infer=creation.arange, cost="cheap")
LINSPACE = "np.linspace(start_dot, stop_dot, num, endpoint=endpoint)"
FALL = "np.linspace(1.0, 0.0, num, endpoint=endpoint)"
RISE = "np.linspace(0.0, 1.0, num, endpoint=endpoint)"
rule(
    "numpy.linspace(start, stop, num=50, endpoint=True"
    "; retstep=False, dtype=None, axis=0)",
    cases=[
        case(
            "start.ndim == 0 and stop.ndim == 0",
            LINSPACE,
            start=f"{FALL} @ out_bar",
            stop=f"{RISE} @ out_bar",
        ),
        case(
            "",
            LINSPACE,
            start=f"unbroadcast(np.tensordot({FALL}, out_bar, 1), start)",
            stop=f"unbroadcast(np.tensordot({RISE}, out_bar, 1), stop)",
        ),
    ],
    infer=creation.linspace,
    cost="cheap",
    examples=[
        ([(), ()], {"num": 5}),
        ([(), ()], {"num": 4, "endpoint": False}),
        ([(2,), ()], {"num": 3}),
    ],
)

# The cotangent of a list of numbers or arrays may be an array: it is read item by item.
rule(
    "numpy.array(object, dtype=None; copy=True, order='K', ndmin=0, subok=False)",
    object="out_bar",
    dot="np.array(object_dot)",
    infer=creation.array,
    cost="cheap",
    examples=[[(3,)]],
)
for name in ("asarray", "ascontiguousarray", "asanyarray"):
    rule(
        f"numpy.{name}(a, dtype=None, order=None)",
        a="out_bar",
        dot=f"np.{name}(a_dot)",
        infer=creation.array,
        view=["a"],
        cost="cheap",
        examples=[[(3,)]],
    )
rule(
    "numpy.meshgrid(x, y, *, indexing='xy'; sparse=False, copy=True)",
    cases=[
        case(
            "indexing == 'xy'",
            "np.meshgrid(x_dot, y_dot)",
            x="np.sum(out_bar[0], axis=0)",
            y="np.sum(out_bar[1], axis=1)",
        ),
        case(
            "indexing == 'ij'",
            "np.meshgrid(x_dot, y_dot, indexing='ij')",
            x="np.sum(out_bar[0], axis=1)",
            y="np.sum(out_bar[1], axis=0)",
        ),
    ],
    infer=creation.grids,
    cost="cheap",
    note="of two vectors",
)
for name in ("bartlett", "blackman", "hamming", "hanning"):
    constant(f"numpy.{name}(M)", infer=creation.window, cost="cheap")
for name in ("float64", "float32"):
    linear(
        f"numpy.{name}(x)",
        x="out_bar",
        infer=creation.cast("f8" if name == "float64" else "f4"),
        cost="cheap",
    )
for name, dtype in (("int64", "i8"), ("int32", "i4"), ("intp", "i8"), ("bool_", "b1")):
    constant(f"numpy.{name}(x)", infer=creation.cast(dtype), cost="cheap")

constant("numpy.triu_indices(n, k=0, m=None)", infer=creation.index_pair, cost="cheap")
constant("numpy.tril_indices(n, k=0, m=None)", infer=creation.index_pair, cost="cheap")
constant("numpy.diag_indices(n, ndim=2)", infer=creation.index_pair, cost="cheap")
constant("numpy.nonzero(a)", "numpy.indices(dimensions)", infer=containers.unknown)
constant("numpy.argwhere(a)", "numpy.flatnonzero(a)", infer=creation.positions)
constant(
    "numpy.argsort(a, axis=-1, kind=None, *, stable=None; order=None)",
    infer=creation.order,
)
constant("numpy.searchsorted(a, v, side='left', sorter=None)", infer=creation.search)
constant(
    "numpy.isscalar(x)", "numpy.iscomplexobj(x)", infer=containers.boolean, cost="free"
)
constant(
    "numpy.array_equal(a1, a2, equal_nan=False)",
    "numpy.allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)",
    infer=containers.boolean,
)
constant(
    "numpy.round(a, decimals=0; out=None)",
    infer=shapes.rounded,
    aliases=["numpy.around"],
)
