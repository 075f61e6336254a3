"""The paths of a value that is used more than once: its parts, and their sum."""

from __future__ import annotations

from dataclasses import dataclass

from symdiff.explain.summary import Json
from symdiff.page.markup import element, escaped, wrapped
from symdiff.page.run import Part, Run, named, told

MOST = 12


@dataclass(frozen=True, slots=True)
class Use:
    """One way back to a value."""

    iteration: tuple[int, ...]
    part: Part


def uses(run: Run) -> dict[str, list[Use]]:
    """What every value is given, in the order in which it comes."""
    found: dict[str, list[Use]] = {}
    for moment in run.moments:
        for part in moment.parts:
            found.setdefault(part.target, []).append(Use(moment.iteration, part))
    return found


def paths(document: Json, run: Run) -> str:
    """A list for every value with several paths back; nothing if there is none.

    What a loop makes anew in each iteration has one path in each: its uses are only
    listed if they add up, so that something had come before.
    """
    parts: list[str] = []
    every = uses(run)
    for node in document["nodes"]:
        found = every.get(node["id"], [])
        if not any(use.part.before for use in found):
            continue
        rows = [_row(use) for use in found[:MOST]]
        if len(found) > MOST:
            rows.append(element("li", f"and {len(found) - MOST} more"))
        total = run.gradients.get(node["id"])
        inside = wrapped("ul", "".join(rows))
        if total is not None:
            inside += element("p", f"Last sum: {named(node['label'])} = {told(total)}")
        title = f"<code>{escaped(node['label'])}</code> is given {len(found)} parts"
        parts.append(wrapped("details", wrapped("summary", title) + inside))
    return "\n".join(parts)


def _row(use: Use) -> str:
    part = use.part
    where = f" in iteration {list(use.iteration)}" if use.iteration else ""
    if part.before:
        end = f"{part.before} + {part.product} = {part.after}"
    else:
        end = f"{part.product}, the first part"
    return element("li", f"through {part.made}{where}: {end}")
