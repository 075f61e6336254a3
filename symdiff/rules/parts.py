"""Numbers taken apart: whole and fractional parts, mantissas, remainders."""

from __future__ import annotations

from symdiff.rules.declare import case, constant, elementwise, rule
from symdiff.rules.infer import parts as infer
from symdiff.rules.infer.elementwise import ufunc_infer
from symdiff.rules.infer.reductions import python_float

rule(
    "numpy.modf(x)",
    x="out0_bar",
    dot="(x_dot, 0 * x_dot)",
    outs=2,
    infer=infer.modf,
    cost="cheap",
    note="the whole part is constant",
    examples=[[(3,)]],
)
rule(
    "math.modf(x)",
    x="out0_bar",
    dot="(x_dot, 0.0)",
    outs=2,
    infer=infer.python_pair,
    cost="cheap",
    examples=[[1.3]],
)
rule(
    "numpy.frexp(x)",
    x="np.ldexp(out0_bar, -out1)",
    dot="(np.ldexp(x_dot, -out1), 0 * out1)",
    outs=2,
    infer=infer.frexp,
    cost="cheap",
    note="the exponent is constant",
    examples=[[(3,)]],
)
elementwise("math.ldexp(x, i)", x="math.ldexp(out_bar, i)", examples=[(0.3, 3)])
elementwise(
    "math.remainder(x, y)",
    x="out_bar",
    y="-(out_bar * round((x - out) / y))",
    examples=[(5.3, 2.0), (-5.3, 2.0)],
)
GAP = "d = np.asarray(p) - np.asarray(q)\ng = out_bar / (out or 1.0) * d\n"
rule(
    "math.dist(p, q)",
    cases=[
        case(
            "p.array and q.array",
            "np.sum((p - q) * (p_dot - q_dot)) / (out or 1.0)",
            p="out_bar / (out or 1.0) * (p - q)",
            q="out_bar / (out or 1.0) * (q - p)",
        ),
        case(
            "p.kind == 'list' and q.kind == 'list'",
            "np.sum((np.asarray(p) - np.asarray(q))"
            " * (np.asarray(p_dot) - np.asarray(q_dot))) / (out or 1.0)",
            p=f"{GAP}list(g)",
            q=f"{GAP}list(-g)",
        ),
        case(
            "p.kind == 'tuple' and q.kind == 'tuple'",
            "np.sum((np.asarray(p) - np.asarray(q))"
            " * (np.asarray(p_dot) - np.asarray(q_dot))) / (out or 1.0)",
            p=f"{GAP}tuple(g)",
            q=f"{GAP}tuple(-g)",
        ),
    ],
    infer=python_float,
    note="0 where both are the same point",
    examples=[[(3,), (3,)], [[0.3, 1.2], [0.7, -0.4]]],
)
rule(
    "math.sumprod(p, q)",
    cases=[
        case(
            "p.array and q.array",
            "math.sumprod(p_dot, q) + math.sumprod(p, q_dot)",
            p="out_bar * q",
            q="out_bar * p",
        ),
    ],
    infer=python_float,
)
constant(
    "numpy.bitwise_count(x)", infer=ufunc_infer("numpy.bitwise_count"), elementwise=True
)
constant("builtins.format(value, format_spec='')", infer=infer.text)
ORDER = "order = np.argsort(np.asarray(iterable), kind='stable')\n"
rule(
    "builtins.sorted(iterable, *, reverse=False; key=None)",
    cases=[
        case(
            "not reverse and iterable.item_ndim == 0",
            f"{ORDER}list(np.asarray(iterable_dot)[order])",
            iterable=f"{ORDER}list(np.asarray(out_bar)[np.argsort(order)])",
        ),
        case(
            "not reverse and iterable.ndim == 1",
            f"{ORDER}list(iterable_dot[order])",
            iterable=f"{ORDER}np.asarray(out_bar)[np.argsort(order)]",
        ),
    ],
    infer=infer.sorted_list,
    note="of numbers, in ascending order; equal ones keep theirs",
    examples=[[[0.3, 1.2, -0.7]], [(4,)]],
)
