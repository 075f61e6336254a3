"""Distributions of SciPy, by their textbook densities."""

from __future__ import annotations

from symdiff.rules.declare import elementwise
from symdiff.rules.infer.elementwise import doubled

Z = "z = (x - loc) / scale"
BELL = f"{Z}\np = np.exp(-0.5 * z * z) / (math.sqrt(2 * math.pi) * scale)"

elementwise(
    "scipy.stats.norm.pdf(x, loc=0, scale=1)",
    let=Z,
    x="-(out_bar * out * z / scale)",
    loc="out_bar * out * z / scale",
    scale="out_bar * out * (z * z - 1) / scale",
    infer=doubled,
    cost="costly",
    examples=[(0.3, 0.5, 1.2)],
)
elementwise(
    "scipy.stats.norm.logpdf(x, loc=0, scale=1)",
    let=Z,
    x="-(out_bar * z / scale)",
    loc="out_bar * z / scale",
    scale="out_bar * (z * z - 1) / scale",
    infer=doubled,
    cost="costly",
    examples=[(0.3, 0.5, 1.2)],
)
elementwise(
    "scipy.stats.norm.cdf(x, loc=0, scale=1)",
    let=BELL,
    x="out_bar * p",
    loc="-(out_bar * p)",
    scale="-(out_bar * p * z)",
    infer=doubled,
    cost="costly",
    examples=[(0.3, 0.5, 1.2)],
)
elementwise(
    "scipy.stats.norm.logcdf(x, loc=0, scale=1)",
    let=f"{Z}\np = np.exp(-0.5 * z * z - out) / (math.sqrt(2 * math.pi) * scale)",
    x="out_bar * p",
    loc="-(out_bar * p)",
    scale="-(out_bar * p * z)",
    infer=doubled,
    cost="costly",
    examples=[(0.3, 0.5, 1.2)],
)
