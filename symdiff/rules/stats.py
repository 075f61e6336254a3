"""Distributions of SciPy, by the slopes of their log-densities.

With z = (x - loc) / scale, `SCORE` is the derivative of the log-density in z, `SHAPES`
those in the shape parameters. All else follows: a density is the derivative of its
distribution function.
"""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.rules.declare import elementwise
from symdiff.rules.infer.special import floats

Z = "z = (x - loc) / scale"
DIGAMMA = "scipy.special.digamma"

# name, slope of the log-density in z, slopes in the shape parameters, a point
FAMILIES: list[tuple[str, str, dict[str, str], tuple[float, ...]]] = [
    ("norm", "-z", {}, (0.3, 0.5, 1.2)),
    ("expon", "-1.0", {}, (0.9, 0.2, 1.2)),
    ("laplace", "-np.sign(z)", {}, (0.3, 0.5, 1.2)),
    ("cauchy", "-2 * z / (1 + z * z)", {}, (0.3, 0.5, 1.2)),
    ("logistic", "-np.tanh(0.5 * z)", {}, (0.3, 0.5, 1.2)),
    ("gumbel_r", "np.exp(-z) - 1", {}, (0.3, 0.5, 1.2)),
    ("gumbel_l", "1 - np.exp(z)", {}, (0.3, 0.5, 1.2)),
    ("halfnorm", "-z", {}, (0.9, 0.2, 1.2)),
    ("rayleigh", "1 / z - z", {}, (0.9, 0.2, 1.2)),
    ("uniform", "0.0", {}, (0.9, 0.2, 1.2)),
    (
        "t",
        "-(df + 1) * z / (df + z * z)",
        {
            "df": f"0.5 * ({DIGAMMA}((df + 1) / 2) - {DIGAMMA}(df / 2) - 1 / df"
            " - np.log1p(z * z / df) + (df + 1) * z * z / (df * (df + z * z)))"
        },
        (0.3, 3.5, 0.5, 1.2),
    ),
    (
        "gamma",
        "(a - 1) / z - 1",
        {"a": f"np.log(z) - {DIGAMMA}(a)"},
        (0.9, 2.3, 0.2, 1.2),
    ),
    (
        "invgamma",
        "(1 / z - a - 1) / z",
        {"a": f"-np.log(z) - {DIGAMMA}(a)"},
        (0.9, 2.3, 0.2, 1.2),
    ),
    (
        "beta",
        "(a - 1) / z - (b - 1) / (1 - z)",
        {
            "a": f"np.log(z) - {DIGAMMA}(a) + {DIGAMMA}(a + b)",
            "b": f"np.log1p(-z) - {DIGAMMA}(b) + {DIGAMMA}(a + b)",
        },
        (0.6, 2.3, 1.7, 0.2, 1.2),
    ),
    (
        "chi2",
        "(0.5 * df - 1) / z - 0.5",
        {"df": f"0.5 * (np.log(0.5 * z) - {DIGAMMA}(0.5 * df))"},
        (0.9, 3.5, 0.2, 1.2),
    ),
    (
        "lognorm",
        "-(1 + np.log(z) / s**2) / z",
        {"s": "(np.log(z) ** 2 / s**2 - 1) / s"},
        (0.9, 0.8, 0.2, 1.2),
    ),
    ("pareto", "-(b + 1) / z", {"b": "1 / b - np.log(z)"}, (2.9, 1.8, 0.2, 1.2)),
    (
        "weibull_min",
        "(c - 1) / z - c * z ** (c - 1)",
        {"c": "1 / c + np.log(z) * (1 - z**c)"},
        (0.9, 1.8, 0.2, 1.2),
    ),
]


def _densities(
    name: str, score: str, shapes: Mapping[str, str], point: tuple[float, ...]
) -> None:
    words = ", ".join(["x", *shapes, "loc=0", "scale=1"])
    for kind, factor in (("logpdf", "out_bar"), ("pdf", "out_bar * out")):
        elementwise(
            f"scipy.stats.{name}.{kind}({words})",
            let=f"{Z}\nslope = {score}",
            partials={s: f"{factor} * ({text})" for s, text in shapes.items()},
            x=f"{factor} * slope / scale",
            loc=f"-({factor} * slope / scale)",
            scale=f"-({factor} * (1 + z * slope) / scale)",
            infer=floats,
            cost="costly",
            examples=[point],
        )


def _probabilities(
    name: str, shapes: Mapping[str, str], point: tuple[float, ...]
) -> None:
    words = ", ".join(["x", *shapes, "loc=0", "scale=1"])
    given = ", ".join(["x", *shapes, "loc", "scale"])
    density = f"scipy.stats.{name}.pdf({given})"
    relative = f"np.exp(scipy.stats.{name}.logpdf({given}) - out)"
    for kind, sign, slope in (
        ("cdf", "", density),
        ("sf", "-", density),
        ("logcdf", "", relative),
        ("logsf", "-", relative),
    ):
        turned = "" if sign else "-"
        elementwise(
            f"scipy.stats.{name}.{kind}({words})",
            let=f"{Z}\np = {slope}",
            x=f"{sign}out_bar * p",
            loc=f"{turned}out_bar * p",
            scale=f"{turned}out_bar * p * z",
            infer=floats,
            cost="costly",
            note="in x, loc and scale" if shapes else "",
            examples=[point],
        )
    words = words.replace("x", "q", 1)
    given = given.replace("x", "out", 1)
    for kind, sign in (("ppf", ""), ("isf", "-")):
        elementwise(
            f"scipy.stats.{name}.{kind}({words})",
            q=f"{sign}out_bar / scipy.stats.{name}.pdf({given})",
            loc="out_bar",
            scale="out_bar * (out - loc) / scale",
            infer=floats,
            cost="costly",
            note="in q, loc and scale" if shapes else "",
            examples=[(0.4, *point[1:])],
        )


for name, score, shapes, point in FAMILIES:
    _densities(name, score, shapes, point)
    _probabilities(name, shapes, point)

# Distributions on the integers: slopes of the log-probability in the parameters.
COUNTS: list[tuple[str, str, dict[str, str], tuple[float, ...]]] = [
    ("poisson", "k, mu", {"mu": "(k - loc) / mu - 1"}, (3, 2.3)),
    ("bernoulli", "k, p", {"p": "(k - loc) / p - (1 - k + loc) / (1 - p)"}, (1, 0.3)),
    ("binom", "k, n, p", {"p": "(k - loc) / p - (n - k + loc) / (1 - p)"}, (2, 5, 0.3)),
    ("geom", "k, p", {"p": "1 / p - (k - loc - 1) / (1 - p)"}, (3, 0.3)),
]
for name, words, slopes, point in COUNTS:
    for kind, factor in (("logpmf", "out_bar"), ("pmf", "out_bar * out")):
        elementwise(
            f"scipy.stats.{name}.{kind}({words}, loc=0)",
            partials={s: f"{factor} * ({text})" for s, text in slopes.items()},
            infer=floats,
            cost="costly",
            examples=[point],
        )
for kind, sign in (("cdf", "-"), ("sf", "")):
    elementwise(
        f"scipy.stats.poisson.{kind}(k, mu, loc=0)",
        mu=f"{sign}out_bar * scipy.stats.poisson.pmf(np.floor(k), mu, loc)",
        infer=floats,
        cost="costly",
        examples=[(3, 2.3)],
    )
