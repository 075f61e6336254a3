"""Which base each variable is named after: the user's names, else what is computed.

tape_1 = append(tape, total)      printed      total_tape.append(total)
for _9 in reversed(tape_1)                     for total in reversed(total_tape)
"""

from __future__ import annotations

from collections.abc import Iterator

from symdiff.backend.coalesce import Affinity, affinities, printed
from symdiff.backend.inline import Nesting
from symdiff.backend.wording import display_base, word
from symdiff.ir.nodes import Apply, Atom, For, Function, Target, Var, bound, walk

ANONYMOUS = "~"
"""Marks a family that is named after its operation, so that it never joins a user's."""

_UNNAMED_TAPE = "tape"


def families(function: Function, nesting: Nesting) -> dict[str, str]:
    """The family of every printed variable; a temp joins the phi or store it is in."""
    variables = {v.name: v for v in printed(function, nesting)}
    known, foreign = _bases(function, variables)
    joined = _Joined(known)
    pairs = [*affinities(function.body), *_renamings(function, foreign)]
    for var, atom in pairs:
        if isinstance(atom, Var) and {var.name, atom.name} <= variables.keys():
            joined.join(var.name, atom.name)
    labels = _labels(function, nesting, variables, joined, foreign)
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
        return self.attached.get(root) or labels[root]

    def stem(self, name: str, labels: dict[str, str]) -> str:
        """The base of any variable, without the mark of an anonymous family."""
        found = self.known.get(name) or self.base(name, labels)
        return found.removeprefix(ANONYMOUS)


def _bases(
    function: Function, variables: dict[str, Var]
) -> tuple[dict[str, str], dict[str, str]]:
    """The bases that the IR gives, and apart those that only a rule gives.

    A cotangent whose name the user's function already has gets an underscore.
    """
    params = {p.name for p in function.params}
    sweeps = {v.name: s.origin.sweep for s in walk(function.body) for v in bound(s)}
    found = {name: display_base(v) for name, v in variables.items()}
    mine = params | {
        base for n, base in found.items() if base and sweeps.get(n) != "reverse"
    }
    known: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for name, base in found.items():
        is_cotangent = sweeps.get(name) == "reverse" and base.endswith("_bar")
        if name in params:
            known[name] = name
        elif is_cotangent and base.removesuffix("_bar") not in mine:
            foreign[name] = base
        elif base and base != _UNNAMED_TAPE:
            known[name] = f"{base}_" if is_cotangent and base in mine else base
    return known, foreign


def _renamings(function: Function, foreign: dict[str, str]) -> Iterator[Affinity]:
    """Pairs of a rule's name and the user's, of one value."""
    for stmt in walk(function.body):
        if isinstance(stmt, Apply) and stmt.op == "same":
            (x,) = stmt.args
            if isinstance(x, Var) and {stmt.out.name, x.name} & foreign.keys():
                yield stmt.out, x


def _labels(
    function: Function,
    nesting: Nesting,
    variables: dict[str, Var],
    joined: _Joined,
    foreign: dict[str, str],
) -> dict[str, str]:
    """A word for every group of temps: tapes after what they hold, and its items so."""
    words = {v.name: word(s) for s in walk(function.body) for v in bound(s)}
    taken = {v.name: t for v, t in _taken(function, nesting)}
    tapes = {n for n, v in variables.items() if v.base == _UNNAMED_TAPE}
    labels: dict[str, str] = {}

    def label(names: Iterator[str]) -> None:
        for name in names:
            if name not in joined.known:
                found = foreign.get(name) or words.get(name, "t")
                labels.setdefault(joined.root(name), ANONYMOUS + found)

    items = {n for n in taken if n in variables and n not in joined.known}
    label(n for n in variables if n not in tapes and n not in items)
    for stmt in walk(function.body):
        match stmt:
            case Apply(op="append", outs=(out,), args=(_, Var() as item)):
                if out.name in tapes and item.name not in items:
                    shown = item.name in variables
                    stem = joined.stem(item.name, labels) if shown else words[item.name]
                    labels.setdefault(joined.root(out.name), f"{ANONYMOUS}{stem}_tape")
    label(n for n in variables if n in tapes)
    for name in (n for n in variables if n in items):
        tape = taken[name]
        known = tape in variables and (
            tape in joined.known or joined.root(tape) in labels
        )
        stem = joined.stem(tape, labels) if known else "item"
        found = stem.removesuffix("_tape") if stem.endswith("_tape") else "item"
        labels.setdefault(joined.root(name), ANONYMOUS + found)
    return labels


def _taken(function: Function, nesting: Nesting) -> Iterator[tuple[Var, str]]:
    """Variables that are taken from a list, and the list."""
    for stmt in walk(function.body):
        match stmt:
            case Apply(op="pop", outs=(_, item), args=(Var(name=name),)):
                yield item, name
            case For(target=target, iterable=iterable):
                yield from _items(target, iterable, nesting)


def _items(
    target: Target, iterable: Atom, nesting: Nesting
) -> Iterator[tuple[Var, str]]:
    if not isinstance(iterable, Var):
        return
    made = nesting.nested.get(iterable.name)
    match made, target:
        case Apply(op="builtins.reversed", args=(inner,)), _:
            yield from _items(target, inner, nesting)
        case Apply(op="builtins.zip", args=parts), tuple() if len(parts) == len(target):
            for one, part in zip(target, parts, strict=True):
                yield from _items(one, part, nesting)
        case None, Var():
            yield target, iterable.name
