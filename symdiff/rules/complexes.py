"""Complex numbers: their parts, their conjugates, and how they are put together."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer import spectra as infer

rule(
    "numpy.real(val)",
    cases=[
        case("val.complex", "np.real(val_dot)", val="out_bar + 0j"),
        case("", "np.real(val_dot)", val="out_bar"),
    ],
    infer=infer.part,
    view=["val"],
    cost="free",
    examples=[[(3,)], [("complex", (2, 3))], [()]],
)
rule(
    "numpy.imag(val)",
    cases=[
        case("val.complex", "np.imag(val_dot)", val="-1j * out_bar"),
        case("", "np.imag(val_dot)", val="real_like(-1j * out_bar, val)"),
    ],
    infer=infer.part,
    view=["val"],
    cost="free",
    examples=[[("complex", (2, 3))], [(3,)]],
)
rule(
    "real_like(g, x)",
    g="out_bar",
    dot="real_like(g_dot, x)",
    infer=infer.closed,
    cost="free",
    examples=[[(3,), (3,)], [("complex", (3,)), (3,)]],
)
rule(
    "numpy.conj(x)",
    cases=[
        case("x.complex", "np.conj(x_dot)", x="np.conj(out_bar)"),
        case("x.dtype == 'f8' or x.dtype == 'f4'", "x_dot", x="out_bar"),
        case("", "np.conj(x_dot)", x="np.conj(out_bar)"),
    ],
    infer=infer.conjugate,
    cost="cheap",
    aliases=["numpy.conjugate"],
    examples=[[("complex", (2, 3))], [(3,)], [()]],
)
REAL = "z.dtype == 'f8' or z.dtype == 'f4'"
SAFE = "w = np.where(z == 0, 1, z)"
rule(
    "numpy.angle(z, deg=False)",
    cases=[
        case(
            "z.complex and deg",
            f"{SAFE}\nnp.rad2deg(np.imag(z_dot / w) * (z != 0))",
            z=f"{SAFE}\n-1j * np.rad2deg(out_bar) * (z != 0) / w",
        ),
        case(
            "z.complex",
            f"{SAFE}\nnp.imag(z_dot / w) * (z != 0)",
            z=f"{SAFE}\n-1j * out_bar * (z != 0) / w",
        ),
        case(REAL, "np.zeros_like(z)", z="np.zeros_like(z)"),
        case(
            "not deg",
            f"{SAFE}\nnp.imag(z_dot / w) * (z != 0)",
            z=f"{SAFE}\nreal_like(-1j * out_bar * (z != 0) / w, z)",
        ),
    ],
    infer=infer.angle,
    cost="costly",
    note="0 at 0; constant in a real number",
    examples=[
        ([("complex", (2, 3))], {}),
        ([("complex", (3,))], {"deg": True}),
        ([(3,)], {}),
    ],
)
rule(
    "numpy.real_if_close(a, tol=100)",
    cases=[
        case("a.complex", "np.real_if_close(a_dot) + 0j", a="out_bar + 0j"),
        case("", "a_dot", a="out_bar"),
    ],
    infer=infer.closed,
    view=["a"],
    cost="cheap",
    examples=[[("complex", (3,))], [(3,)]],
)
rule(
    "builtins.complex(real, imag=0)",
    real="out_bar",
    imag="1j * out_bar",
    dot="complex(real_dot, imag_dot)",
    infer=infer.number,
    cost="cheap",
    examples=[[0.3, 1.2]],
)
