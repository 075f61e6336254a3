"""Fourier transforms, of NumPy and of SciPy.

The matrix of a transform is symmetric, so a transform is its own adjoint. A real
transform keeps half of the spectrum: its adjoint fills the rest with zeros, and the
adjoint of its inverse counts twice what the inverse reads twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import rank
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import Make, case, linear, rule
from symdiff.rules.infer import spectra as infer
from symdiff.rules.infer.common import UNSET, constant_of
from symdiff.rules.infer.shapes import same_shape
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]
SWAPPED = {None: "forward", "backward": "forward", "forward": None, "ortho": "ortho"}


def _norm(kwargs: Kwargs, swap: bool = False) -> str:
    """The keyword `norm=` of the adjoint's transform, with its comma."""
    norm = constant_of(kwargs.get("norm"))
    if norm not in SWAPPED:
        raise NoCase("a Fourier transform needs a constant norm")
    used = SWAPPED[norm] if swap else norm
    return f", norm={used!r}" if used not in (None, "backward") else ""


def _axis(kwargs: Kwargs) -> str:
    axis = constant_of(kwargs.get("axis"), -1)
    return (
        "" if axis == -1 else f", axis={axis}" if axis is not UNSET else ", axis=axis"
    )


def _fitted(text: str, kwargs: Kwargs, x: str) -> str:
    """The gradient cut or filled to the operand, where the length was given."""
    given = constant_of(kwargs.get("n")) is not None
    return f"fit({text}, {x}{_axis(kwargs) or ''})" if given else text


def whole_case(m: str, kind: str, x: str) -> Make:
    """`fft` and `ifft`: symmetric matrices."""

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        text = f"{m}.{kind}(out_bar{_axis(kwargs)}{_norm(kwargs)})"
        dot = f"{m}.{kind}({x}_dot, n=n, axis=axis, norm=norm)"
        return Case("", {x: _fitted(text, kwargs, x)}, dot)

    return make


def half_case(m: str, kind: str, x: str) -> Make:
    """`rfft` and `ihfft`: the transform of the spectrum that is filled with zeros."""

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        axis = "axis" if "axis" in kwargs else "-1"
        given = constant_of(kwargs.get("n")) is not None
        n = "n" if given else f"np.shape({x})[{axis}]"
        turned = kind == "ihfft"
        bar = "np.conj(out_bar)" if turned else "out_bar"
        text = f"np.real({m}.fft({bar}, {n}{_axis(kwargs)}{_norm(kwargs, turned)}))"
        dot = f"{m}.{kind}({x}_dot, n=n, axis=axis, norm=norm)"
        return Case("", {x: _fitted(text, kwargs, x)}, dot)

    return make


def real_case(m: str, kind: str, x: str) -> Make:
    """`irfft` and `hfft`: the half spectrum, its inner coefficients twice."""

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        axis = "axis" if "axis" in kwargs else "-1"
        swap = kind == "irfft"
        half = f"{m}.rfft(out_bar{_axis(kwargs)}{_norm(kwargs, swap)})"
        half = f"np.conj({half})" if swap else half
        text = f"twice({half}, np.shape(out_bar)[{axis}]{_axis(kwargs)})"
        dot = f"{m}.{kind}({x}_dot, n=n, axis=axis, norm=norm)"
        return Case("", {x: _fitted(text, kwargs, x)}, dot)

    return make


def many_case(m: str, kind: str, x: str, default: tuple[int, ...] | None) -> Make:
    """The transforms along several axes, the last of which may be a real one."""
    core = kind.removesuffix("2").removesuffix("n")

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        size = rank(args[0].type)
        axes = infer.axes_argument(kwargs, size, default)
        if size is None or axes is None:
            raise NoCase(f"{m}.{kind} needs the rank of its operand and constant axes")
        given = constant_of(kwargs.get("s")) is not None
        if given and constant_of(kwargs.get("axes"), default) is None:
            raise NoCase(f"{m}.{kind} with s needs the axes, too")
        text = _many(core, m, x, axes, size, kwargs)
        for axis in axes if given else ():
            text = f"fit({text}, {x}, {axis})"
        dot = f"{m}.{kind}({x}_dot, s=s, axes=axes, norm=norm)"
        return Case("", {x: text}, dot)

    return make


def _many(
    core: str, m: str, x: str, axes: tuple[int, ...], size: int, kwargs: Kwargs
) -> str:
    norm = _norm(kwargs)
    over = "" if axes == tuple(range(size)) else f", axes={axes}"
    if core in ("fft", "ifft"):
        return f"{m}.{core}n(out_bar{over}{norm})"
    if core == "rfft":
        shape = f"({', '.join(f'np.shape({x})[{a}]' for a in axes)},)"
        s = "s" if constant_of(kwargs.get("s")) is not None else shape
        return f"np.real({m}.fftn(out_bar, s={s}, axes={axes}{norm}))"
    *rest, last = axes
    at = "" if last == size - 1 else f", axis={last}"
    half = f"np.conj({m}.rfft(out_bar{at}{_norm(kwargs, swap=True)}))"
    text = f"twice({half}, np.shape(out_bar)[{last}]{at})"
    return f"{m}.ifftn({text}, axes={tuple(rest)}{norm})" if rest else text


ONE: dict[str, tuple[Callable[[str, str, str], Make], str]] = {
    "fft": (whole_case, "fft"),
    "ifft": (whole_case, "fft"),
    "rfft": (half_case, "rfft"),
    "irfft": (real_case, "irfft"),
    "hfft": (real_case, "irfft"),
    "ihfft": (half_case, "rfft"),
}
MANY = {
    f"{kind}{tail}": kind
    for kind in ("fft", "ifft", "rfft", "irfft")
    for tail in ("2", "n")
}
FIXED = {"numpy": "out=None", "scipy": "overwrite_x=False, workers=None, plan=None"}


def _operand(name: str) -> str | tuple[str, tuple[int, ...]]:
    halved = name.startswith(("irfft", "hfft"))
    return ("half", 6) if halved else (6,)  # type: ignore[return-value]


for root, x in (("numpy", "a"), ("scipy", "x")):
    short = "np.fft" if root == "numpy" else "scipy.fft"
    for name, (maker, like) in ONE.items():
        shape = _operand(name)
        rule(
            f"{root}.fft.{name}({x}, n=None, axis=-1, norm=None; {FIXED[root]})",
            make=maker(short, name, x),
            infer=infer.transform(like),
            cost="never",
            examples=[
                ([shape], {}),
                ([shape], {"norm": "ortho"}),
                ([shape], {"n": 4}),
                ([shape], {"n": 9, "norm": "forward"}),
                *([] if like == "irfft" else [([(4, 3)], {"axis": 0})]),
            ],
        )
    for name, like in MANY.items():
        default = (-2, -1) if name.endswith("2") else None
        axes = "axes=(-2, -1)" if default else "axes=None"
        kind = "fft" if like in ("fft", "ifft") else like
        source = ("complex", (4, 3)) if kind == "irfft" else (4, 3)
        deep = ("complex", (2, 3, 4)) if kind == "irfft" else (2, 3, 4)
        rule(
            f"{root}.fft.{name}({x}, s=None, {axes}, norm=None; {FIXED[root]})",
            make=many_case(short, name, x, default),
            infer=infer.transforms(kind, default),
            cost="never",
            note="of arrays of known rank",
            examples=[
                ([source], {}),
                ([source], {"norm": "ortho"}),
                ([deep], {"axes": (1, 2)}),
                ([source], {"s": (5, 4), "axes": (0, 1)}),
            ],
        )
    for name, back in (("fftshift", "ifftshift"), ("ifftshift", "fftshift")):
        linear(
            f"{root}.fft.{name}(x, axes=None)",
            x=f"{short}.{back}(out_bar, axes)",
            infer=same_shape,
            cost="cheap",
            examples=[([(5,)], {}), ([(3, 4)], {"axes": 0})],
        )
    for name in ("fftfreq", "rfftfreq"):
        rule(
            f"{root}.fft.{name}(n, d=1.0; device=None)",
            d="-np.sum(out_bar * out) / d",
            dot="-out * d_dot / d",
            infer=infer.frequencies if name == "fftfreq" else infer.half_frequencies,
            cost="cheap",
            examples=[([("const", 5)], {"d": ("points", ())})],
        )

rule(
    "fit(g, x, axis=-1)",
    g="fit(out_bar, g, axis)",
    dot="fit(g_dot, x, axis)",
    infer=infer.fitted,
    cost="cheap",
    examples=[([(5,), (3,)], {}), ([(3, 2), (5, 2)], {"axis": 0})],
)
linear(
    "twice(g, n, axis=-1)",
    g="twice(out_bar, n, axis)",
    infer=same_shape,
    cost="cheap",
    examples=[
        ([("complex", (4,)), ("const", 6)], {}),
        ([("complex", (4,)), ("const", 7)], {}),
    ],
)

COSINE = "x, type=2, n=None, axis=-1, norm=None; overwrite_x=False, workers=None"
KEPT = "norm == 'ortho' and n is None"
PLAIN = "norm is None and n is None and type == 2 and axis == -1"
rule(
    f"scipy.fft.dct({COSINE}, orthogonalize=None)",
    cases=[
        case(
            KEPT,
            "scipy.fft.dct(x_dot, type, axis=axis, norm='ortho')",
            x="scipy.fft.idct(out_bar, type, axis=axis, norm='ortho')",
        ),
        case(
            PLAIN,
            "scipy.fft.dct(x_dot)",
            x="scipy.fft.dct(out_bar, 3) + out_bar[..., :1]",
        ),
    ],
    infer=same_shape,
    cost="never",
    examples=[
        ([(5,)], {}),
        ([(5,)], {"norm": "ortho"}),
        ([(3, 4)], {"norm": "ortho", "axis": 0, "type": 3}),
    ],
)
rule(
    f"scipy.fft.idct({COSINE}, orthogonalize=None)",
    cases=[
        case(
            KEPT,
            "scipy.fft.idct(x_dot, type, axis=axis, norm='ortho')",
            x="scipy.fft.dct(out_bar, type, axis=axis, norm='ortho')",
        ),
        case(
            PLAIN,
            "scipy.fft.idct(x_dot)",
            x="g = scipy.fft.dct(out_bar) / (2 * np.shape(x)[-1])\n"
            "g[..., 0] += -0.5 * g[..., 0]\ng",
        ),
    ],
    infer=same_shape,
    cost="never",
    examples=[([(5,)], {}), ([(3, 5)], {}), ([(5,)], {"norm": "ortho"})],
)
