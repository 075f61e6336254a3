"""Reductions that leave NaN out: of what is NaN the gradient is 0."""

from __future__ import annotations

from collections.abc import Callable

from symdiff.rules.axes import ALL, CHOSEN, PLAIN, STARTED, only, over_axes
from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer.reductions import cumulative_infer, reduce_infer
from symdiff.rules.reductions import SPREAD, STARTS, started
from symdiff.rules.registry import Case
from symdiff.rules.running import PRODUCT, chosen

# `here` marks what counts, `n` is how much of it there is.
HERE = "here = ~np.isnan(a)\n"
CHOSEN_HERE = "here = where & ~np.isnan(a)\n"
COUNT = "n = np.sum(here, WITHIN)\n"
ZERO = "np.where(here, a_dot, 0.0)"
WITH_NAN = [
    ([("gaps", (3, 4))], {}),
    ([("gaps", (3, 4))], {"axis": 0}),
    ([("gaps", (3, 4))], {"axis": 1, "keepdims": True}),
    ([("gaps", (2, 3, 4))], {"axis": (0, 2)}),
]
CHOSEN_NAN = [
    ([("gaps", (3, 4))], {"where": ("mask", (3, 4))}),
    ([("gaps", (3, 4))], {"where": ("mask", (4,)), "axis": 1, "keepdims": True}),
]


def among(make: Callable[[str, str], list[Case]]) -> list[Case]:
    """The cases for all elements and for those of a mask: what counts, the keyword."""
    return [*only(ALL, make(HERE, "")), *make(CHOSEN_HERE, ", where=where")]


def total(here: str, where: str) -> list[Case]:
    """The sum: where a number is missing, it counts as 0."""
    return over_axes(
        f"{here}np.sum({ZERO}, OVER) + initial_dot",
        f"{here}np.where(here, kept(out_bar), 0.0)",
        point=f"{here}np.where(here, out_bar, 0.0)",
        initial="np.sum(out_bar)",
    )


rule(
    f"numpy.nansum({STARTED}, dtype=None)",
    cases=among(total),
    infer=reduce_infer("sum"),
    formula="sum of a, NaN left out",
    examples=[*WITH_NAN, *CHOSEN_NAN, *STARTS],
)


def mean(here: str, where: str) -> list[Case]:
    """The mean of what is there."""
    return over_axes(
        f"{here}np.sum({ZERO}, OVER) / np.sum(here, OVER)",
        f"{here}share = out_bar / np.sum(here, OVER)\nnp.where(here, kept(share), 0.0)",
    )


rule(
    f"numpy.nanmean({CHOSEN}, dtype=None)",
    cases=among(mean),
    infer=reduce_infer("float"),
    formula="mean of a, NaN left out",
    examples=[*WITH_NAN, *CHOSEN_NAN],
)
KNOWN, GIVEN = "~np.isnan(a)", "where & ~np.isnan(a)"
rule(
    f"numpy.nanprod({STARTED}, dtype=None)",
    cases=[
        *only(PLAIN, [chosen(one, KNOWN, "") for one in PRODUCT]),
        *only(ALL, [chosen(one, KNOWN, "initial") for one in PRODUCT]),
        *only("initial is None", [chosen(one, GIVEN, "") for one in PRODUCT]),
        *[chosen(one, GIVEN, "initial") for one in PRODUCT],
    ],
    infer=reduce_infer("sum"),
    formula="product of a, NaN left out",
    examples=[*WITH_NAN, *CHOSEN_NAN, *STARTS],
)
for name in ("max", "min"):
    rule(
        f"numpy.nan{name}({STARTED})",
        cases=[
            *only(
                PLAIN,
                over_axes(
                    f"winners = a == np.nan{name}(a, WITHIN)\n"
                    "np.sum(np.where(winners, a_dot, 0.0), OVER)"
                    " / np.sum(winners, OVER)",
                    "winners = a == kept(out)\n"
                    "share = out_bar / np.sum(winners, OVER)\n"
                    "np.where(winners, kept(share), 0.0)",
                ),
            ),
            *only(ALL, started(f"nan{name}")),
            *started(f"nan{name}", " & where", ", where=where"),
        ],
        infer=reduce_infer("same"),
        note="ties share equally",
        examples=[*WITH_NAN, *STARTS],
    )


def deviation(here: str, where: str) -> str:
    """The lines that measure how far each number is from the mean of those there."""
    return f"{here}{COUNT}d = np.where(here, a - np.nanmean(a, WITHIN{where}), 0.0)\n"


def variance(here: str, where: str) -> list[Case]:
    """The mean of the squared deviations."""
    let = deviation(here, where)
    return over_axes(
        f"{let}np.sum(2 * d * np.where(here, a_dot, 0.0) / (n - ddof), OVER)",
        f"{let}2 * d / (n - ddof) * kept(out_bar)",
        point="np.zeros_like(a)",
    )


def root(here: str, where: str) -> list[Case]:
    """The root of the variance; its derivative is 0 where it is 0."""
    let = deviation(here, where)
    return over_axes(
        f"{let}np.sum(d * np.where(here, a_dot, 0.0) / (n - ddof), OVER)"
        " / np.where(out == 0, 1, out)",
        f"{let}scale = out_bar / np.where(out == 0, 1, out)\n"
        "d / (n - ddof) * kept(scale)",
        point="np.zeros_like(a)",
    )


rule(
    f"numpy.nanvar({SPREAD}, mean=None)",
    cases=among(variance),
    infer=reduce_infer("real"),
    formula="variance of a, NaN left out",
    examples=[*WITH_NAN, *CHOSEN_NAN],
)
rule(
    f"numpy.nanstd({SPREAD}, mean=None)",
    cases=among(root),
    infer=reduce_infer("real"),
    formula="deviation of a, NaN left out",
    note="0 where the deviation is 0",
    examples=[*WITH_NAN, *CHOSEN_NAN],
)
rule(
    "numpy.nancumsum(a, axis=None; dtype=None, out=None)",
    cases=[
        case(
            "a.ndim == 1",
            "np.cumsum(np.where(np.isnan(a), 0.0, a_dot))",
            a="np.where(np.isnan(a), 0.0, np.cumsum(out_bar[::-1])[::-1])",
        ),
        case(
            "axis is None",
            "np.cumsum(np.where(np.isnan(a), 0.0, a_dot))",
            a="g = np.reshape(np.cumsum(out_bar[::-1])[::-1], np.shape(a))\n"
            "np.where(np.isnan(a), 0.0, g)",
        ),
        case(
            "",
            "np.cumsum(np.where(np.isnan(a), 0.0, a_dot), axis=axis)",
            a="g = np.flip(np.cumsum(np.flip(out_bar, axis), axis=axis), axis)\n"
            "np.where(np.isnan(a), 0.0, g)",
        ),
    ],
    infer=cumulative_infer("sum"),
    examples=[([("gaps", (5,))], {}), ([("gaps", (3, 4))], {"axis": 0})],
)
constant(
    "numpy.nanargmax(a, axis=None; keepdims=False, out=None)",
    "numpy.nanargmin(a, axis=None; keepdims=False, out=None)",
    infer=reduce_infer("i8"),
)
