"""Answers to choose from before a step is revealed: the right one and two others."""

from __future__ import annotations

from collections.abc import Iterable

from symdiff.page.run import Run


def choices(run: Run) -> dict[str, list[str]]:
    """For every formula of a run what is offered, in alphabetical order.

    Wrong are forms that learners write: the sign, the transpose or the factor left out.
    """
    every = list(
        dict.fromkeys(
            part.formula
            for moment in run.moments
            for part in moment.parts
            if part.formula
        )
    )
    return {formula: sorted([formula, *_wrong(formula, every)]) for formula in every}


def _wrong(formula: str, every: Iterable[str]) -> list[str]:
    candidates = [
        formula.replace(".T", "") if ".T" in formula else "",
        "upstream" if formula != "upstream" else "upstream * upstream",
        formula[1:] if formula.startswith("-") else f"-({formula})",
        *every,
    ]
    usable = [text for text in dict.fromkeys(candidates) if text not in ("", formula)]
    return usable[:2]
