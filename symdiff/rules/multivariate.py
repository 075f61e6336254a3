"""Distributions of vectors."""

from __future__ import annotations

from symdiff.rules.declare import case, rule
from symdiff.rules.infer.multivariate import dirichlet, normal, number
from symdiff.rules.registry import Case

M = "scipy.stats.multivariate_normal."
D = "scipy.stats.dirichlet."

SOLVED = "d = SHIFTED\nw = np.linalg.solve(cov, d.T).T\n"
DIVIDED = "d = SHIFTED\nw = d / cov\n"
MATRIX = """
v = np.reshape(w, (-1, np.shape(cov)[0]))
h = np.reshape(g, (-1, 1))
0.5 * ((v * h).T @ v - np.sum(h) * np.linalg.inv(cov))
""".strip()
NUMBER = "0.5 * np.sum(np.expand_dims(g, -1) * (w * w - 1 / cov))"
ALONG = "-np.sum(w * X_DOT, axis=-1)"
SPREAD = "0.5 * (np.sum(w * (w @ cov_dot.T), axis=-1)"
SPREAD += " - np.trace(np.linalg.solve(cov, cov_dot)))"
STRETCH = "0.5 * cov_dot * np.sum(w * w - 1 / cov, axis=-1)"


def normal_cases(factor: str) -> list[Case]:
    """The cases of a normal log-density, or with `factor` of a density."""
    cases = []
    g = f"g = out_bar{factor}\n"
    for when, centred in (("mean is None", "x"), ("", "x - mean")):
        for rank, head, spread, moved in (
            ("cov.ndim == 2", SOLVED, MATRIX, SPREAD),
            ("cov.ndim == 0", DIVIDED, NUMBER, STRETCH),
        ):
            let = head.replace("SHIFTED", centred)
            difference = "x_dot" if when else "(x_dot - mean_dot)"
            slope = f"{moved}{' ' + ALONG.replace('X_DOT', difference)}"
            slope = slope.replace(" -np", " - np")
            push = f"{g}-np.expand_dims(g, -1) * w"
            adjoint = {"x": let + push, "cov": let + g + spread}
            if not when:
                adjoint["mean"] = (
                    let + f"{g}unbroadcast(np.expand_dims(g, -1) * w, mean)"
                )
            dot = f"{let}({slope}){factor}" if factor else let + slope
            cases.append(case(" and ".join(filter(None, (when, rank))), dot, **adjoint))
    return cases


NORMAL = "x, mean=None, cov=1; allow_singular=False, maxpts=None, abseps=1e-05"
EXAMPLES = [
    ([(3,)], {"mean": ("points", 3), "cov": ("definite", 3)}),
    ([(4, 3)], {"mean": ("points", 3), "cov": ("definite", 3)}),
    ([(3,)], {"cov": ("definite", 3)}),
    ([(3,)], {"mean": ("points", 3), "cov": 1.5}),
]
for name, factor in (("logpdf", ""), ("pdf", " * out")):
    rule(
        f"{M}{name}({NORMAL.partition('; max')[0]})",
        cases=normal_cases(factor),
        infer=normal,
        cost="never",
        note="the gradient in the covariance is symmetric",
        examples=EXAMPLES,
    )
rule(
    f"{M}entropy(mean=None, cov=1)",
    cases=[
        case(
            "cov.ndim == 2",
            "0.5 * np.trace(np.linalg.solve(cov, cov_dot))",
            cov="0.5 * out_bar * np.linalg.inv(cov).T",
            mean="np.zeros_like(mean)",
        )
    ],
    infer=number,
    cost="never",
    examples=[([], {"cov": ("definite", 3)})],
)
LOG = "np.log(x) - scipy.special.digamma(alpha) + scipy.special.digamma(np.sum(alpha))"
for name, factor in (("logpdf", ""), ("pdf", " * out")):
    rule(
        f"{D}{name}(x, alpha)",
        when="x.ndim == 1",
        x=f"out_bar{factor} * (alpha - 1) / x",
        alpha=f"out_bar{factor} * ({LOG})",
        dot=f"(np.sum((alpha - 1) / x * x_dot) + np.sum(({LOG}) * alpha_dot)){factor}",
        infer=dirichlet,
        cost="costly",
        note="of one point, all of whose coordinates are given",
    )
