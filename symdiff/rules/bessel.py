"""Bessel functions, elliptic and exponential integrals, and other special functions.

The derivative in the order of a Bessel function, or in the first argument of an
incomplete function, has no closed form: there is none here.
"""

from __future__ import annotations

from symdiff.rules.declare import constant, elementwise, rule, scalar
from symdiff.rules.infer import special as infer
from symdiff.rules.infer.elementwise import ufunc_infer, widened

P = [0.3, 1.7]
N = [-1.3, 0.7]
S = "scipy.special."

#       function        is          derivative in x, out             tried at
scalar(f"{S}j0", "besselj(0, x)", f"-{S}j1(x)", N)
scalar(f"{S}j1", "besselj(1, x)", f"0.5 * ({S}j0(x) - {S}jv(2, x))", N)
scalar(f"{S}y0", "bessely(0, x)", f"-{S}y1(x)", P)
scalar(f"{S}y1", "bessely(1, x)", f"0.5 * ({S}y0(x) - {S}yv(2, x))", P)
scalar(f"{S}i0", "besseli(0, x)", f"{S}i1(x)", N)
scalar(f"{S}i1", "besseli(1, x)", f"0.5 * ({S}i0(x) + {S}iv(2, x))", N)
scalar(f"{S}k0", "besselk(0, x)", f"-{S}k1(x)", P)
scalar(f"{S}k1", "besselk(1, x)", f"-0.5 * ({S}k0(x) + {S}kv(2, x))", P)
scalar(f"{S}i0e", "exp(-abs(x)) * besseli(0, x)", f"{S}i1e(x) - sign(x) * out", N)
scalar(
    f"{S}i1e",
    "exp(-abs(x)) * besseli(1, x)",
    f"0.5 * ({S}i0e(x) + {S}ive(2, x)) - sign(x) * out",
    N,
)
scalar(f"{S}k0e", "exp(x) * besselk(0, x)", f"out - {S}k1e(x)", P)
scalar(
    f"{S}k1e",
    "exp(x) * besselk(1, x)",
    f"out - 0.5 * ({S}k0e(x) + {S}kve(2, x))",
    P,
)
scalar("numpy.i0", "besseli(0, x)", f"{S}i1(x)", N, infer=widened)

NEIGHBOURS = {
    "jv": ("jv", "0.5 * (", " - ", ")", ["scipy.special.jn"]),
    "yv": ("yv", "0.5 * (", " - ", ")", []),
    "yn": ("yn", "0.5 * (", " - ", ")", []),
    "iv": ("iv", "0.5 * (", " + ", ")", []),
    "kv": ("kv", "-0.5 * (", " + ", ")", []),
    "kn": ("kn", "-0.5 * (", " + ", ")", []),
    "ive": ("ive", "0.5 * (", " + ", ") - np.sign(z) * out", []),
    "kve": ("kve", "-0.5 * (", " + ", ") + out", []),
}
for name, (f, head, sign, tail, aliases) in NEIGHBOURS.items():
    v, z = ("n", "x") if name in ("yn", "kn") else ("v", "z")
    slope = f"{head}{S}{f}({v} - 1, {z}){sign}{S}{f}({v} + 1, {z}){tail}"
    elementwise(
        f"{S}{name}({v}, {z})",
        partials={z: f"out_bar * ({slope})"},
        infer=infer.floats,
        cost="costly",
        note="in its second argument",
        aliases=aliases,
        examples=[(2, 1.3), (1, 0.7)],
    )

scalar(f"{S}erfcinv", "", "-0.5 * sqrt(pi) * exp(out * out)", [0.4, 1.7])
scalar(f"{S}erfcx", "exp(x**2) * erfc(x)", "2 * x * out - 2 / sqrt(pi)", N)
scalar(f"{S}erfi", "erfi(x)", "2 / sqrt(pi) * exp(x * x)", N)
scalar(f"{S}dawsn", "", "1 - 2 * x * out", N)
scalar(f"{S}rgamma", "1 / gamma(x)", f"-out * {S}digamma(x)", P)
scalar(f"{S}ndtri", "", "sqrt(2 * pi) * exp(0.5 * out * out)", [0.2, 0.7])
scalar(f"{S}exp1", "expint(1, x)", "-exp(-x) / x", P)
scalar(f"{S}expi", "Ei(x)", "exp(x) / x", P)
scalar(f"{S}exp2", "2**x", "out * log(2)", N)
scalar(f"{S}exp10", "10**x", "out * log(10)", N)
scalar(f"{S}cbrt", "cbrt(x)", "1 / (3 * out * out)", P)
scalar(f"{S}cosm1", "cos(x) - 1", "-sin(x)", N)
scalar(f"{S}expm1", "exp(x) - 1", "out + 1", N)
scalar(f"{S}log1p", "log(1 + x)", "1 / (1 + x)", P)
scalar(f"{S}exprel", "", "(exp(x) - out) / x", P)
scalar(
    f"{S}ellipk",
    "elliptic_k(x)",
    f"({S}ellipe(x) / (1 - x) - out) / (2 * x)",
    [0.3, 0.6],
    note="not at 0",
)
scalar(f"{S}ellipe", "elliptic_e(x)", f"(out - {S}ellipk(x)) / (2 * x)", [0.3, 0.6])
scalar(
    f"{S}factorial",
    "gamma(x + 1)",
    f"out * {S}digamma(x + 1)",
    [1.3, 2.7],
    infer=infer.arrays,
)
elementwise(
    f"{S}spence(z)",
    z="out_bar * np.where(z == 1, -1, np.log(z) / np.where(z == 1, 1, 1 - z))",
    cost="costly",
    examples=[(0.3,), (1.7,)],
)
elementwise(
    f"{S}lambertw(z, k=0; tol=1e-08)",
    z="out_bar * np.exp(-out) / (1 + out)",
    infer=infer.complexes,
    cost="costly",
    note="the w of w * exp(w) = z",
    examples=[(0.3,), (1.7,)],
)
elementwise(
    f"{S}beta(a, b)",
    a=f"out_bar * out * ({S}digamma(a) - {S}digamma(a + b))",
    b=f"out_bar * out * ({S}digamma(b) - {S}digamma(a + b))",
    cost="costly",
    formula="gamma(a) * gamma(b) / gamma(a + b)",
    examples=[(0.3, 1.2)],
)
for name in ("binom", "comb"):
    n = "n" if name == "binom" else "N"
    tail = "" if name == "binom" else "; exact=False, repetition=False"
    elementwise(
        f"{S}{name}({n}, k{tail})",
        partials={
            n: f"out_bar * out * ({S}digamma({n} + 1) - {S}digamma({n} - k + 1))",
            "k": f"out_bar * out * ({S}digamma({n} - k + 1) - {S}digamma(k + 1))",
        },
        infer=infer.floats,
        cost="costly",
        examples=[(5.3, 2.4)],
    )
DENSITY = f"np.exp({S}xlogy(a - 1, x) + {S}xlog1py(b - 1, -x) - {S}betaln(a, b))"
elementwise(
    f"{S}betainc(a, b, x)",
    x=f"out_bar * {DENSITY}",
    infer=infer.floats,
    cost="costly",
    note="in x",
    examples=[(1.3, 2.2, 0.4)],
)
DENSITY = f"np.exp({S}xlogy(a - 1, x) - x - {S}gammaln(a))"
for name, sign in (("gammainc", ""), ("gammaincc", "-")):
    elementwise(
        f"{S}{name}(a, x)",
        x=f"{sign}out_bar * {DENSITY}",
        infer=infer.floats,
        cost="costly",
        note="in x",
        examples=[(1.3, 0.7)],
    )
elementwise(
    f"{S}zeta(x, q=None)",
    q=f"-(out_bar * x * {S}zeta(x + 1, q))",
    infer=infer.floats,
    cost="costly",
    note="sum of (k + q)**-x; in q",
    examples=[(2.5, 1.3)],
)
elementwise(
    f"{S}expn(n, x)",
    x=f"-(out_bar * {S}expn(n - 1, x))",
    infer=infer.floats,
    cost="costly",
    examples=[(2, 0.7)],
)
elementwise(
    f"{S}kl_div(x, y)",
    x="out_bar * np.log(x / y)",
    y="out_bar * (1 - x / y)",
    cost="costly",
    formula="x * log(x / y) - x + y",
    examples=[(0.3, 1.2)],
)
elementwise(
    f"{S}rel_entr(x, y)",
    x="out_bar * (np.log(x / y) + 1)",
    y="-(out_bar * x / y)",
    cost="costly",
    formula="x * log(x / y)",
    examples=[(0.3, 1.2)],
)
elementwise(
    f"{S}hyp1f1(a, b, x)",
    x=f"out_bar * a / b * {S}hyp1f1(a + 1, b + 1, x)",
    infer=infer.floats,
    cost="costly",
    note="in x",
    examples=[(1.3, 2.2, 0.4)],
)
elementwise(
    f"{S}hyp2f1(a, b, c, z)",
    z=f"out_bar * a * b / c * {S}hyp2f1(a + 1, b + 1, c + 1, z)",
    infer=infer.floats,
    cost="costly",
    note="in z",
    examples=[(1.3, 2.2, 0.8, 0.4)],
)
elementwise(
    f"{S}huber(delta, r)",
    delta="out_bar * (np.abs(r) > delta) * (np.abs(r) - delta)",
    r="out_bar * np.clip(r, -delta, delta)",
    cost="cheap",
    examples=[(1.2, 0.7), (0.5, -1.7)],
)
elementwise(
    f"{S}pseudo_huber(delta, r)",
    let="root = np.sqrt(1 + (r / delta) ** 2)",
    delta="out_bar * (2 * delta * (root - 1) - r * r / (delta * root))",
    r="out_bar * r / root",
    cost="costly",
    examples=[(1.2, 0.7)],
)
elementwise(
    f"{S}boxcox(x, lmbda)",
    x="out_bar * x ** (lmbda - 1)",
    lmbda="out_bar * np.where(lmbda == 0, 0.5 * np.log(x) ** 2,"
    " (x**lmbda * np.log(x) - out) / np.where(lmbda == 0, 1, lmbda))",
    infer=infer.floats,
    cost="costly",
    examples=[(1.3, 0.7)],
)
PSI = f"np.sum({S}digamma(np.expand_dims(a, -1) - 0.5 * np.arange(d)), axis=-1)"
rule(
    f"{S}multigammaln(a, d)",
    a=f"out_bar * {PSI}",
    dot=f"a_dot * {PSI}",
    infer=infer.unsure,
    cost="costly",
    examples=[([("const", 4.3)], {"d": 3})],
)
constant(f"{S}gammasgn(x)", infer=ufunc_infer("numpy.positive"), elementwise=True)
PAIR = "out0_bar * {0} + out1_bar * {1}"
for name, first, second in (
    ("sici", "np.sin(x) / x", "np.cos(x) / x"),
    ("fresnel", "np.sin(0.5 * np.pi * x * x)", "np.cos(0.5 * np.pi * x * x)"),
):
    rule(
        f"{S}{name}(x)",
        x=PAIR.format(first, second),
        dot=f"({first} * x_dot, {second} * x_dot)",
        outs=2,
        infer=infer.pair,
        cost="costly",
        examples=[[(3,)]],
    )
