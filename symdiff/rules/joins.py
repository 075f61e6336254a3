"""Arrays put together and taken apart."""

from __future__ import annotations

from symdiff.rules import pieces
from symdiff.rules.declare import case, rule
from symdiff.rules.infer import joins as infer
from symdiff.rules.infer.containers import unknown

NOTE = "the cotangent of the sequence is a list with one item an array"

rule(
    "numpy.concatenate(arrays, axis=0; out=None, dtype=None)",
    make=pieces.concatenated,
    infer=infer.concatenate,
    cost="cheap",
    note=NOTE,
    aliases=["numpy.concat"],
    examples=[
        ([[(3,), (2,)]], {}),
        ([[(3, 2), (3, 4)]], {"axis": 1}),
        ([[(3, 2), (1, 2)]], {}),
        ([[(3, 2), (4,)]], {"axis": None}),
        ([[(3, 2), (3, 4)]], {"axis": -1}),
    ],
)
rule(
    "numpy.stack(arrays, axis=0; out=None, dtype=None)",
    cases=[
        case("axis == 0", "np.stack(arrays_dot)", arrays="out_bar"),
        case(
            "",
            "np.stack(arrays_dot, axis=axis)",
            arrays="np.moveaxis(out_bar, axis, 0)",
        ),
    ],
    infer=infer.stack,
    cost="cheap",
    note="the cotangent of the sequence is an array whose first axis runs over it",
    examples=[
        ([[(3,), (3,)]], {}),
        ([[(3, 2), (3, 2)]], {"axis": 1}),
        ([[(3,), (3,)]], {"axis": -1}),
    ],
)
for name, axis in (("vstack", 0), ("dstack", 2), ("hstack", 1), ("column_stack", 1)):
    fixed = "; dtype=None" if name in ("vstack", "hstack") else ""
    rule(
        f"numpy.{name}(tup{fixed})",
        make=pieces.stacked(name, axis),
        infer=infer.stacked(name),
        cost="cheap",
        note=NOTE,
        examples=[[[(3,), (3,)]], [[(3, 2), (3, 2)]]],
    )
for name, arg in (("split", "axis=0"), ("array_split", "axis=0")):
    rule(
        f"numpy.{name}(ary, indices_or_sections, {arg})",
        ary="np.concatenate(out_bar, axis=axis)",
        dot=f"np.{name}(ary_dot, indices_or_sections, axis=axis)",
        infer=infer.pieces if name == "split" else infer.uneven_pieces,
        view=["ary"],
        cost="free",
        note=NOTE,
        examples=[
            ([(6,)], {"indices_or_sections": 3}),
            ([(6, 2)], {"indices_or_sections": (2, 3)}),
            ([(2, 6)], {"indices_or_sections": 2, "axis": 1}),
        ],
    )
rule(
    "split_like(g, arrays, axis=0)",
    g="np.concatenate(out_bar, axis=axis)",
    dot="split_like(g_dot, arrays, axis)",
    infer=infer.like_pieces,
    cost="cheap",
    examples=[([(5,), [(3,), (2,)]], {}), ([(3, 6), [(3, 2), (3, 4)]], {"axis": 1})],
)
rule(
    "numpy.append(arr, values, axis=None)",
    cases=[
        case(
            "axis is None",
            "np.append(arr_dot, np.zeros_like(values))"
            " + np.append(np.zeros_like(arr), values_dot)",
            arr="np.reshape(out_bar[: np.size(arr)], np.shape(arr))",
            values="np.reshape(out_bar[np.size(arr) :], np.shape(values))",
        ),
        case(
            "axis == 0",
            "np.append(arr_dot, np.zeros_like(values), axis=0)"
            " + np.append(np.zeros_like(arr), values_dot, axis=0)",
            arr="out_bar[: len(arr)]",
            values="out_bar[len(arr) :]",
        ),
    ],
    infer=unknown,
    cost="cheap",
    examples=[([(3,), (2,)], {}), ([(3, 2), (1, 2)], {"axis": 0})],
)
