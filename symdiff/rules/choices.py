"""Elements chosen by masks, by conditions and by order."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.rules.declare import case, constant, linear, rule
from symdiff.rules.infer import choices as infer
from symdiff.rules.infer import indexing
from symdiff.rules.infer.creation import order
from symdiff.rules.infer.shapes import same_shape
from symdiff.rules.layout import count_of, take_case
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]


def choose_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.choose(a, choices)`: each choice where it was chosen."""
    n = count_of(args[1], "numpy.choose")
    parts = [
        f"unbroadcast(np.where(a == {k}, out_bar, 0.0), choices[{k}])" for k in range(n)
    ]
    return Case("", {"choices": f"[{', '.join(parts)}]"}, "np.choose(a, choices_dot)")


def select_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """`np.select(conditions, choices)`: the first condition that holds."""
    n = count_of(args[1], "numpy.select")
    parts, taken = [], ""
    for k in range(n):
        here = f"condlist[{k}] & ~({taken})" if taken else f"condlist[{k}]"
        part = f"np.where({here}, out_bar, 0.0)"
        parts.append(f"unbroadcast({part}, choicelist[{k}])")
        taken = f"{taken} | condlist[{k}]" if taken else f"condlist[{k}]"
    rest = f"unbroadcast(np.where({taken}, 0.0, out_bar), default)"
    adjoint = {"choicelist": f"[{', '.join(parts)}]", "default": rest}
    return Case("", adjoint, "np.select(condlist, choicelist_dot, default_dot)")


rule(
    "numpy.choose(a, choices; out=None, mode='raise')",
    make=choose_case,
    infer=infer.chosen,
    cost="cheap",
)
rule(
    "numpy.select(condlist, choicelist, default=0)",
    make=select_case,
    infer=infer.selected,
    cost="cheap",
)
rule(
    "numpy.partition(a, kth, axis=-1, kind='introselect'; order=None)",
    when="isinstance(axis, int)",
    a="""
place = np.argsort(np.argpartition(a, kth, axis=axis), axis=axis)
np.take_along_axis(out_bar, place, axis)
""",
    dot="""
order = np.argpartition(a, kth, axis=axis)
np.take_along_axis(a_dot, order, axis)
""",
    infer=same_shape,
    examples=[([(5,)], {"kth": 2}), ([(3, 4)], {"kth": 1, "axis": 0})],
)
constant(
    "numpy.argpartition(a, kth, axis=-1, kind='introselect'; order=None)", infer=order
)
constant("numpy.lexsort(keys, axis=-1)", infer=infer.unknown)
constant(
    "numpy.isin(element, test_elements, assume_unique=False, invert=False"
    ", *, kind=None)",
    infer=infer.mask,
)
COMPRESSED = [
    case(
        "a.ndim == 1",
        "np.compress(condition, a_dot)",
        a="a_bar[np.flatnonzero(condition)] += out_bar\na_bar",
    ),
    case(
        "axis is None",
        "np.compress(condition, a_dot)",
        a="g = np.zeros_like(np.ravel(a))\n"
        "g[np.flatnonzero(condition)] += out_bar\nnp.reshape(g, np.shape(a))",
    ),
    case(
        "axis == 0",
        "np.compress(condition, a_dot, axis=0)",
        a="a_bar[np.flatnonzero(condition)] += out_bar\na_bar",
    ),
    case(
        "axis == 1",
        "np.compress(condition, a_dot, axis=1)",
        a="a_bar[:, np.flatnonzero(condition)] += out_bar\na_bar",
    ),
]
rule(
    "numpy.compress(condition, a, axis=None; out=None)",
    cases=COMPRESSED,
    infer=infer.compressed,
    cost="cheap",
    examples=[
        ([("mask", 4), (4,)], {}),
        ([("mask", 4), (3, 4)], {}),
        ([("mask", 3), (3, 4)], {"axis": 0}),
        ([("mask", 4), (3, 4)], {"axis": 1}),
    ],
)
rule(
    "ndarray.compress(a, condition, axis=None; out=None)",
    cases=COMPRESSED,
    infer=infer.vector_or_unknown,
    cost="cheap",
    examples=[([(4,), ("mask", 4)], {})],
)
rule(
    "numpy.extract(condition, arr)",
    arr="g = np.zeros_like(np.ravel(arr))\ng[np.flatnonzero(condition)] += out_bar\n"
    "np.reshape(g, np.shape(arr))",
    dot="np.extract(condition, arr_dot)",
    infer=infer.vector_of_second,
    cost="cheap",
    examples=[[("mask", 4), (4,)]],
)
KEPT = "kept = np.delete(np.arange(np.shape(arr)[axis]), obj)\n"
rule(
    "numpy.delete(arr, obj, axis=None)",
    cases=[
        case(
            "arr.ndim == 1 or axis is None",
            "np.delete(arr_dot, obj)",
            arr="kept = np.delete(np.arange(np.size(arr)), obj)\n"
            "g = np.zeros_like(np.ravel(arr))\ng[kept] += out_bar\n"
            "np.reshape(g, np.shape(arr))",
        ),
        case(
            "axis == 0",
            "np.delete(arr_dot, obj, axis=0)",
            arr=f"{KEPT}arr_bar[kept] += out_bar\narr_bar",
        ),
        case(
            "axis == 1 or axis == -1 and arr.ndim == 2",
            "np.delete(arr_dot, obj, axis=axis)",
            arr=f"{KEPT}arr_bar[:, kept] += out_bar\narr_bar",
        ),
    ],
    infer=infer.vector_or_unknown,
    cost="cheap",
    examples=[
        ([(5,)], {"obj": 2}),
        ([(3, 4)], {"obj": 1, "axis": 1}),
        ([(3, 4)], {"obj": 1, "axis": 0}),
    ],
)
rule(
    "numpy.insert(arr, obj, values, axis=None)",
    cases=[
        case(
            "obj.ndim == 0 and arr.ndim == 1 and values.ndim == 0",
            "np.insert(arr_dot, obj, values_dot)",
            arr="np.delete(out_bar, obj)",
            values="out_bar[obj]",
        ),
        case(
            "obj.ndim == 0 and axis == 0",
            "np.insert(arr_dot, obj, values_dot, axis=0)",
            arr="np.delete(out_bar, obj, axis=0)",
            values="unbroadcast(out_bar[obj], values)",
        ),
    ],
    infer=infer.vector_or_unknown,
    cost="cheap",
    note="at one place",
    examples=[
        ([(5,), ("const", 2), ()], {}),
        ([(3, 4), ("const", 1), (4,)], {"axis": 0}),
    ],
)
FIRST = "_, index = np.unique(ar, return_index=True)\n"
rule(
    "numpy.unique(ar, *, return_index=False; return_inverse=False,"
    " return_counts=False, axis=None, equal_nan=True, sorted=True)",
    when="not return_index",
    ar=f"{FIRST}g = np.zeros_like(np.ravel(ar))\ng[index] += out_bar\n"
    "np.reshape(g, np.shape(ar))",
    dot=f"{FIRST}np.ravel(ar_dot)[index]",
    infer=infer.unique,
    note="of equal elements, the first",
    examples=[[(5,)]],
)
constant(
    "numpy.unravel_index(indices, shape)",
    "numpy.ravel_multi_index(multi_index, dims)",
    "numpy.result_type(*arrays_and_dtypes)",
    "numpy.triu_indices_from(arr, k=0)",
    "numpy.tril_indices_from(arr, k=0)",
    "numpy.diag_indices_from(arr)",
    infer=infer.unknown,
)
constant("numpy.ix_(*args)", infer=infer.open_mesh)
constant("numpy.array_equiv(a1, a2)", infer=infer.truth)

# An index out of range is brought into it as the mode says.
PLACES = {"clip": "np.clip(indices, 0, N - 1)", "wrap": "indices % N"}
BROUGHT = [
    case(
        f"mode == '{mode}' and {'axis is None' if axis is None else 'axis == 0'}",
        f"np.take(a_dot, indices{'' if axis is None else ', axis=0'}, mode=mode)",
        a=f"places = {place.replace('N', size)}\n{text}",
    )
    for mode, place in PLACES.items()
    for axis, size, text in (
        (
            None,
            "np.size(a)",
            "np.reshape(np.add.at(np.ravel(a_bar), places, out_bar), np.shape(a))",
        ),
        (0, "np.shape(a)[0]", "np.add.at(a_bar, places, out_bar)"),
    )
]
linear(
    "numpy.take(a, indices, axis=None, *, mode='raise'; out=None)",
    cases=[
        *BROUGHT,
        case(
            "a.ndim == 1 and (axis is None or axis == 0) and mode == 'raise'",
            "np.take(a_dot, indices)",
            a="np.add.at(a_bar, indices, out_bar)",
        ),
        case(
            "axis is None and mode == 'raise'",
            "np.take(a_dot, indices)",
            a="np.reshape(np.add.at(np.ravel(a_bar), indices, out_bar), np.shape(a))",
        ),
        case(
            "axis == 0 and mode == 'raise'",
            "np.take(a_dot, indices, axis=0)",
            a="np.add.at(a_bar, indices, out_bar)",
        ),
    ],
    make=take_case,
    infer=indexing.take,
    cost="cheap",
    examples=[
        ([(4,), [0, 0, 2]], {}),
        ([(4,), [0, 9, -2]], {"mode": "clip"}),
        ([(3, 4), [0, 9, -2]], {"mode": "wrap", "axis": 0}),
        ([(3, 4), [0, 5, 5]], {}),
        ([(3, 4), [0, 2, 2]], {"axis": 0}),
        ([(3, 4), [0, 2, 2]], {"axis": 1}),
        ([(3, 4), [0, 2, 2]], {"axis": -1}),
        ([(3, 4), 1], {"axis": 1}),
    ],
)
