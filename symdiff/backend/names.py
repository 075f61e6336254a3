"""The printed name of every variable: the user's names back, new ones for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symdiff.backend.coalesce import Groups, group
from symdiff.backend.families import ANONYMOUS, families
from symdiff.backend.inline import Nesting
from symdiff.backend.liveness import Live
from symdiff.ir.nodes import Function, Var


@dataclass(frozen=True, slots=True)
class Naming:
    """The name of each variable, and the phis whose value is read at all."""

    names: dict[str, str]
    merged: Live

    def __getitem__(self, var: Var) -> str:
        """The printed name of a variable."""
        return self.names[var.name]


def assign(
    function: Function,
    nesting: Nesting,
    reserved: Iterable[str],
    hints: Mapping[str, str],
) -> Naming:
    """Name all variables that are bound; `reserved` names mean something else."""
    found = families(function, nesting, hints)
    groups = group(function, nesting, found)
    taken = set(reserved)
    labels: dict[str, list[str]] = {}
    params = {p.name for p in function.params}
    bases = {f for f in found.values() if not f.startswith(ANONYMOUS)}
    # A generated `h_1` must not be what the user calls something else.
    taken |= params
    for family in groups.order:
        labels[family] = _label(family, groups, params, bases, taken)
    names = {name: labels[f][color] for name, (f, color) in groups.colors.items()}
    return Naming(names, groups.merged)


def _label(
    family: str, groups: Groups, params: set[str], bases: set[str], taken: set[str]
) -> list[str]:
    """The names of the colors of one family, in order."""
    base = family.removeprefix(ANONYMOUS)
    own = family in bases
    out: list[str] = []
    for color in range(len(groups.order[family])):
        if color == 0 and family in params:
            out.append(family)
            continue
        number = color
        name = base if number == 0 else f"{base}_{number}"
        while name in taken or (name in bases and not (own and name == base)):
            if own and name == base:
                name = base = f"{base}_"
                continue
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        out.append(name)
    return out
