"""The printed name of every variable: the user's names back, new ones for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symdiff.backend.coalesce import Groups, affinities, group, printed
from symdiff.backend.inline import Nesting
from symdiff.backend.liveness import Live
from symdiff.backend.wording import display_base, word
from symdiff.ir.nodes import Function, Stmt, Var, bound, walk

ANONYMOUS = "~"
"""Marks a family that is named after its operation, so that it never joins a user's."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The name of each variable, and the phis whose value is read at all."""

    names: dict[str, str]
    merged: Live

    def __getitem__(self, var: Var) -> str:
        """The printed name of a variable."""
        return self.names[var.name]


def assign(function: Function, nesting: Nesting, reserved: Iterable[str]) -> Naming:
    """Name all variables that are bound; `reserved` names mean something else."""
    families = _families(function, nesting)
    groups = group(function, nesting, families)
    taken = set(reserved)
    labels: dict[str, list[str]] = {}
    params = {p.name for p in function.params}
    bases = {f for f in families.values() if not f.startswith(ANONYMOUS)}
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


def _families(function: Function, nesting: Nesting) -> dict[str, str]:
    """The base of every printed variable; a temp joins the phi or store it is in."""
    variables = {v.name: v for v in printed(function, nesting)}
    known = _bases(function, variables)
    joined = _Joined(known)
    for var, atom in affinities(function.body):
        if isinstance(atom, Var) and {var.name, atom.name} <= variables.keys():
            joined.join(var.name, atom.name)
    words = _words(function)
    labels: dict[str, str] = {}
    for name in variables:
        if name not in known:
            word = ANONYMOUS + words.get(name, "t")
            labels.setdefault(joined.root(name), word)
    return {n: known.get(n) or joined.base(n, labels) for n in variables}


class _Joined:
    """Temps that are merged with each other, and the named variable they belong to."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.parent: dict[str, str] = {}
        self.attached: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The representative of a temp."""
        while self.parent.get(name, name) != name:
            above = self.parent[name]
            self.parent[name] = self.parent.get(above, above)
            name = self.parent[name]
        return name

    def join(self, a: str, b: str) -> None:
        """Note that two variables should have one name; two named ones stay apart."""
        if a in self.known and b in self.known:
            return
        if a in self.known or b in self.known:
            base, temp = (self.known[a], b) if a in self.known else (self.known[b], a)
            self.attached.setdefault(self.root(temp), base)
            return
        above, below = self.root(a), self.root(b)
        if above != below:
            self.parent[below] = above
            if below in self.attached:
                self.attached.setdefault(above, self.attached[below])

    def base(self, name: str, labels: dict[str, str]) -> str:
        """The base of a temp: a named variable's, else the word for its operation."""
        root = self.root(name)
        return self.attached.get(root, labels[root])


def _bases(function: Function, variables: dict[str, Var]) -> dict[str, str]:
    """The bases that the IR gives; a cotangent's evades a name of the user."""
    params = {p.name for p in function.params}
    sweeps = {v.name: s.origin.sweep for s in walk(function.body) for v in bound(s)}
    found = {name: display_base(v) for name, v in variables.items()}
    mine = params | {
        base for n, base in found.items() if base and sweeps.get(n) != "reverse"
    }
    out: dict[str, str] = {}
    for name, base in found.items():
        if name in params:
            out[name] = name
        elif base:
            is_new = sweeps.get(name) == "reverse" and base.endswith("_bar")
            out[name] = f"{base}_" if is_new and base in mine else base
    return out


def _words(function: Function) -> dict[str, str]:
    found: dict[str, str] = {}
    statement: Stmt
    for statement in walk(function.body):
        for var in bound(statement):
            found[var.name] = word(statement)
    return found
