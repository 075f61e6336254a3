"""More ways to put arrays together and take them apart."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import rank
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import case, linear, rule
from symdiff.rules.infer import blocks as infer
from symdiff.rules.infer.common import UNSET, constant_of
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]
NOTE = "the cotangent of the sequence is a list with one item an array"

for name, axis, join in (
    ("vsplit", 0, "np.concatenate(out_bar)"),
    ("hsplit", 1, "np.hstack(out_bar)"),
    ("dsplit", 2, "np.concatenate(out_bar, axis=2)"),
):
    rule(
        f"numpy.{name}(ary, indices_or_sections)",
        ary=join,
        dot=f"np.{name}(ary_dot, indices_or_sections)",
        infer=infer.split(axis),
        view=["ary"],
        cost="free",
        note=NOTE,
        examples=[([(4, 4, 4)], {"indices_or_sections": 2})]
        + ([([(6,)], {"indices_or_sections": 3})] if axis == 1 else []),
    )
rule(
    "numpy.unstack(x, *, axis=0)",
    x="np.stack(out_bar, axis=axis)",
    dot="np.unstack(x_dot, axis=axis)",
    infer=infer.unstack,
    view=["x"],
    cost="free",
    note=NOTE,
    examples=[([(3, 2)], {}), ([(3, 2)], {"axis": 1})],
)
rule(
    "numpy.block(arrays)",
    arrays="unblock(out_bar, arrays)",
    dot="np.block(arrays_dot)",
    infer=infer.block,
    cost="cheap",
    note="the cotangent of the nested lists is a nested list",
)
rule(
    "unblock(g, arrays)",
    g="np.block(out_bar)",
    dot="unblock(g_dot, arrays)",
    infer=lambda args, kwargs: args[1].type,
    cost="cheap",
)


def rollaxis_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.rollaxis(a, axis, start)`: the axis back to its place."""
    size, axis = rank(args[0].type), constant_of(args[1])
    start = constant_of(kwargs.get("start"), 0)
    if size is None or axis is UNSET or start is UNSET:
        raise NoCase("numpy.rollaxis needs the rank of its operand and constant axes")
    axis, start = axis % size, start + size if start < 0 else start
    end = start if start <= axis else start - 1
    return Case(
        "",
        {"a": f"np.moveaxis(out_bar, {end}, {axis})"},
        "np.rollaxis(a_dot, axis, start)",
    )


rule(
    "numpy.rollaxis(a, axis, start=0)",
    make=rollaxis_case,
    infer=infer.rollaxis,
    view=["a"],
    cost="free",
    examples=[
        ([(2, 3, 4)], {"axis": 2}),
        ([(2, 3, 4)], {"axis": 0, "start": 2}),
        ([(2, 3, 4)], {"axis": 1, "start": 3}),
    ],
)


def broadcast_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.broadcast_arrays(a, b)`: each sums what it was repeated for."""
    names = [f"args_{n}" for n in range(len(args))]
    adjoint = {x: f"unbroadcast(out_bar[{n}], {x})" for n, x in enumerate(names)}
    parts = [f"np.broadcast_to({x}_dot, np.shape(out[0]))" for x in names]
    return Case("", adjoint, f"({', '.join(parts)},)")


rule(
    "numpy.broadcast_arrays(*args)",
    make=broadcast_case,
    infer=infer.broadcast_arrays,
    view=["args"],
    cost="free",
)
linear(
    "numpy.diagflat(v, k=0)",
    v="np.reshape(np.diagonal(out_bar, k), np.shape(v))",
    infer=infer.diagflat,
    cost="cheap",
    examples=[([(3,)], {}), ([(2, 2)], {"k": 1}), ([(3,)], {"k": -1})],
)
rule(
    "numpy.ediff1d(ary, to_end=None, to_begin=None)",
    cases=[
        case(
            "ary.ndim == 1 and to_end is None and to_begin is None",
            "np.diff(ary_dot)",
            ary="ary_bar[1:] += out_bar\nary_bar[:-1] += -out_bar\nary_bar",
        ),
        case(
            "to_end is None and to_begin is None",
            "np.diff(np.ravel(ary_dot))",
            ary="g = np.zeros_like(np.ravel(ary))\ng[1:] += out_bar\n"
            "g[:-1] += -out_bar\nnp.reshape(g, np.shape(ary))",
        ),
    ],
    infer=infer.flat_difference,
    cost="cheap",
    examples=[[(5,)], [(2, 3)]],
)
SUMS = "np.cumulative_sum(x_dot, axis=axis)"
rule(
    "numpy.cumulative_sum(x, *, axis=None, include_initial=False"
    "; dtype=None, out=None)",
    cases=[
        case(
            "x.ndim == 1 and not include_initial",
            "np.cumulative_sum(x_dot)",
            x="np.cumsum(out_bar[::-1])[::-1]",
        ),
        case(
            "x.ndim == 1 and include_initial",
            "np.cumulative_sum(x_dot, include_initial=True)",
            x="np.cumsum(out_bar[:0:-1])[::-1]",
        ),
        case(
            "not include_initial",
            SUMS,
            x="np.flip(np.cumsum(np.flip(out_bar, axis), axis=axis), axis)",
        ),
    ],
    infer=infer.cumulative,
    examples=[
        ([(5,)], {}),
        ([(5,)], {"include_initial": True}),
        ([(3, 4)], {"axis": 1}),
    ],
)
BEFORE = "before = np.concatenate([np.ones_like(x[:1]), out[:-1]])\n"
rule(
    "numpy.cumulative_prod(x, *, axis=None"
    "; include_initial=False, dtype=None, out=None)",
    cases=[
        case(
            "x.ndim == 1",
            f"{BEFORE}run = 0.0\ntangent = np.zeros_like(x)\n"
            "for k in range(len(x)):\n"
            "    run = run * x[k] + before[k] * x_dot[k]\n"
            "    tangent[k] += run\ntangent",
            x=f"{BEFORE}rest = 0.0\ngrad = np.zeros_like(x)\n"
            "for k in reversed(range(len(x))):\n"
            "    rest = rest + out_bar[k]\n"
            "    grad[k] += rest * before[k]\n"
            "    rest = rest * x[k]\ngrad",
        )
    ],
    infer=infer.cumulative,
    note="of vectors",
    examples=[[(5,)]],
)
