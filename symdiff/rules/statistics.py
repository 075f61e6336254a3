"""Order statistics, covariances, counts."""

from __future__ import annotations

from symdiff.rules.axes import over_axes
from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer import statistics as infer
from symdiff.rules.infer.reductions import reduce_infer
from symdiff.rules.registry import Case

# A quantile is a mean of two neighbours in the sorted order: these are their weights.
WEIGHTS = """
rank = RANK
place = (COUNTED - 1) * LEVEL
low = np.floor(place)
t = place - low
weights = (rank == low) * (1 - t) + (rank == np.ceil(place)) * t
""".strip()
STEP = "step = (rank == np.ceil(place)) * 1.0 - (rank == low)\n"
RANKS = {
    "axis is None": (
        "np.reshape(np.argsort(np.argsort(np.ravel(x), kind='stable')), np.shape(a))",
        "np.size(a)",
        "np.sum(~np.isnan(a))",
    ),
    "isinstance(axis, int)": (
        "np.argsort(np.argsort(x, axis=axis, kind='stable'), axis=axis)",
        "np.shape(a)[axis]",
        "np.sum(~np.isnan(a), axis=axis, keepdims=True)",
    ),
}
LAST = "np.where(np.isnan(a), np.inf, a)"
TANGENT = {"": "a_dot", "nan": "np.where(np.isnan(a), 0.0, a_dot)"}


def weights_of(when: str, level: str, nan: str) -> str:
    """The assignments that end with the weights of the elements."""
    rank, count, valid = RANKS[when]
    ordered = f"x = {LAST}\n" if nan else ""
    rank = rank if nan else rank.replace("(x", "(a")
    text = WEIGHTS.replace("RANK", rank).replace("LEVEL", level)
    return ordered + text.replace("COUNTED", valid if nan else count)


def quantile_cases(level: str, nan: str) -> list[Case]:
    """The cases of a quantile: over all axes or one, of one level or several."""
    cases = []
    for when in RANKS:
        let = weights_of(when, level, nan) + "\n"
        count = RANKS[when][2 if nan else 1]
        plain = "a" if not nan else "np.where(np.isnan(a), 0.0, a)"
        for kept in ("", "keepdims"):
            g = "out_bar"
            if when != "axis is None" and not kept:
                g = "np.expand_dims(out_bar, axis)"
            over = "" if when == "axis is None" else ", axis=axis"
            over += ", keepdims=True" if kept else ""
            total = f"np.sum(weights * {TANGENT[nan]}{over})"
            adjoint = {"a": f"{let}weights * {g}"}
            condition = f"{when} and {'keepdims' if kept else 'not keepdims'}"
            if level != "0.5":
                condition += " and q.ndim == 0"
                factor = " / 100" if "100" in level else ""
                slope = f"({count} - 1){factor} * step * {plain}"
                adjoint["q"] = f"{let}{STEP}np.sum({slope} * {g})"
                total += f" + q_dot * np.sum({slope}{over})"
            dot = let + (STEP if level != "0.5" else "") + total
            cases.append(case(condition, dot, **adjoint))
    if level != "0.5" and not nan:
        cases.append(_several(level))
    return cases


def _several(level: str) -> Case:
    """Several levels at once, over all elements: one column of weights a level."""
    let = weights_of("axis is None", level, "").replace("rank = ", "ranks = ")
    let = let.replace("\nplace", "\nrank = np.reshape(ranks, (-1, 1))\nplace")
    g = "np.reshape(weights @ out_bar, np.shape(a))"
    dot = f"{let}\nnp.ravel(a_dot) @ weights"
    return case("(axis is None or a.ndim == 1) and q.ndim == 1", dot, a=f"{let}\n{g}")


FIXED = "out=None, overwrite_input=False"
LEVELS = {"median": "0.5", "quantile": "q", "percentile": "(q / 100)"}
for name, level in LEVELS.items():
    for nan in ("", "nan"):
        words = (
            "a, axis=None, keepdims=False"
            if level == "0.5"
            else ("a, q, axis=None, keepdims=False")
        )
        fixed = FIXED if level == "0.5" else f"{FIXED}, method='linear', weights=None"
        array = (lambda s: ("gaps", s)) if nan else (lambda s: s)
        at = (
            [] if level == "0.5" else [("level", 30.0 if name == "percentile" else 0.3)]
        )
        several = ("levels", 100 if name == "percentile" else 1)
        rule(
            f"numpy.{nan}{name}({words}; {fixed})",
            cases=quantile_cases(level, nan),
            infer=infer.quantile(level != "0.5"),
            note="weights of linear interpolation; equal elements keep their order",
            examples=[
                ([array((5,)), *at], {}),
                ([array((6,)), *at], {"keepdims": True}),
                ([array((3, 4)), *at], {}),
                ([array((3, 4)), *at], {"axis": 0}),
                ([array((3, 5)), *at], {"axis": 1, "keepdims": True}),
                *([([(6,), several], {})] if at and not nan else []),
            ],
        )

PEAKS = "high = a == np.max(a, WITHIN)\nlow = a == np.min(a, WITHIN)\n"
SHARES = "high / np.sum(high, WITHIN) - low / np.sum(low, WITHIN)"
rule(
    "numpy.ptp(a, axis=None, *, keepdims=False; out=None)",
    cases=over_axes(
        f"{PEAKS}np.sum(({SHARES}) * a_dot, OVER)",
        f"{PEAKS}({SHARES}) * kept(out_bar)",
        point="np.zeros_like(a)",
    ),
    infer=reduce_infer("same"),
    formula="max - min",
    note="ties share equally",
    examples=[([(3, 4)], {}), ([(3, 4)], {"axis": 0}), ([(4,)], {"keepdims": True})],
)

# The rows of c sum to zero, so that its own mean plays no part to first order.
CENTRED = "c = ROWS - np.mean(ROWS, axis=-1, keepdims=True)\n"
FACTOR = "n = np.shape(c)[-1] - (DDOF)\n"
DDOFS = {
    "ddof is None and not bias": "1",
    "ddof is None and bias": "0",
    "": "ddof",
}


def cov_cases() -> list[Case]:
    """The cases of a covariance: of one variable, of several, of a pair."""
    cases = []
    for when, ddof in DDOFS.items():
        size = FACTOR.replace("DDOF", ddof).replace(" - (0)", "").replace("(1)", "1")
        for kind, rows in (
            ("m.ndim == 1 and y is None", "m"),
            ("m.ndim == 2 and y is None and rowvar", "m"),
            ("m.ndim == 2 and y is None and not rowvar", "m.T"),
            ("m.ndim == 1 and y.ndim == 1", "np.stack([m, y])"),
        ):
            let = CENTRED.replace("ROWS", "rows").replace("c =", f"rows = {rows}\nc =")
            let = let if rows != "m" else CENTRED.replace("ROWS", "m")
            let += size
            condition = " and ".join(filter(None, (kind, when)))
            cases.append(_cov(condition, let, rows))
    return cases


def _cov(condition: str, let: str, rows: str) -> Case:
    moved = {"m": "m_dot", "m.T": "m_dot.T"}.get(rows, "np.stack([m_dot, y_dot])")
    if "m.ndim == 1 and y is None" in condition:
        return case(
            condition,
            f"{let}2 * (c @ m_dot) / n",
            m=f"{let}2 * out_bar / n * c",
        )
    g = f"{let}g = (out_bar + out_bar.T) @ c / n\n"
    dot = f"{let}d = {moved} @ c.T / n\nd + d.T"
    if rows == "m.T":
        return case(condition, dot, m=f"{g}g.T")
    if rows == "m":
        return case(condition, dot, m=g.replace("g = ", "", 1).strip())
    return case(condition, dot, m=f"{g}g[0]", y=f"{g}g[1]")


rule(
    "numpy.cov(m, y=None, rowvar=True, bias=False, ddof=None"
    "; fweights=None, aweights=None, dtype=None)",
    cases=cov_cases(),
    infer=infer.cov,
    examples=[
        ([(5,)], {}),
        ([(3, 5)], {}),
        ([(3, 5)], {"rowvar": False, "ddof": 0}),
        ([(5,)], {"y": ("points", 5), "bias": True}),
    ],
)
SCALED = """
s = np.sqrt(np.sum(c * c, axis=-1))
g = out_bar / np.outer(s, s)
d = np.sum((out_bar + out_bar.T) * out, axis=-1) / (2 * s * s)
b = g - np.diag(d)
""".strip()
SCALED_DOT = """
s = np.sqrt(np.sum(c * c, axis=-1))
d = MOVED @ c.T
d = d + d.T
v = np.diagonal(d) / (2 * s * s)
d / np.outer(s, s) - out * (v + v[:, None])
""".strip()
rule(
    "numpy.corrcoef(x, y=None, rowvar=True; dtype=None)",
    cases=[
        case(
            kind,
            f"{let}{SCALED_DOT.replace('MOVED', moved)}",
            **{n: f"{let}{SCALED}\nr = (b + b.T) @ c\nr{i}" for n, i in parts.items()},
        )
        for kind, let, moved, parts in (
            (
                "x.ndim == 2 and y is None and rowvar",
                CENTRED.replace("ROWS", "x"),
                "x_dot",
                {"x": ""},
            ),
            (
                "x.ndim == 2 and y is None and not rowvar",
                "rows = x.T\n" + CENTRED.replace("ROWS", "rows"),
                "x_dot.T",
                {"x": ".T"},
            ),
            (
                "x.ndim == 1 and y.ndim == 1",
                "rows = np.stack([x, y])\n" + CENTRED.replace("ROWS", "rows"),
                "np.stack([x_dot, y_dot])",
                {"x": "[0]", "y": "[1]"},
            ),
        )
    ],
    infer=infer.cov,
    examples=[
        ([(3, 5)], {}),
        ([(5, 3)], {"rowvar": False}),
        ([(5,)], {"y": ("points", 5)}),
    ],
)
rule(
    "numpy.bincount(x, weights=None, minlength=0)",
    weights="out_bar[x]",
    dot="np.bincount(x, weights_dot, minlength)",
    infer=infer.counts,
    examples=[([[0, 2, 2, 1]], {"weights": ("points", 4)})],
)
constant(
    "numpy.histogram(a, bins=10, range=None, density=None; weights=None)",
    "numpy.digitize(x, bins, right=False)",
    infer=infer.unknown,
)
