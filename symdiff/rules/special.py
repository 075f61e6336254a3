"""Special functions of SciPy, and the softmax family."""

from __future__ import annotations

from symdiff.rules.axes import only, over_axes
from symdiff.rules.declare import elementwise, rule, scalar
from symdiff.rules.infer.elementwise import widened
from symdiff.rules.infer.reductions import reduce_infer
from symdiff.rules.infer.shapes import same_shape

P = [0.3, 1.7]
N = [-2.0, 0.3]
S = "scipy.special."

scalar(f"{S}gammaln", "loggamma(x)", f"{S}digamma(x)", P)
scalar(f"{S}loggamma", "loggamma(x)", f"{S}digamma(x)", P)
scalar(f"{S}gamma", "gamma(x)", f"out * {S}digamma(x)", P)
scalar(f"{S}digamma", "digamma(x)", f"{S}polygamma(1, x)", P, aliases=[f"{S}psi"])
scalar(f"{S}erf", "erf(x)", "2 / sqrt(pi) * exp(-x * x)", N)
scalar(f"{S}erfc", "erfc(x)", "-2 / sqrt(pi) * exp(-x * x)", N)
scalar(f"{S}erfinv", "erfinv(x)", "0.5 * sqrt(pi) * exp(out * out)", [-0.4, 0.7])
scalar(f"{S}expit", "1 / (1 + exp(-x))", f"out * {S}expit(-x)", N)
scalar(f"{S}logit", "log(x / (1 - x))", "1 / (x * (1 - x))", [0.2, 0.7])
scalar(f"{S}log_expit", "-log(1 + exp(-x))", f"{S}expit(-x)", N)
scalar(f"{S}ndtr", "(1 + erf(x / sqrt(2))) / 2", "exp(-x * x / 2) / sqrt(2 * pi)", N)
scalar(
    f"{S}log_ndtr",
    "log((1 + erf(x / sqrt(2))) / 2)",
    "exp(-x * x / 2 - out) / sqrt(2 * pi)",
    N,
)
scalar(f"{S}entr", "-x * log(x)", "-log(x) - 1", P)
scalar("math.lgamma", "loggamma(x)", f"float({S}digamma(x))", P)
scalar("math.gamma", "gamma(x)", f"out * float({S}digamma(x))", P)

elementwise(
    f"{S}polygamma(n, x)",
    x=f"out_bar * {S}polygamma(n + 1, x)",
    infer=widened,
    cost="costly",
    examples=[(1, 0.7), (2, 1.3)],
)
elementwise(
    f"{S}xlogy(x, y)",
    x="out_bar * np.log(np.where((x == 0) & (y == 0), 1, y))",
    y="out_bar * x / np.where(x == 0, 1, y)",
    formula="x * log(y)",
    note="0 where x is 0",
    cost="costly",
    examples=[(0.3, 1.2), (-0.7, 0.4)],
)
elementwise(
    f"{S}xlog1py(x, y)",
    x="out_bar * np.log1p(np.where((x == 0) & (y == -1), 0, y))",
    y="out_bar * x / np.where(x == 0, 1, 1 + y)",
    formula="x * log(1 + y)",
    cost="costly",
    examples=[(0.3, 1.2), (-0.7, 0.4)],
)
elementwise(
    f"{S}betaln(x, y)",
    x=f"out_bar * ({S}digamma(x) - {S}digamma(x + y))",
    y=f"out_bar * ({S}digamma(y) - {S}digamma(x + y))",
    cost="costly",
    examples=[(0.3, 1.2)],
)

# The weights exp(a - out), brought to equal shares where the result is infinite.
WEIGHTS = """
top = OUT
raw = np.exp(np.where(a == top, 0, a) - np.where(a == top, 0, top))
weights = raw / np.sum(raw, WITHIN) * (top > -np.inf)
""".strip()
LSE = WEIGHTS.replace("OUT", f"{S}logsumexp(a, WITHIN)")
rule(
    f"{S}logsumexp(a, axis=None, b=None, *, keepdims=False; return_sign=False)",
    cases=[
        *only(
            "b is None",
            over_axes(
                f"{LSE}\nnp.sum(weights * a_dot, OVER)",
                WEIGHTS.replace("OUT", "kept(out)") + "\nweights * kept(out_bar)",
                tangent="a_dot",
            ),
        ),
        *over_axes(
            f"shifted = np.exp(a - {S}logsumexp(a, WITHIN, b=b))\n"
            "np.sum(shifted * (b * a_dot + b_dot), OVER)",
            "shifted = np.exp(a - kept(out))\n"
            "unbroadcast(b * shifted * kept(out_bar), a)",
            b="unbroadcast(np.exp(a - kept(out)) * kept(out_bar), b)",
            point="unbroadcast(b * np.exp(a - out) * out_bar, a)",
        ),
    ],
    infer=reduce_infer("float"),
    formula="log(sum of b * exp(a))",
    note="0 where all are -inf; the +inf share; not so with weights `b`",
    examples=[
        ([(3, 4)], {}),
        ([(3, 4)], {"axis": 0}),
        ([(3, 4)], {"axis": 1, "keepdims": True}),
        ([()], {}),
        ([(3, 4)], {"b": ("points", (3, 4))}),
        ([(3, 4)], {"b": ("points", 4), "axis": 1}),
        ([(3, 4)], {"b": ("points", (3, 1)), "axis": 0, "keepdims": True}),
    ],
)
SOFTMAX = "out * (BAR - np.sum(BAR * out, axis=axis, keepdims=True))"
rule(
    f"{S}softmax(x, axis=None)",
    x=SOFTMAX.replace("BAR", "out_bar"),
    dot=SOFTMAX.replace("BAR", "x_dot"),
    infer=same_shape,
    formula="exp(x) / sum of exp(x)",
    examples=[([(4,)], {}), ([(3, 4)], {"axis": -1})],
)
rule(
    f"{S}log_softmax(x, axis=None)",
    x="out_bar - np.exp(out) * np.sum(out_bar, axis=axis, keepdims=True)",
    dot="x_dot - np.sum(np.exp(out) * x_dot, axis=axis, keepdims=True)",
    infer=same_shape,
    formula="x - log(sum of exp(x))",
    examples=[([(4,)], {}), ([(3, 4)], {"axis": -1})],
)
