"""Which base each variable is named after: the user's names, else what is computed.

tape_1 = append(tape, total)      printed      total_tape.append(total)
for _9 in reversed(tape_1)                     for total in reversed(total_tape)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symdiff.backend.coalesce import Affinity, affinities, printed
from symdiff.backend.inline import Nesting
from symdiff.backend.tapes import recorded, taken
from symdiff.backend.wording import display_base, word
from symdiff.ir.nodes import Apply, Function, Var, bound, walk

ANONYMOUS = "~"
"""Marks a family that is named after its operation, so that it never joins a user's."""

_UNNAMED_TAPE = "tape"


def families(
    function: Function, nesting: Nesting, hints: Mapping[str, str]
) -> dict[str, str]:
    """The family of every printed variable; a temp joins the phi or store it is in.

    `hints` are better words for some temps than those for their operations.
    """
    variables = {v.name: v for v in printed(function, nesting)}
    known, foreign = _bases(function, variables)
    joined = _Joined(known)
    pairs = [*affinities(function.body), *_renamings(function, foreign)]
    for var, atom in pairs:
        if isinstance(atom, Var) and {var.name, atom.name} <= variables.keys():
            joined.join(var.name, atom.name)
    words = {**_words(function), **foreign, **hints}
    labels = _Labels(function, nesting, variables, joined, words).run(hints)
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
        """The base of any variable; "" if it has none yet."""
        root = self.root(name)
        known = self.known.get(name) or self.attached.get(root)
        return known or labels.get(root, "")


def _bases(
    function: Function, variables: dict[str, Var]
) -> tuple[dict[str, str], dict[str, str]]:
    """The bases that the IR gives, and apart those that only a rule gives.

    A cotangent whose name the user's function already has gets an underscore.
    """
    params = {p.name for p in function.params}
    sweeps = {v.name: s.origin.sweep for s in walk(function.body) for v in bound(s)}
    found = {name: display_base(v) for name, v in variables.items()}
    written = _written(function)
    reverse = {
        name
        for name, base in found.items()
        if sweeps.get(name) == "reverse" or _is_added(base, written)
    }
    mine = params | {base for n, base in found.items() if base and n not in reverse}
    known: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for name, base in found.items():
        is_cotangent = name in reverse and base.endswith("_bar")
        if name in params:
            known[name] = name
        elif is_cotangent and base.removesuffix("_bar") not in mine | written:
            foreign[name] = base
        elif base and base != _UNNAMED_TAPE:
            known[name] = f"{base}_" if is_cotangent and base in mine else base
    return known, foreign


def _is_added(base: str, written: set[str]) -> bool:
    """Whether a name in a loop of the user's is that of a cotangent."""
    return bool(written) and base.endswith("_bar") and base not in written


def _written(function: Function) -> set[str]:
    """Every word of the user's statements."""
    lines = function.source.lines if function.source else ()
    return {name for line in lines for name in re.findall(r"[^\W\d]\w*", line.text)}


def _renamings(function: Function, foreign: dict[str, str]) -> Iterator[Affinity]:
    """Pairs of a rule's name and the user's, of one value."""
    for stmt in walk(function.body):
        if isinstance(stmt, Apply) and stmt.op == "same":
            (x,) = stmt.args
            if isinstance(x, Var) and {stmt.out.name, x.name} & foreign.keys():
                yield stmt.out, x


def _words(function: Function) -> dict[str, str]:
    """A word for the operation of each variable; a copy has the word of its operand."""
    found: dict[str, str] = {}
    for stmt in walk(function.body):
        for var in bound(stmt):
            found[var.name] = word(stmt)
        match stmt:
            case Apply(op="numpy.copy", outs=(out,), args=(Var() as x,)):
                found[out.name] = display_base(x) or found.get(x.name, "t")
    return found


class _Labels:
    """The words of the groups of temps: tapes after what they hold, items likewise."""

    def __init__(
        self,
        function: Function,
        nesting: Nesting,
        variables: dict[str, Var],
        joined: _Joined,
        words: Mapping[str, str],
    ) -> None:
        self.function = function
        self.variables = variables
        self.joined = joined
        self.words = words
        self.tapes = {n for n, v in variables.items() if v.base == _UNNAMED_TAPE}
        self.taken = {
            v.name: tape
            for v, tape in taken(function, nesting)
            if v.name in variables and v.name not in joined.known
        }
        self.labels: dict[str, str] = {}

    def run(self, hints: Mapping[str, str]) -> dict[str, str]:
        """The label of the representative of every group."""
        for name, hint in hints.items():
            if name in self.variables:
                self._label(name, ANONYMOUS + hint)
        late = self.tapes | self.taken.keys()
        temps = [n for n in self.variables if n not in self.joined.known]
        for name in temps:
            if name not in late:
                self._label(name, ANONYMOUS + self.words.get(name, "t"))
        for tape, item in recorded(self.function):
            if tape in self.tapes and item not in self.taken:
                self._label(tape, f"{ANONYMOUS}{self._stem(item)}_tape")
        for name in temps:
            if name in self.tapes:
                self._label(name, ANONYMOUS + _UNNAMED_TAPE)
        for name in self.taken:
            self._label(name, self._item(self.taken[name]))
        return self.labels

    def _label(self, name: str, label: str) -> None:
        self.labels.setdefault(self.joined.root(name), label)

    def _stem(self, item: str) -> str:
        known = self.joined.stem(item, self.labels) if item in self.variables else ""
        return (known or self.words.get(item, "t")).removeprefix(ANONYMOUS)

    def _item(self, tape: str) -> str:
        """The family of what is taken from a tape: what was put into it."""
        stem = self._stem(tape).removesuffix("_tape")
        if stem == self._stem(tape):
            return f"{ANONYMOUS}item"
        bases = set(self.joined.known.values())
        return stem if stem in bases else ANONYMOUS + stem
