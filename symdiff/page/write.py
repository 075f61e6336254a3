"""A gradient and arguments → its page in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symdiff.derived import GradFunction
from symdiff.errors import UsageError
from symdiff.explain.summary import Json
from symdiff.explain.trace import MOST_STEPS, trace
from symdiff.page.build import page
from symdiff.page.meter import Thresholds
from symdiff.page.sweep import parse_sweep, swept


def page_of(
    gradient: GradFunction[...],
    args: Sequence[Any],
    kwargs: dict[str, Any],
    sweep: str = "",
    thresholds: Thresholds | None = None,
) -> str:
    """The page of a run at these arguments, and of a run for every number of a sweep.

    Raises `UsageError` for what a trace cannot show, and for a sweep of what is no
    parameter, or one that changes what the function computes.
    """
    document = trace(gradient, *args, **kwargs).document()
    if not sweep:
        return page(document, limits=thresholds)
    chosen = parse_sweep(sweep)
    names = list(gradient.__signature__.parameters)
    bound = gradient.bind(tuple(args), kwargs)
    # Together the runs have about as many steps as one page holds.
    most = max(2, MOST_STEPS // len(chosen.values), len(document["steps"]) // 2)
    runs: list[Json] = []
    for given in swept(chosen, names, bound):
        positional, keywords = _call(gradient, names, given)
        made = trace(gradient, *positional, **keywords).document(most)
        if _ids(made) != _ids(document):
            raise UsageError(
                f"{chosen.title} chooses what is compiled; sweep a number that does not"
            )
        runs.append(made)
    return page(document, chosen, runs, thresholds)


def write(
    gradient: GradFunction[...],
    path: str | Path,
    args: Sequence[Any],
    kwargs: dict[str, Any],
    sweep: str = "",
) -> Path:
    """Write the page and return where it is."""
    text = page_of(gradient, args, kwargs, sweep)
    found = Path(path)
    found.write_text(text, encoding="utf-8", newline="\n")
    return found


def _ids(document: Json) -> list[str]:
    return [node["id"] for node in document["nodes"]]


def _call(
    gradient: GradFunction[...], names: Sequence[str], given: Sequence[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments in the order of the parameters as a call has them."""
    parameters = gradient.__signature__.parameters
    pairs = [(parameters[name], v) for name, v in zip(names, given, strict=True)]
    keywords = {p.name: v for p, v in pairs if p.kind is p.KEYWORD_ONLY}
    return [v for p, v in pairs if p.kind is not p.KEYWORD_ONLY], keywords
