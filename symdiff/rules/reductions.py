"""Sums, means, deviations and extrema, over all axes or some."""

from __future__ import annotations

import re

from symdiff.rules.axes import (
    ALL,
    AXES,
    CHECKED,
    CHOSEN,
    CHOSEN_COUNT,
    PLAIN,
    STARTED,
    only,
    over_axes,
)
from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer.reductions import reduce_infer
from symdiff.rules.registry import Case

# The gradient in a list of numbers is a list; in all else that NumPy takes, an array.
NUMBERS = "a.kind == 'list' and a.item_ndim == 0 and axis is None and not keepdims"
CHOICES = [
    ([(3, 4)], {"where": ("mask", (3, 4))}),
    ([(3, 4)], {"where": ("mask", (4,)), "axis": 1}),
    ([(3, 4)], {"where": ("mask", (3, 1)), "axis": 0, "keepdims": True}),
]
STARTS = [
    ([(3, 4)], {"initial": 0.3}),
    ([(3, 4)], {"where": ("mask", (4,)), "initial": 0.3, "axis": 1}),
]
SHARED = "np.broadcast_to(np.where(where, kept({0}), 0.0), np.shape(a))"
rule(
    f"numpy.sum({STARTED}, dtype=None)",
    cases=[
        *only(
            PLAIN,
            [
                case(NUMBERS, "np.sum(a_dot)", a="[out_bar] * len(a)"),
                *over_axes(
                    "np.sum(a_dot, OVER)",
                    "np.broadcast_to(kept(out_bar), np.shape(a))",
                ),
            ],
        ),
        *only(
            ALL,
            over_axes(
                "np.sum(a_dot, OVER) + initial_dot",
                "np.broadcast_to(kept(out_bar), np.shape(a))",
                initial="np.sum(out_bar)",
            ),
        ),
        *over_axes(
            "np.sum(a_dot, OVER, where=where) + initial_dot",
            SHARED.format("out_bar"),
            point="np.where(where, out_bar, 0.0)",
            initial="np.sum(out_bar)",
        ),
    ],
    infer=reduce_infer("sum"),
    formula="sum of a",
    examples=[*CHECKED, [[0.3, 1.2]], *CHOICES, *STARTS],
)

rule(
    f"numpy.mean({CHOSEN}, dtype=None)",
    cases=[
        *only(
            ALL,
            [
                case(NUMBERS, "np.mean(a_dot)", a="[out_bar / len(a)] * len(a)"),
                *over_axes(
                    "np.mean(a_dot, OVER)",
                    "share = out_bar / COUNT\n"
                    "np.broadcast_to(kept(share), np.shape(a))",
                ),
            ],
        ),
        *over_axes(
            "np.mean(a_dot, OVER, where=where)",
            f"share = out_bar / {CHOSEN_COUNT}\n{SHARED.format('share')}",
        ),
    ],
    infer=reduce_infer("float"),
    formula="sum of a / number of elements",
    examples=[*CHECKED, [[0.3, 1.2]], *CHOICES],
)

# The sum of squared deviations does not depend on the mean to first order.
SPREAD = "a, axis=None, *, ddof=0, keepdims=False, where=True; dtype=None, out=None"
MASKED_CENTRE = "np.mean(a, WITHIN, where=where)"
MASKED_SUM = f"np.sum({{0}}(a - {MASKED_CENTRE}) * a_dot, OVER, where=where)"
MASKED_SHARE = f"np.where(where, (a - {MASKED_CENTRE}) * kept(scale), 0.0)"
ROOT = "np.where(out == 0, 1, out)"
DEVIATIONS = [*CHECKED[:-1], ([(5,)], {"ddof": 1}), *CHOICES]
rule(
    f"numpy.var({SPREAD}, mean=None)",
    cases=[
        *only(
            ALL,
            over_axes(
                "np.sum(2 * (a - CENTRE) * a_dot, OVER) / (COUNT - ddof)",
                "scale = 2 * out_bar / (COUNT - ddof)\n(a - CENTRE) * kept(scale)",
                point="np.zeros_like(a)",
            ),
        ),
        *over_axes(
            f"{MASKED_SUM.format('2 * ')} / ({CHOSEN_COUNT} - ddof)",
            f"scale = 2 * out_bar / ({CHOSEN_COUNT} - ddof)\n{MASKED_SHARE}",
            point="np.zeros_like(a)",
        ),
    ],
    infer=reduce_infer("real"),
    formula="mean of (a - mean)**2",
    examples=DEVIATIONS,
)
rule(
    f"numpy.std({SPREAD}, mean=None)",
    cases=[
        *only(
            ALL,
            over_axes(
                f"np.sum((a - CENTRE) * a_dot, OVER) / ({ROOT} * (COUNT - ddof))",
                f"scale = out_bar / ({ROOT} * (COUNT - ddof))\n"
                "(a - CENTRE) * kept(scale)",
                point="np.zeros_like(a)",
            ),
        ),
        *over_axes(
            f"{MASKED_SUM.format('')} / ({ROOT} * ({CHOSEN_COUNT} - ddof))",
            f"scale = out_bar / ({ROOT} * ({CHOSEN_COUNT} - ddof))\n{MASKED_SHARE}",
            point="np.zeros_like(a)",
        ),
    ],
    infer=reduce_infer("real"),
    formula="sqrt(var)",
    note="0 where the deviation is 0",
    examples=DEVIATIONS,
)

# The winners share the cotangent: all elements that are equal to the extremum. Their
# number is an int, which would widen single precision.
WINNERS = """
winners = EQUAL
share = out_bar / np.sum(winners, OVER)
winners * kept(share)
""".strip()
SINGLE = "a.dtype == 'f4'"


def winners(op: str, equal: str) -> list[Case]:
    """The cases of an extremum, for single precision and for any other."""
    dot = (
        f"winners = a == np.{op}(a, WITHIN)\n"
        "np.sum(winners * a_dot, OVER) / np.sum(winners, OVER)"
    )
    narrow = WINNERS.replace("EQUAL", f"({equal}).astype(np.float32)")
    wide = WINNERS.replace("EQUAL", equal)
    return [*over_axes(dot, narrow, SINGLE), *over_axes(dot, wide)]


def started(op: str, mask: str = "", given: str = "") -> list[Case]:
    """The cases of an extremum of chosen elements and a first value, which may win."""
    narrow = [
        Case(c.when, {n: _narrow(text) for n, text in c.adjoint.items()}, c.dot)
        for c in only(SINGLE, _started(op, mask, given))
    ]
    return [*narrow, *_started(op, mask, given)]


def _narrow(text: str) -> str:
    return re.sub(r"/ (\(np\.sum\(winners.*)", r"/ \1.astype(np.float32)", text)


def _started(op: str, mask: str, given: str) -> list[Case]:
    top = f"np.{op}(a, WITHIN, initial=initial{given})"
    count = "(np.sum(winners, OVER) + (initial == out))"
    share = f"share = out_bar / {count}"
    return over_axes(
        f"winners = (a == {top}){mask}\n"
        f"(np.sum(winners * a_dot, OVER) + (initial == out) * initial_dot) / {count}",
        f"winners = (a == kept(out)){mask}\n{share}\nwinners * kept(share)",
        point=f"winners = (a == out){mask}\n{share}\nwinners * share",
        initial=f"winners = (a == {top}){mask}\n{share}\n"
        "np.sum(share * (initial == out))",
    )


for name in ("max", "min"):
    rule(
        f"numpy.{name}({STARTED})",
        cases=[
            *only(PLAIN, winners(name, "a == kept(out)")),
            *only(ALL, started(name)),
            *started(name, " & where", ", where=where"),
        ],
        infer=reduce_infer("same"),
        aliases=[f"numpy.a{name}"],
        formula=f"the {'largest' if name == 'max' else 'smallest'} element",
        note="ties share equally",
        examples=[*CHECKED, *STARTS],
    )

constant(
    f"numpy.argmax({AXES})",
    f"numpy.argmin({AXES})",
    "numpy.count_nonzero(a, axis=None, *, keepdims=False)",
    infer=reduce_infer("i8"),
    cost="costly",
)
constant(
    f"numpy.any({CHOSEN})",
    f"numpy.all({CHOSEN})",
    infer=reduce_infer("b1"),
    cost="costly",
)
