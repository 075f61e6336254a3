"""Convolutions and filters.

Every mode is a part of the full convolution: the cotangent is put back to its place in
it, and the full convolution has a textbook adjoint.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import rank
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import Make, case, rule
from symdiff.rules.infer import filters as infer
from symdiff.rules.infer.common import UNSET, constant_of, like_argument
from symdiff.rules.infer.shapes import same_shape
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]
S = "scipy.signal."


def placed(a: str, b: str, size: int, mode: str, up: str = "") -> tuple[list[str], str]:
    """Lines that put `out_bar` into the full convolution, and the name it has then.

    Of an odd margin the larger half is after it, or before it where `up` is a 1.
    """
    if mode == "full":
        return [], "out_bar"
    lines, parts, lengths = [], [], []
    for n in range(size):
        letter = "ijklm"[n]
        whole = f"np.shape({a})[{n}] + np.shape({b})[{n}] - 1"
        lines += [
            f"{letter}_all = {whole}",
            f"{letter} = ({letter}_all - np.shape(out_bar)[{n}]{up}) // 2",
        ]
        parts.append(f"{letter} : {letter} + np.shape(out_bar)[{n}]")
        lengths.append(f"{letter}_all")
    shape = ", ".join(lengths)
    lines += [f"g = np.zeros(({shape},))", f"g[{', '.join(parts)}] += out_bar"]
    return lines, "g"


def convolve_case(op: str, a: str, b: str, default: str = "full") -> Make:
    """`convolve(a, b, mode)`: a correlation of the cotangent with the other one."""

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        size, mode = _known(op, args, kwargs, default)
        lines, g = placed(a, b, size, mode)
        found = "np.correlate" if op.startswith("np.") else f"{S}correlate"
        adjoint = {
            x: "\n".join([*lines, f"{found}({g}, {y}, 'valid')"])
            for x, y in ((a, b), (b, a))
        }
        dot = f"{op}({a}_dot, {b}, mode) + {op}({a}, {b}_dot, mode)"
        return Case("", adjoint, dot)

    return make


def correlate_case(op: str, a: str, b: str, default: str = "full") -> Make:
    """`correlate(a, b, mode)`: a convolution with a flipped operand."""

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        size, mode = _known(op, args, kwargs, default)
        numpy = op.startswith("np.")
        up = f" + (np.shape({a})[0] < np.shape({b})[0])" if numpy else ""
        lines, g = placed(a, b, size, mode, " + 1" if op.endswith("2d") else up)
        back, found = (
            ("np.convolve", "np.correlate")
            if numpy
            else (f"{S}convolve", f"{S}correlate")
        )
        flipped = f"np.flip({found}({g}, {a}, 'valid'))"
        adjoint = {
            a: "\n".join([*lines, f"{back}({g}, {b}, 'valid')"]),
            b: "\n".join([*lines, flipped]),
        }
        dot = f"{op}({a}_dot, {b}, mode) + {op}({a}, {b}_dot, mode)"
        return Case("", adjoint, dot)

    return make


def _known(
    op: str, args: tuple[Atom, ...], kwargs: Kwargs, default: str
) -> tuple[int, str]:
    size, mode = rank(args[0].type), constant_of(kwargs.get("mode"), default)
    if op.startswith("np."):  # what places "same" places the others, too
        return 1, "same" if mode is UNSET else mode
    size = 2 if op.endswith("2d") else size
    if size is None or mode not in ("full", "same", "valid"):
        raise NoCase(f"{op} needs the rank of its operands and a constant mode")
    return size, mode


ONE_D = [
    [(5,), (3,)],
    ([(5,), (4,)], {"mode": "same"}),
    ([(6,), (3,)], {"mode": "valid"}),
]
MORE = [
    *ONE_D,
    ([(4, 5), (2, 3)], {"mode": "full"}),
    ([(4, 5), (3, 2)], {"mode": "same"}),
    ([(4, 5), (2, 3)], {"mode": "valid"}),
]
rule(
    "numpy.convolve(a, v, mode='full')",
    make=convolve_case("np.convolve", "a", "v"),
    infer=infer.convolve("full", swaps=True),
    cost="never",
    examples=[*ONE_D, [(3,), (5,)], ([(3,), (6,)], {"mode": "same"})],
)
rule(
    "numpy.correlate(a, v, mode='valid')",
    make=correlate_case("np.correlate", "a", "v", "valid"),
    infer=infer.convolve("valid", swaps=True),
    cost="never",
    examples=[
        [(5,), (3,)],
        ([(5,), (4,)], {"mode": "same"}),
        ([(3,), (6,)], {"mode": "same"}),
        ([(5,), (3,)], {"mode": "full"}),
        ([(3,), (5,)], {"mode": "full"}),
    ],
)
for name, fixed in (
    ("convolve", "; method='auto'"),
    ("fftconvolve", "; axes=None"),
    ("oaconvolve", "; axes=None"),
    ("convolve2d", "; boundary='fill', fillvalue=0"),
):
    rule(
        f"{S}{name}(in1, in2, mode='full'{fixed})",
        make=convolve_case(f"{S}{name}", "in1", "in2"),
        infer=infer.convolve("full"),
        cost="never",
        examples=MORE[3:] if name.endswith("2d") else MORE,
    )
for name, fixed in (
    ("correlate", "; method='auto'"),
    ("correlate2d", "; boundary='fill', fillvalue=0"),
):
    rule(
        f"{S}{name}(in1, in2, mode='full'{fixed})",
        make=correlate_case(f"{S}{name}", "in1", "in2"),
        infer=infer.convolve("full"),
        cost="never",
        examples=MORE[3:] if name.endswith("2d") else MORE,
    )

BACKWARDS = f"np.flip({S}lfilter({{0}}, a, np.flip(out_bar, axis), axis=axis), axis)"
HELD = f"h = {BACKWARDS.format('np.ones(1)')}\n"
LAGS = """
for k in range(np.shape(X)[0]):
    grad[k] += np.sum(h[k:] * Y[: np.shape(h)[0] - k])
""".strip()
rule(
    f"{S}lfilter(b, a, x, axis=-1; zi=None)",
    cases=[
        case(
            "x.ndim == 1",
            f"moved = {S}lfilter(b_dot, np.ones(1), x)\n"
            f"moved = moved - {S}lfilter(a_dot, np.ones(1), out)\n"
            f"{S}lfilter(b, a, x_dot) + {S}lfilter(np.ones(1), a, moved)",
            b=f"{HELD}grad = np.zeros_like(b)\n"
            + LAGS.replace("X", "b").replace("Y", "x")
            + "\ngrad",
            a=f"{HELD}grad = np.zeros_like(a)\n"
            + LAGS.replace("X", "a").replace("Y", "out").replace("+= np", "+= -np")
            + "\ngrad",
            x=BACKWARDS.format("b"),
        ),
        case("", f"{S}lfilter(b, a, x_dot, axis=axis)", x=BACKWARDS.format("b")),
    ],
    infer=infer.filtered,
    cost="never",
    note="in the coefficients of a filter of vectors",
    examples=[
        [("points", 3), ("points", 2), (6,)],
        ([("const", (1.0, 0.5)), ("const", (1.0, 0.2)), (3, 4)], {"axis": 0}),
    ],
)

# With zeros around, or periodic, a correlation is the adjoint of a convolution.
N = "scipy.ndimage."
# SciPy's results are wrong for arrays that repeat their items (strides of 0), which
# cotangents often are.
WHOLE = "np.ascontiguousarray"
ADJOINT = {"convolve": "correlate", "correlate": "convolve"}
AROUND = "(mode == 'constant' and cval == 0.0 or mode == 'wrap')"
LIMITS = "output=None, origin=0, axes=None"
for name, back in ADJOINT.items():
    rule(
        f"{N}{name}(input, weights, *, mode='reflect', cval=0.0; {LIMITS})",
        cases=[
            case(
                AROUND,
                f"{N}{name}(input_dot, weights, mode=mode)"
                f" + {N}{name}(input, weights_dot, mode=mode)",
                input=f"{N}{back}({WHOLE}(out_bar), weights, mode=mode)",
                weights="window_sums(out_bar, input, weights, mode)"
                if name == "correlate"
                else "window_sums(input, out_bar, weights, mode)",
            )
        ],
        infer=infer.first,
        cost="never",
        note="with zeros around, or periodic",
        examples=[
            ([(5,), (3,)], {"mode": "constant"}),
            ([(4, 5), (2, 3)], {"mode": "wrap"}),
        ],
    )
rule(
    "window_sums(g, x, weights, mode)",
    g=f"{N}correlate({WHOLE}(x), out_bar, mode=mode)",
    x=f"{N}convolve({WHOLE}(g), out_bar, mode=mode)",
    dot="window_sums(g_dot, x, weights, mode) + window_sums(g, x_dot, weights, mode)",
    infer=like_argument(2),
    cost="costly",
)
rule(
    "scipy.signal.detrend(data, axis=-1, *, type='linear'; bp=0, overwrite_data=False)",
    data="scipy.signal.detrend(out_bar, axis, type=type)",
    dot="scipy.signal.detrend(data_dot, axis, type=type)",
    infer=same_shape,
    cost="never",
    note="a projection, its own adjoint",
    examples=[([(5,)], {}), ([(3, 4)], {"type": "constant"})],
)
