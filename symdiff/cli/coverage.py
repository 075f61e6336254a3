"""How much of a list of functions has a rule: in reverse and in forward mode."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from symdiff.cli.failures import MISSING, Failure
from symdiff.cli.names import LANGUAGE, find, is_number
from symdiff.rules.registry import Rule


@dataclass(frozen=True, slots=True)
class Row:
    """One wanted function, and in which modes its rule works."""

    name: str
    tier: str
    category: str
    reverse: bool
    forward: bool


def rows(path: str) -> list[Row]:
    """Read the columns `name` and `tier`, and `category` if there is one."""
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return [row(entry) for entry in csv.DictReader(file)]
    except OSError as error:
        raise Failure(MISSING, f"cannot read {path}: {error}") from error
    except KeyError as error:
        message = f"{path} has no column {error}"
        raise Failure(MISSING, message, "it needs the columns name and tier") from error


def row(entry: Mapping[str, str]) -> Row:
    """Look up one function of the list."""
    name = entry["name"]
    plain, wrt = asked(name)
    rule = find(plain)
    other = plain in LANGUAGE or is_number(plain)
    reverse = other or (rule is not None and in_reverse(rule, wrt))
    forward = other or (reverse and rule is not None and in_forward(rule))
    return Row(name, entry["tier"], entry.get("category") or "", reverse, forward)


def asked(name: str) -> tuple[str, tuple[str, ...]]:
    """Split off the operands that are asked for: `f[wrt a b]`."""
    found = re.fullmatch(r"(.*)\[wrt (.*)\]", name)
    return (found[1], tuple(found[2].split())) if found else (name, ())


def in_reverse(rule: Rule, wrt: tuple[str, ...] = ()) -> bool:
    """Whether a rule has derivatives, in the operands `wrt` if any are named."""
    named = {name for case in rule.cases for name in case.adjoint}
    return all(name in named for name in wrt)


def in_forward(rule: Rule) -> bool:
    """Whether a rule has tangents, at least where the ranks of its operands are known.

    Cases that are made call by call have one; a case without contributions refuses.
    """
    cases = [case for case in rule.cases if case.adjoint]
    known = [case for case in cases if case.when] or cases
    return all(case.dot for case in known)


def text(found: list[Row]) -> list[str]:
    """Show the counts for each tier, what is missing, and the counts by category."""
    lines = []
    for tier in sorted({r.tier for r in found}):
        part = [r for r in found if r.tier == tier]
        lines.append(f"tier {tier}: {_count(part, 'reverse')}")
        forward = sum(r.forward for r in part)
        if forward != sum(r.reverse for r in part):
            lines[-1] += f", {forward} in forward"
        lines += [f"  missing {r.name}" for r in part if not r.reverse]
    return [*lines, *by_category(found)]


def by_category(found: list[Row]) -> list[str]:
    """One line a category: of each tier, how many work in reverse and in forward."""
    categories = sorted({r.category for r in found} - {""})
    if not categories:
        return []
    tiers = sorted({r.tier for r in found})
    heads = [f"{f'tier {t}':>12}{'forward':>9}" for t in tiers]
    width = max(map(len, categories))
    lines = ["", f"{'':<{width}}{''.join(heads)}"]
    for category in categories:
        cells = []
        for tier in tiers:
            part = [r for r in found if (r.category, r.tier) == (category, tier)]
            forward = sum(r.forward for r in part)
            cells.append(f"{_count(part, 'reverse'):>12}{forward:>9}")
        lines.append(f"{category:<{width}}{''.join(cells)}")
    return lines


def _count(part: list[Row], mode: str) -> str:
    return f"{sum(getattr(r, mode) for r in part)} of {len(part)}"


def document(found: list[Row]) -> dict[str, dict[str, list[str]]]:
    """Return the same by tier as plain data."""
    out: dict[str, dict[str, list[str]]] = {}
    for r in found:
        groups = out.setdefault(r.tier, {"supported": [], "forward": [], "missing": []})
        groups["supported" if r.reverse else "missing"].append(r.name)
        if r.forward:
            groups["forward"].append(r.name)
    return out
