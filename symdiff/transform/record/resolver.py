"""Resolve the references of one reverse region: the decisions of the recorder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symdiff.ir.edit import reads, substitute
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    For,
    Origin,
    Phi,
    Stmt,
    Var,
    While,
    bound,
)
from symdiff.ir.types import List, Scalar
from symdiff.rules import registry
from symdiff.transform.record.facts import (
    FREE,
    NEVER,
    Element,
    Path,
    is_array,
    pair_sequences,
    pair_targets,
    price,
    shares_killed_storage,
)
from symdiff.transform.record.iterate import PICKING

if TYPE_CHECKING:
    from symdiff.transform.record.recorder import Recorder

SCALAR_LIMIT = 4.0
ARRAY_LIMIT = 6.0
_ITERATORS = ("range", "zip", "enumerate", "reversed", "map")
DISPLAYS = ("tuple", "list", *(f"builtins.{name}" for name in _ITERATORS), *PICKING)
"""Written out again in any case, what is recorded is their operands: an iterator that
has been recorded would be used up."""


class Resolver:
    """Resolves the references of one reverse region to its own primal region."""

    def __init__(
        self, owner: Recorder, block: Block, path: Path, loop: For | None
    ) -> None:
        self.owner = owner
        self.facts = owner.facts
        self.path = path
        self.loop = loop
        self.block = block
        self.elements: dict[Var, Element] = {}
        self.values: dict[Var, Atom] = self._targets()
        self.before: dict[int, list[tuple[int, Stmt]]] = {}
        self.carried: list[Phi] = []
        self.needed: dict[Var, int] = {}
        self.looped = bool(self.facts.loops(path))

    def run(self, ends: tuple[Atom, ...]) -> Block:
        """Decide, from the last value bound to the first, and rewrite the region.

        `ends` are the values that its phis take from it.
        """
        for index, stmt in enumerate(self.block):
            for var in reads((stmt,)):
                self._need(var, index)
        for atom in ends:
            if isinstance(atom, Var):
                self._need(atom, len(self.block))
        while self.needed:
            var = max(self.needed, key=lambda v: self.facts.order[v])
            self._decide(var, self.needed[var])
            del self.needed[var]
        for var, shadow in self.owner.shadows.read.items():
            if shadow in self.values:
                self.values[var] = self.values[shadow]
        out: list[Stmt] = []
        for index in range(len(self.block) + 1):
            inserted = sorted(self.before.get(index, []), key=lambda pair: pair[0])
            out += substitute(tuple(s for _, s in inserted), self.values)
            if index < len(self.block):
                out += substitute((self.block[index],), self.values)
        return tuple(out)

    def read(self, atom: Atom) -> Atom:
        """What was decided for a value."""
        return self.values.get(atom, atom) if isinstance(atom, Var) else atom

    def _targets(self) -> dict[Var, Atom]:
        """The loop's own targets go by the names of the reverse loop."""
        if self.loop is None:
            return {}
        primal = self.facts.regions.get(self.loop.mark)
        if not isinstance(primal, For):
            return {}
        # The same iterable may come under the name of its restored version.
        kinds = primal.iterable.type, self.loop.iterable.type
        if primal.stop is None and kinds[0] == kinds[1]:
            return dict(pair_targets(primal.target, self.loop.target))
        assert isinstance(self.loop.target, Var)
        index = self.loop.target
        values: dict[Var, Atom] = {}
        for target, element in pair_sequences(
            primal.target, primal.iterable, self.facts
        ):
            if element is None:
                values[target] = index
            else:
                self.elements[target] = element
        return values

    def _need(self, var: Var, index: int) -> None:
        var = self.owner.shadows.read.get(var, var)
        if var in self.values or self.facts.home(var, self.path) != self.path:
            return
        self.needed[var] = min(index, self.needed.get(var, index))

    # --- decisions ---

    def _decide(self, var: Var, index: int) -> None:
        if self._element(var, index) or self._recompute(var, index) or self._carry(var):
            return
        if not self.looped:
            self.values[var] = self._pass_out(var)
            return
        self._record(var, index)

    def _element(self, var: Var, index: int) -> bool:
        """Read the item of a sequence that the primal loop is at."""
        op, source = self.elements.get(var, ("", None))
        if source is None or source in self.facts.killed or self.loop is None:
            return False
        target = self.loop.target
        assert isinstance(target, Var)
        args = (source, target) if op == "getitem" else (target, source)
        for stmt in self.block[:index]:
            if isinstance(stmt, Apply) and stmt.op == op and stmt.args == args:
                self.values[var] = stmt.out
                return True
        fresh = Var(self.owner.names.take(var.base), var.type, var.base, var.temp)
        origin = self._origin(index, Origin((), "reverse"))
        read = Apply((fresh,), op, args, (), origin)
        self.before.setdefault(index, []).append((self.facts.order[var], read))
        self.values[var] = fresh
        return True

    def _recompute(self, var: Var, index: int) -> bool:
        """Compute the value again, if all that it takes is there or recorded anyway."""
        made = self.facts.made.get(var)
        if isinstance(made, Apply) and made.op in DISPLAYS:
            self._again(made, index)
            return True
        if not isinstance(made, Apply):
            return False
        if self.looped and var.temp and self._fixed(made):
            self._again(made, index)
            return True
        if price(made) == NEVER:
            return False
        if not var.temp and price(made) != FREE:
            return False
        chain = self._chain(var)
        if chain is None:
            return False
        steps, leaves = chain
        total = sum(price(s) for s in steps)
        limit = SCALAR_LIMIT if isinstance(var.type, Scalar) else ARRAY_LIMIT
        extra = [v for v in leaves if v not in self.needed]
        if total > limit or len(extra) > 1:
            return False
        if any(self._worse(v, var) for v in extra):
            return False
        self._again(made, index)
        return True

    def _fixed(self, made: Apply) -> bool:
        """Whether a number is the same in every iteration: it needs no tape."""
        todo: list[Apply] = [made]
        seen: set[Atom] = set()
        while todo:
            step = todo.pop()
            entry = registry.find(step.op)
            numbers = all(isinstance(v.type, Scalar) for v in step.outs)
            if entry is None or entry.effect or len(step.outs) != 1 or not numbers:
                return False
            for atom in (*step.args, *(a for _, a in step.kwargs)):
                if isinstance(atom, Const) or atom in seen or self._outside(atom):
                    continue
                seen.add(atom)
                before = self.facts.made.get(atom)
                if not isinstance(before, Apply) or not atom.temp:
                    return False
                todo.append(before)
        return True

    def _outside(self, var: Var) -> bool:
        """Whether a number is bound outside of this region and known there."""
        inside = self.facts.home(var, self.path) == self.path
        return not inside and isinstance(var.type, Scalar)

    def _again(self, made: Apply, index: int) -> None:
        self._repeat(made, index)
        for atom in (*made.args, *(a for _, a in made.kwargs)):
            if isinstance(atom, Var):
                self._need(atom, index)

    def _repeat(self, made: Apply, index: int) -> None:
        var = made.out
        fresh = Var(self.owner.names.take(var.base), var.type, var.base, var.temp)
        origin = Origin(made.origin.spans, "reverse")
        again = replace(made, outs=(fresh,), origin=self._origin(index, origin))
        self.before.setdefault(index, []).append((self.facts.order[var], again))
        self.values[var] = fresh

    def _origin(self, index: int, default: Origin) -> Origin:
        """What is computed again belongs to the statement that it is computed for."""
        if index < len(self.block):
            return self.block[index].origin
        return default

    def _worse(self, leaf: Var, var: Var) -> bool:
        """Whether recording `leaf` instead of `var` would cost more."""
        if leaf in self.facts.killed or isinstance(leaf.type, List):
            return True
        return isinstance(var.type, Scalar) and not isinstance(leaf.type, Scalar)

    def _chain(self, var: Var) -> tuple[list[Apply], list[Var]] | None:
        """The operations that compute `var`, and what in this region they start at."""
        steps: dict[Var, Apply] = {}
        leaves: dict[Var, None] = {}
        todo = [var]
        while todo:
            v = todo.pop()
            if v in steps or v in leaves or len(steps) > 8:
                continue
            home = self.facts.home(v, self.path)
            if v in self.values and v != var:
                continue
            if home != self.path:
                if home is not None and v in self.facts.killed:
                    return None
                continue
            made = self.facts.made.get(v)
            if isinstance(made, Apply) and (v == var or self._repeatable(v, made)):
                steps[v] = made
                args = (*made.args, *(a for _, a in made.kwargs))
                todo += [a for a in args if isinstance(a, Var)]
            elif v in self.facts.killed:
                return None
            else:
                leaves[v] = None
        return list(steps.values()), list(leaves)

    def _repeatable(self, var: Var, made: Apply) -> bool:
        """Whether a value on the way is computed again rather than recorded."""
        cost = price(made)
        return cost != NEVER and (var.temp or cost == FREE) and var not in self.needed

    def _carry(self, var: Var) -> bool:
        """A value after an iteration is the next one's value before it."""
        if self.loop is None:
            return False
        primal = self.facts.regions.get(self.loop.mark)
        if not isinstance(primal, For | While):
            return False
        phi = next((p for p in primal.phis if p.second == var), None)
        if phi is None or phi.out not in self.needed or phi.out in self.facts.killed:
            return False
        if sum(p.second == var for p in primal.phis) > 1 or var in self.facts.killed:
            return False
        fresh = Var(self.owner.names.take(var.base), var.type, var.base, False)
        self.carried.append(Phi(fresh, phi.out, phi.out))
        self.values[var] = fresh
        self._need(phi.out, self.needed[phi.out])
        return True

    def _record(self, var: Var, index: int) -> None:
        """Append the value to a tape where it is bound, pop it before it is read."""
        tape = self.owner.tape(var, self.path)
        fresh = Var(
            self.owner.names.take(var.base),
            var.type,
            var.base,
            var.temp and not var.base,
        )
        self.owner.edits.append(
            self.owner.shadows.of(var),
            tape,
            self._where(var),
            copy=is_array(var.type) and shares_killed_storage(var, self.facts),
        )
        origin = self._origin(index, Origin((), "reverse"))
        pop = Apply((tape, fresh), "pop", (tape,), (), origin)
        self.before.setdefault(index, []).append((self.facts.order[var], pop))
        self.values[var] = fresh
        self.carried = [
            replace(p, second=fresh) if p.second == var else p for p in self.carried
        ]

    def _where(self, var: Var) -> str:
        """The mark of the loop at whose head the value is bound, if there is one."""
        mark, side = self.path[-1]
        primal = self.facts.regions[mark]
        if side != "body" or not isinstance(primal, For | While):
            return ""
        if var in set(bound(primal)):
            return mark
        inner = (
            {v for s in primal.head for v in bound(s)}
            if isinstance(primal, While)
            else set()
        )
        return mark if var in inner else ""

    def _pass_out(self, var: Var) -> Var:
        """Make a value of an arm known after the `if`."""
        mark, side = self.path[-1]
        out = Var(self.owner.names.take(var.base), var.type, var.base, var.temp)
        value = self.owner.shadows.of(var)
        ends: tuple[Atom, Atom] = (value, UNDEF) if side == "then" else (UNDEF, value)
        self.owner.edits.pass_out(mark, Phi(out, *ends))
        facts = self.facts
        facts.homes[out] = self.path[:-1]
        facts.made[out] = facts.regions[mark]
        facts.order[out] = len(facts.order)
        return out
