"""Random draws: constants, or functions of the parameters for fixed noise.

Each is a function of `numpy.random` or a method of a generator, or both:
`rng.normal(0.0, s)` is `generator.normal(rng, 0.0, s)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from symdiff.rules.declare import constant, rule
from symdiff.rules.infer import draws as infer
from symdiff.rules.infer.containers import nothing, unknown
from symdiff.rules.structure import refuse


def signatures(text: str) -> Iterator[str]:
    """The function of a draw and the method, from `normal(loc, scale)`."""
    name, _, params = text.partition("(")
    yield f"numpy.random.{text}"
    yield f"generator.{name}(rng, {params}"


for text in (
    "standard_normal(size=None)",
    "standard_exponential(size=None)",
    "random(size=None)",
    "random_sample(size=None)",
):
    constant(*signatures(text), infer=infer.drawn, effect=True, cost="never")
for text in ("rand(*shape)", "randn(*shape)"):
    constant(*signatures(text), infer=infer.lined_up, effect=True, cost="never")
for text in (
    "randint(low, high=None, size=None, dtype=None)",
    "integers(low, high=None, size=None, dtype=None, endpoint=False)",
):
    constant(*signatures(text), infer=infer.whole, effect=True, cost="never")
constant(*signatures("seed(seed=None)"), infer=nothing, effect=True, cost="never")
constant(
    "numpy.random.default_rng(seed=None)",
    "numpy.random.RandomState(seed=None)",
    infer=infer.generator,
    effect=True,
    cost="never",
)
# The noise stays as it is while the parameters move.
MOVED = "(out - loc) / scale"
SPREAD = "(out - low) / (high - low)"
for name in ("normal", "laplace", "logistic", "gumbel"):
    for text in signatures(f"{name}(loc=0.0, scale=1.0, size=None)"):
        rule(
            text,
            loc="unbroadcast(out_bar, loc)",
            scale=f"unbroadcast(out_bar * {MOVED}, scale)",
            dot=f"loc_dot + scale_dot * {MOVED}",
            infer=infer.drawn,
            effect=True,
            cost="never",
            note="for fixed noise",
        )
for text in signatures("uniform(low=0.0, high=1.0, size=None)"):
    rule(
        text,
        low=f"unbroadcast(out_bar * (1 - {SPREAD}), low)",
        high=f"unbroadcast(out_bar * {SPREAD}, high)",
        dot=f"low_dot * (1 - {SPREAD}) + high_dot * {SPREAD}",
        infer=infer.drawn,
        effect=True,
        cost="never",
        note="for fixed noise",
    )
for name in ("exponential", "rayleigh"):
    for text in signatures(f"{name}(scale=1.0, size=None)"):
        rule(
            text,
            scale="unbroadcast(out_bar * out / scale, scale)",
            dot="scale_dot * out / scale",
            infer=infer.drawn,
            effect=True,
            cost="never",
            note="for fixed noise",
        )
for draw in (
    "permutation(x)",
    "choice(a, size=None, replace=True, p=None)",
    "gamma(shape, scale=1.0, size=None)",
    "beta(a, b, size=None)",
    "poisson(lam=1.0, size=None)",
    "binomial(n, p, size=None)",
):
    what = f"{draw.partition('(')[0]} has no derivative in its parameters"
    for text in signatures(draw):
        rule(
            text,
            make=refuse(what),
            infer=unknown,
            effect=True,
            cost="never",
            note="of constants",
        )
