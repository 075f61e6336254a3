"""The cases of a reduction: over all axes or some, of all elements or some."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symdiff.rules.declare import case
from symdiff.rules.registry import Case

AXES = "a, axis=None, *, keepdims=False; out=None"
CHOSEN = "a, axis=None, *, keepdims=False, where=True; out=None"
STARTED = "a, axis=None, *, keepdims=False, initial=None, where=True; out=None"
ALL = "where is True"
PLAIN = "where is True and initial is None"
KEPT = re.compile(r"kept\((\w+)\)")


# What the templates of a reduction leave open, and its meaning for all axes, for an
# int axis, and for any.
WORDS = {
    "COUNT": ("np.size(a)", "np.shape(a)[axis]", "(np.size(a) / np.size(out))"),
    "CENTRE": ("np.mean(a)", *["np.mean(a, axis=axis, keepdims=True)"] * 2),
    "OVER": ("", *["axis=axis, keepdims=keepdims"] * 2),
    "WITHIN": ("", *["axis=axis, keepdims=True"] * 2),
}
# The elements that a mask chooses, which may have fewer axes than the array.
CHOSEN_COUNT = "np.sum(np.broadcast_to(where, np.shape(a)), OVER)"


def over_axes(
    dot: str,
    a: str,
    when: str = "",
    point: str = "out_bar",
    tangent: str = "",
    **others: str,
) -> list[Case]:
    """The cases of a reduction: of a number, of all axes, of some axes.

    `kept(y)` in a template is y with the reduced axes put back, words in capitals are
    those of `WORDS`. `point` and `tangent` are for an operand without axes; `others`
    are the contributions to further operands.
    """
    some, any_axes = r"np.expand_dims(\1, axis)", r"keep_axes(\1, a, axis)"
    # Only what counts the reduced numbers says it in other words for an int axis.
    one = 1 if "COUNT" in dot + a else 2
    cases = [
        ("a.ndim == 0", r"\1", 0),
        ("axis is None and not keepdims", r"\1", 0),
        ("keepdims and isinstance(axis, int)", r"\1", one),
        ("axis is None or keepdims", r"\1", 2),
        ("isinstance(axis, int) and not keepdims", some, one),
        ("isinstance(axis, tuple) and not keepdims", some, 2),
        ("axis.kind in ('scalar', 'tuple') and not keepdims", some, 2),
        ("", any_axes, 2),
    ]
    if when:  # It may ask for the axis as a value, and so nothing else of it.
        cases = [c for c in cases if "axis.kind" not in c[0]]
    found = []
    for condition, kept, column in cases:
        texts = {"a": a, **others}
        forward = dot
        if condition == "a.ndim == 0":
            texts["a"], forward = point, tangent or dot
        adjoint = {
            name: spelled(KEPT.sub(kept, text), column) for name, text in texts.items()
        }
        words = " and ".join(filter(None, (_grouped(condition), when)))
        found.append(case(words, spelled(forward, column), **adjoint))
    return found


def _grouped(condition: str) -> str:
    return f"({condition})" if " or " in condition else condition


def spelled(text: str, column: int) -> str:
    """Write out the words of a template."""
    for word, meanings in WORDS.items():
        text = text.replace(word, meanings[column])
    return text.replace(", ,", ",").replace(", )", ")")


def only(when: str, cases: Sequence[Case]) -> list[Case]:
    """The cases, under one more condition."""
    return [
        Case(" and ".join(filter(None, (_grouped(c.when), when))), c.adjoint, c.dot)
        for c in cases
    ]


OPTIONS = "axis=axis, keepdims=keepdims"
CHECKED = [
    ([(3, 4)], {}),
    ([(3, 4)], {"axis": 0}),
    ([(3, 4)], {"axis": -1}),
    ([(2, 3, 4)], {"axis": (0, 2)}),
    ([(3, 4)], {"axis": 1, "keepdims": True}),
    ([(3, 4)], {"keepdims": True}),
    ([()], {}),
]
