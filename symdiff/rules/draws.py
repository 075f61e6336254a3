"""Random draws: constants, or functions of the parameters for fixed noise."""

from __future__ import annotations

from symdiff.rules.declare import constant, rule
from symdiff.rules.infer import draws as infer
from symdiff.rules.infer.containers import unknown
from symdiff.rules.structure import refuse

constant(
    "numpy.random.rand(*shape)",
    "numpy.random.randn(*shape)",
    "numpy.random.standard_normal(size=None)",
    "numpy.random.standard_exponential(size=None)",
    "numpy.random.random(size=None)",
    "numpy.random.random_sample(size=None)",
    "numpy.random.seed(seed=None)",
    "numpy.random.default_rng(seed=None)",
    "numpy.random.randint(low, high=None, size=None, dtype=None)",
    infer=unknown,
    effect=True,
    cost="never",
)
# The noise stays as it is while the parameters move.
MOVED = "(out - loc) / scale"
for name in ("normal", "laplace", "logistic", "gumbel"):
    rule(
        f"numpy.random.{name}(loc=0.0, scale=1.0, size=None)",
        loc="unbroadcast(out_bar, loc)",
        scale=f"unbroadcast(out_bar * {MOVED}, scale)",
        dot=f"loc_dot + scale_dot * {MOVED}",
        infer=infer.drawn,
        effect=True,
        cost="never",
        note="for fixed noise",
    )
SPREAD = "(out - low) / (high - low)"
rule(
    "numpy.random.uniform(low=0.0, high=1.0, size=None)",
    low=f"unbroadcast(out_bar * (1 - {SPREAD}), low)",
    high=f"unbroadcast(out_bar * {SPREAD}, high)",
    dot=f"low_dot * (1 - {SPREAD}) + high_dot * {SPREAD}",
    infer=infer.drawn,
    effect=True,
    cost="never",
    note="for fixed noise",
)
for name in ("exponential", "rayleigh"):
    rule(
        f"numpy.random.{name}(scale=1.0, size=None)",
        scale="unbroadcast(out_bar * out / scale, scale)",
        dot="scale_dot * out / scale",
        infer=infer.drawn,
        effect=True,
        cost="never",
        note="for fixed noise",
    )
for text in (
    "numpy.random.permutation(x)",
    "numpy.random.choice(a, size=None, replace=True, p=None)",
    "numpy.random.gamma(shape, scale=1.0, size=None)",
    "numpy.random.beta(a, b, size=None)",
    "numpy.random.poisson(lam=1.0, size=None)",
    "numpy.random.binomial(n, p, size=None)",
):
    rule(
        text,
        make=refuse(f"{text.partition('(')[0]} has no derivative in its parameters"),
        infer=unknown,
        effect=True,
        cost="never",
        note="of constants",
    )
