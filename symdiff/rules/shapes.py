"""Operations that move or repeat elements: their adjoints move them back."""

from __future__ import annotations

from symdiff.rules.declare import case, constant, linear, rule
from symdiff.rules.infer import shapes as infer
from symdiff.rules.infer.common import like_argument
from symdiff.rules.infer.containers import iterator
from symdiff.rules.infer.creation import windows
from symdiff.rules.infer.reductions import diff
from symdiff.rules.layout import (
    diff_case,
    pad_case,
    tile_case,
    transpose_case,
    windows_case,
)

# The order of the items in memory, which `A` and `K` ask for, is not known.
ROWS_OR_COLUMNS = "order == 'C' or order == 'F'"
linear(
    "numpy.reshape(a, shape, order='C'; copy=None)",
    when=ROWS_OR_COLUMNS,
    a="np.reshape(out_bar, np.shape(a), order=order)",
    infer=infer.reshape,
    view=["a"],
    cost="free",
    examples=[
        ([(3, 4)], {"shape": (2, 6), "order": "F"}),
        ([(3, 4)], {"shape": (2, 6)}),
        ([(3, 4)], {"shape": -1}),
        ([()], {"shape": (1, 1)}),
    ],
)
linear(
    "numpy.ravel(a, order='C')",
    when=ROWS_OR_COLUMNS,
    a="np.reshape(out_bar, np.shape(a), order=order)",
    infer=infer.ravel,
    view=["a"],
    cost="free",
    examples=[([(3, 4)], {}), ([(3, 4)], {"order": "F"}), ([()], {})],
)
linear(
    "ndarray.flatten(a, order='C')",
    when=ROWS_OR_COLUMNS,
    a="np.reshape(out_bar, np.shape(a), order=order)",
    infer=infer.ravel,
    cost="cheap",
    examples=[([(3, 4)], {}), ([(3, 4)], {"order": "F"})],
)
rule(
    "numpy.transpose(a, axes=None)",
    cases=[
        case("axes is None", "np.transpose(a_dot)", a="np.transpose(out_bar)"),
    ],
    make=transpose_case,
    infer=infer.transpose,
    view=["a"],
    cost="free",
    aliases=["numpy.permute_dims"],
    examples=[
        ([(3, 4)], {}),
        ([(2, 3, 4)], {"axes": (1, 2, 0)}),
        ([(2, 3, 4)], {"axes": (-1, 0, 1)}),
        ([(3,)], {}),
    ],
)
linear(
    "numpy.matrix_transpose(x)",
    aliases=["numpy.linalg.matrix_transpose"],
    x="np.swapaxes(out_bar, -1, -2)",
    infer=infer.matrix_transpose,
    view=["x"],
    cost="free",
    examples=[[(2, 3, 4)]],
)
linear(
    "numpy.swapaxes(a, axis1, axis2)",
    a="np.swapaxes(out_bar, axis1, axis2)",
    infer=infer.swapaxes,
    view=["a"],
    cost="free",
    examples=[([(2, 3, 4)], {"axis1": 0, "axis2": -1})],
)
linear(
    "numpy.moveaxis(a, source, destination)",
    a="np.moveaxis(out_bar, destination, source)",
    infer=infer.moveaxis,
    view=["a"],
    cost="free",
    examples=[
        ([(2, 3, 4)], {"source": 0, "destination": -1}),
        ([(2, 3, 4)], {"source": (0, 1), "destination": (-1, 0)}),
    ],
)
linear(
    "numpy.expand_dims(a, axis)",
    a="np.squeeze(out_bar, axis)",
    infer=infer.expand_dims,
    view=["a"],
    cost="free",
    examples=[
        ([(3, 4)], {"axis": 1}),
        ([(3,)], {"axis": (0, -1)}),
        ([()], {"axis": 0}),
    ],
)
linear(
    "numpy.squeeze(a, axis=None)",
    a="np.reshape(out_bar, np.shape(a))",
    infer=infer.squeeze,
    view=["a"],
    cost="free",
    examples=[([(1, 3, 1)], {}), ([(1, 3, 1)], {"axis": 0})],
)
linear(
    "numpy.broadcast_to(array, shape; subok=False)",
    array="unbroadcast(out_bar, array)",
    infer=infer.broadcast_to,
    view=["array"],
    cost="free",
    note="the result is read-only",
    examples=[([(3, 1)], {"shape": (2, 3, 4)}), ([()], {"shape": (3,)})],
)
for name in ("flip", "fliplr", "flipud"):
    tail = ", axis=None" if name == "flip" else ""
    linear(
        f"numpy.{name}(m{tail})",
        m=f"np.{name}(out_bar{', axis=axis' if tail else ''})",
        infer=infer.same_shape,
        view=["m"],
        cost="free",
        examples=[[(3, 4)]]
        if not tail
        else [([(3, 4)], {}), ([(3, 4)], {"axis": 1}), ([(3, 4)], {"axis": (0, 1)})],
    )
linear(
    "numpy.roll(a, shift, axis=None)",
    a="np.roll(out_bar, -shift, axis=axis)",
    infer=infer.same_shape,
    cost="cheap",
    examples=[
        ([(5,)], {"shift": 2}),
        ([(3, 4)], {"shift": 1}),
        ([(3, 4)], {"shift": -1, "axis": 1}),
        ([(3, 4)], {"shift": (1, 2), "axis": (0, 1)}),
    ],
)
rule(
    "numpy.rot90(m, k=1, axes=(0, 1))",
    m="np.rot90(out_bar, -k, axes)",
    dot="np.rot90(m_dot, k, axes)",
    infer=infer.unranked,
    view=["m"],
    cost="free",
    examples=[
        ([(3, 4)], {}),
        ([(3, 4)], {"k": 2}),
        ([(2, 3, 4)], {"axes": (1, 2)}),
    ],
)
for name, rank in (("atleast_1d", 1), ("atleast_2d", 2), ("atleast_3d", 3)):
    linear(
        f"numpy.{name}(x)",
        x="np.reshape(out_bar, np.shape(x))",
        infer=infer.at_least(rank),
        view=["x"],
        cost="free",
        examples=[[()], [(3,)], [(3, 4)]],
    )
rule(
    "numpy.tile(A, reps)",
    make=tile_case,
    infer=infer.tile,
    cost="cheap",
    note="the number of repetitions of each axis must be known",
    examples=[
        ([(3,)], {"reps": 2}),
        ([(3, 4)], {"reps": (2, 1)}),
        ([(3,)], {"reps": (2, 2)}),
        ([(3, 4)], {"reps": 3}),
    ],
)
REPEAT = "np.repeat(a_dot, repeats, axis=axis)"
rule(
    "numpy.repeat(a, repeats, axis=None)",
    cases=[
        case(
            "repeats.ndim == 0 and axis is None",
            REPEAT,
            a="np.sum(np.reshape(out_bar, np.shape(a) + (repeats,)), axis=-1)",
        ),
        case(
            "repeats.ndim == 0",
            REPEAT,
            a="g = np.moveaxis(out_bar, axis, -1)\n"
            "g = np.reshape(g, np.shape(g)[:-1] + (np.shape(a)[axis], repeats))\n"
            "np.moveaxis(np.sum(g, axis=-1), -1, axis)",
        ),
        case(
            "a.ndim == 1",
            REPEAT,
            a="np.add.at(a_bar, np.repeat(np.arange(len(a)), repeats), out_bar)",
        ),
        case(
            "axis is None",
            REPEAT,
            a="""
place = np.repeat(np.arange(np.size(a)), repeats)
np.reshape(np.add.at(np.zeros_like(np.ravel(a)), place, out_bar), np.shape(a))
""",
        ),
        case(
            "isinstance(axis, int)",
            REPEAT,
            a="""
g = np.moveaxis(out_bar, axis, 0)
place = np.repeat(np.arange(np.shape(a)[axis]), repeats)
grad = np.zeros_like(np.moveaxis(a, axis, 0))
np.moveaxis(np.add.at(grad, place, g), 0, axis)
""",
        ),
    ],
    infer=infer.repeat,
    cost="cheap",
    examples=[
        ([(3, 4)], {"repeats": 2}),
        ([(3, 4)], {"repeats": 2, "axis": 0}),
        ([(3, 4)], {"repeats": 3, "axis": -1}),
        ([(3,)], {"repeats": (1, 0, 2)}),
        ([(3, 2)], {"repeats": (1, 0, 2), "axis": 0}),
    ],
)
rule(
    "numpy.pad(array, pad_width, mode='constant', *, constant_values=0)",
    make=pad_case,
    infer=infer.pad,
    cost="cheap",
    note="with a constant, or in mode edge, reflect, symmetric or wrap",
    examples=[
        ([(3,)], {"pad_width": 1}),
        ([(3,)], {"pad_width": (1, 0), "constant_values": 2.0}),
        ([(3,)], {"pad_width": (2, 4), "mode": "reflect"}),
        ([(3, 4)], {"pad_width": ((0, 2), (1, 0)), "mode": "edge"}),
        ([(3, 4)], {"pad_width": ((1, 0), (0, 2))}),
        ([(3, 4)], {"pad_width": (1, 2)}),
    ],
)
rule(
    "unpad(g, x, width)",
    g="np.pad(out_bar, width)",
    dot="unpad(g_dot, x, width)",
    infer=like_argument(1),
    view=["g"],
    cost="free",
    examples=[[(5,), (3,), 1], [(4, 6), (3, 3), ("const", ((1, 0), (1, 2)))]],
)
rule(
    "untile(g, x, reps)",
    g="np.tile(out_bar, reps)",
    dot="untile(g_dot, x, reps)",
    infer=like_argument(1),
    cost="cheap",
    examples=[[(6,), (3,), 2], [(4, 3), (2, 3), ("const", (2, 1))]],
)
rule(
    "add_windows(g, x, window, axis=None)",
    g="np.lib.stride_tricks.sliding_window_view(out_bar, window, axis=axis)",
    dot="add_windows(g_dot, x, window, axis)",
    infer=like_argument(1),
    cost="costly",
    examples=[([(4, 3), (6,), 3], {}), ([(4, 4, 3, 2), (6, 5), ("const", (3, 2))], {})],
)
rule(
    "numpy.diff(a, n=1, axis=-1, prepend=None, append=None)",
    make=diff_case,
    infer=diff,
    cost="cheap",
    examples=[
        ([(5,)], {}),
        ([(3, 4)], {"axis": 0}),
        ([(3, 4)], {}),
        ([(5,)], {"n": 2}),
        ([(5,)], {"prepend": 0.5}),
        ([(5,)], {"append": 0.5}),
        ([(3, 4)], {"axis": 0, "prepend": 0.5, "append": 2.0}),
    ],
)
rule(
    "numpy.lib.stride_tricks.sliding_window_view"
    "(x, window_shape, axis=None; subok=False, writeable=False)",
    make=windows_case,
    infer=windows,
    view=["x"],
    cost="free",
    note="the rank must be known; the view is read-only",
    aliases=["numpy.lib._stride_tricks_impl.sliding_window_view"],
    examples=[
        ([(6, 5)], {"window_shape": (3, 2)}),
        ([(6,)], {"window_shape": 3}),
        ([(2, 6, 5)], {"window_shape": (3, 2), "axis": (1, 2)}),
        ([(6, 5)], {"window_shape": 2, "axis": 0}),
    ],
)
constant("numpy.ndindex(*shape)", infer=iterator("ndindex"), cost="free")
